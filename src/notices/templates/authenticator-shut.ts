import type { MessageId } from '../../html/messages.ts';
import type { Secret } from '../../postgres/schema.ts';
import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

/** A password is shut for strangers, or on one device. */
const LEADS: Readonly<Record<Secret | 'device', MessageId>> = {
  password: 'mail.authenticator-shut.lead-password',
  device: 'mail.authenticator-shut.lead-device',
  totp: 'mail.authenticator-shut.lead-totp',
  'recovery-code': 'mail.authenticator-shut.lead-recovery-code',
  'sent-code': 'mail.authenticator-shut.lead-sent-code',
  'contact-code': 'mail.authenticator-shut.lead-contact-code',
  'support-code': 'mail.authenticator-shut.lead-support-code',
};

/** What lets the person go on; otherwise people do. */
const WAYS: Partial<Readonly<Record<Secret | 'device', MessageId>>> = {
  password: 'mail.authenticator-shut.next-password',
  device: 'mail.authenticator-shut.next-device',
  totp: 'mail.authenticator-shut.next-totp',
  'sent-code': 'mail.authenticator-shut.next-sent-code',
};

export const authenticatorShut: Template<'authenticator-shut'> = {
  mail: (t, { secret, device, ...at }, site) => {
    const { operator, support } = site;
    const what = secret === 'password' && device ? 'device' : secret;
    return {
      subject: t('mail.authenticator-shut.subject', { operator }),
      paragraphs: [
        t(LEADS[what], { operator, when: moment(t, at) }),
        t(WAYS[what] ?? 'mail.authenticator-shut.next', { support }),
      ],
      notYou: wasNotYou(t, site),
    };
  },
  sms: (t, { secret }, site) =>
    t(secret === 'password' ? 'sms.authenticator-shut' : 'sms.authenticator-shut-code', {
      operator: site.operator,
      link: resetAddress(site),
    }),
};
