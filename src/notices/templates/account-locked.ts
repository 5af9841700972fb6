import type { MessageId } from '../../html/messages.ts';
import type { Secret } from '../../postgres/schema.ts';
import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

const SUBJECTS: Partial<Readonly<Record<Secret, MessageId>>> = {
  password: 'mail.account-locked.subject',
  'support-code': 'mail.account-locked.subject-support-code',
};

const LEADS: Readonly<Record<Secret, MessageId>> = {
  password: 'mail.account-locked.lead-password',
  totp: 'mail.account-locked.lead-totp',
  'recovery-code': 'mail.account-locked.lead-recovery-code',
  'sent-code': 'mail.account-locked.lead-sent-code',
  'contact-code': 'mail.account-locked.lead-contact-code',
  'support-code': 'mail.account-locked.lead-support-code',
};

/** How long it lasts and what works meanwhile; a lock of others keeps its owner from signing in. */
const WAITS: Partial<Readonly<Record<Secret, MessageId>>> = {
  'sent-code': 'mail.account-locked.wait-sent-code',
  'contact-code': 'mail.account-locked.wait-contact-code',
  'support-code': 'mail.account-locked.wait-support-code',
};

export const accountLocked: Template<'account-locked'> = {
  mail: (t, { minutes, secret, ...at }, site) => {
    const { operator } = site;
    return {
      subject: t(SUBJECTS[secret] ?? 'mail.account-locked.subject-code', { operator }),
      paragraphs: [
        t(LEADS[secret], { operator, when: moment(t, at) }),
        t(WAITS[secret] ?? 'mail.account-locked.wait', { minutes }),
      ],
      notYou: wasNotYou(t, site),
    };
  },
  sms: (t, { minutes, secret }, site) => {
    const words = { operator: site.operator, minutes, link: resetAddress(site) };
    if (secret === 'support-code') return t('sms.account-locked-support-code', words);
    return t(secret === 'password' ? 'sms.account-locked' : 'sms.account-locked-code', words);
  },
};
