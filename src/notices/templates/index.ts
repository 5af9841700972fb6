import type { NoticeKind } from '../kinds.ts';
import { accountCompromised } from './account-compromised.ts';
import { accountLocked } from './account-locked.ts';
import { activation } from './activation.ts';
import { authenticatorShut } from './authenticator-shut.ts';
import { contactCode } from './contact-code.ts';
import { contactRestored } from './contact-restored.ts';
import { emailChanged } from './email-changed.ts';
import { factorEnrolled } from './factor-enrolled.ts';
import { factorRemoved } from './factor-removed.ts';
import { factorResetHeld } from './factor-reset-held.ts';
import { newDevice } from './new-device.ts';
import { passwordChanged } from './password-changed.ts';
import { phoneChanged } from './phone-changed.ts';
import { resetCode } from './reset-code.ts';
import { resetLink } from './reset-link.ts';
import { supportCode } from './support-code.ts';
import type { Template } from './template.ts';
import { userIds } from './user-ids.ts';

/** Every kind has its words, in one file each. */
export const templates: { readonly [Kind in NoticeKind]: Template<Kind> } = {
  'reset-code': resetCode,
  'reset-link': resetLink,
  'user-ids': userIds,
  activation,
  'contact-code': contactCode,
  'support-code': supportCode,
  'password-changed': passwordChanged,
  'factor-enrolled': factorEnrolled,
  'factor-removed': factorRemoved,
  'factor-reset-held': factorResetHeld,
  'email-changed': emailChanged,
  'phone-changed': phoneChanged,
  'contact-restored': contactRestored,
  'account-compromised': accountCompromised,
  'new-device': newDevice,
  'account-locked': accountLocked,
  'authenticator-shut': authenticatorShut,
};
