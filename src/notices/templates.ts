import type { MessageId, Translator } from '../html/messages.ts';
import { momentIn } from '../html/time.tsx';
import type { ReadersMoment } from '../moments.ts';
import type { Secret } from '../postgres/schema.ts';
import type { NoticeKind, NoticeValues, NoticeWords } from './kinds.ts';

/** Whose notices these are. */
export interface Site {
  /** The origin that every link begins with. */
  readonly issuer: string;
  readonly operator: string;
  /** Whom to ask, in one line. */
  readonly support: string;
}

/** A mail before it is text or HTML. */
export interface Letter {
  /** Shown by phones on their lock screens and kept by mail servers: nothing secret in it. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly code?: string | undefined;
  readonly items?: readonly string[];
  readonly link?: { readonly href: string; readonly label: string } | undefined;
  /** What to do for a reader who did not ask for this. */
  readonly notYou: string;
}

/** One kind of notice in words. */
interface Template<Kind extends NoticeKind> {
  mail(t: Translator, values: NoticeValues[Kind], site: Site): Letter;
  sms(t: Translator, values: NoticeValues[Kind], site: Site): string;
}

const LOCKED: Partial<Readonly<Record<Secret, { subject?: MessageId; wait?: MessageId }>>> = {
  password: { subject: 'mail.account-locked.subject' },
  // Others' locks keep their owner from signing in: how long they last, and what works meanwhile.
  'sent-code': { wait: 'mail.account-locked.wait-sent-code' },
  'contact-code': { wait: 'mail.account-locked.wait-contact-code' },
  'support-code': {
    subject: 'mail.account-locked.subject-support-code',
    wait: 'mail.account-locked.wait-support-code',
  },
};

/** What the person can do; for other secrets, ask. A password is shut for strangers, or on one `device`. */
const SHUT_WAYS: Partial<Readonly<Record<Secret | 'device', MessageId>>> = {
  password: 'mail.authenticator-shut.next-password',
  device: 'mail.authenticator-shut.next-device',
  totp: 'mail.authenticator-shut.next-totp',
  'sent-code': 'mail.authenticator-shut.next-sent-code',
};

/** Every kind of notice has its words here. */
export const templates: { readonly [Kind in NoticeKind]: Template<Kind> } = {
  'reset-code': {
    mail: (t, { code, minutes, link }, { operator }) => ({
      subject: t('mail.reset-code.subject', { operator }),
      paragraphs: [t('mail.reset-code.lead', { operator }), t('mail.code.life', { minutes })],
      code,
      link: link === undefined ? undefined : { href: link, label: t('mail.reset-link.button') },
      notYou: t('mail.not-you.code'),
    }),
    sms: (t, { code, minutes }, { operator }) => t('sms.reset-code', { operator, code, minutes }),
  },
  'reset-link': {
    mail: (t, { link, minutes }, { operator }) => ({
      subject: t('mail.reset-link.subject', { operator }),
      paragraphs: [t('mail.reset-link.lead', { operator }), t('mail.link.life', { minutes })],
      link: { href: link, label: t('mail.reset-link.button') },
      notYou: t('mail.not-you.link'),
    }),
    sms: (t, { link, minutes }, { operator }) => t('sms.reset-link', { operator, link, minutes }),
  },
  'user-ids': {
    mail: (t, { userIds, link }, { operator }) => ({
      subject: t('mail.user-ids.subject', { operator }),
      paragraphs: [t('mail.user-ids.lead', { operator, count: userIds.length })],
      items: userIds,
      link: { href: link, label: t('mail.user-ids.button') },
      notYou: t('mail.not-you.user-ids'),
    }),
    sms: (t, { userIds, link }, { operator }) =>
      t('sms.user-ids', { operator, users: userIds.join(', '), count: userIds.length, link }),
  },
  activation: {
    mail: (t, { name, link, ...until }, { operator, support }) => ({
      subject: t('mail.activation.subject', { operator }),
      paragraphs: [
        t('mail.activation.lead', { name, operator }),
        t('mail.activation.life', { when: moment(t, until) }),
      ],
      link: { href: link, label: t('mail.activation.button') },
      notYou: t('mail.not-you.activation', { support }),
    }),
    sms: (t, { link }, { operator }) => t('sms.activation', { operator, link }),
  },
  'contact-code': codeTemplate('contact-code', 'mail.not-you.code'),
  'support-code': codeTemplate('support-code', 'mail.not-you.support-code'),
  'password-changed': alarmTemplate('password-changed'),
  'factor-enrolled': alarmTemplate('factor-enrolled'),
  'factor-removed': alarmTemplate('factor-removed'),
  'factor-reset-held': {
    mail: (t, { link, ...when }, { operator, support }) => ({
      subject: t('mail.factor-reset-held.subject', { operator }),
      paragraphs: [
        t('mail.factor-reset-held.lead', { operator, when: moment(t, when) }),
        t('mail.factor-reset-held.wait'),
      ],
      link: { href: link, label: t('mail.factor-reset-held.button') },
      notYou: t('mail.not-you.factor-reset-held', { support }),
    }),
    sms: (t, { link, ...when }, { operator }) =>
      t('sms.factor-reset-held', { operator, link, when: moment(t, when) }),
  },
  'email-changed': undoTemplate('email-changed'),
  'phone-changed': undoTemplate('phone-changed'),
  'contact-restored': alarmTemplate('contact-restored'),
  'account-compromised': {
    mail: (t, at, site) => ({
      subject: t('mail.account-compromised.subject', { operator: site.operator }),
      paragraphs: [
        t('mail.account-compromised.lead', { operator: site.operator, when: moment(t, at) }),
        t('mail.account-compromised.next'),
      ],
      link: { href: resetAddress(site), label: t('mail.reset-link.button') },
      notYou: wasNotYou(t, site),
    }),
    sms: (t, _at, site) =>
      t('sms.account-compromised', { operator: site.operator, link: resetAddress(site) }),
  },
  'new-device': {
    mail: (t, { device, ...at }, site) => ({
      subject: t('mail.new-device.subject', { operator: site.operator }),
      paragraphs: [t('mail.new-device.lead', { operator: site.operator, device, when: moment(t, at) })],
      notYou: wasNotYou(t, site),
    }),
    sms: (t, _at, site) => t('sms.new-device', { operator: site.operator, link: resetAddress(site) }),
  },
  'account-locked': {
    mail: (t, { minutes, secret, ...at }, site) => {
      const { operator } = site;
      const { subject = 'mail.account-locked.subject-code', wait = 'mail.account-locked.wait' } =
        LOCKED[secret] ?? {};
      return {
        subject: t(subject, { operator }),
        paragraphs: [
          t(`mail.account-locked.lead-${secret}`, { operator, when: moment(t, at) }),
          t(wait, { minutes }),
        ],
        notYou: wasNotYou(t, site),
      };
    },
    sms: (t, { minutes, secret }, site) => {
      const words = { operator: site.operator, minutes, link: resetAddress(site) };
      if (secret === 'support-code') return t('sms.account-locked-support-code', words);
      return t(secret === 'password' ? 'sms.account-locked' : 'sms.account-locked-code', words);
    },
  },
  'authenticator-shut': {
    mail: (t, { secret, device, ...at }, site) => {
      const { operator, support } = site;
      const what = secret === 'password' && device ? 'device' : secret;
      return {
        subject: t('mail.authenticator-shut.subject', { operator }),
        paragraphs: [
          t(`mail.authenticator-shut.lead-${what}`, { operator, when: moment(t, at) }),
          t(SHUT_WAYS[what] ?? 'mail.authenticator-shut.next', { support }),
        ],
        notYou: wasNotYou(t, site),
      };
    },
    sms: (t, { secret }, site) =>
      t(secret === 'password' ? 'sms.authenticator-shut' : 'sms.authenticator-shut-code', {
        operator: site.operator,
        link: resetAddress(site),
      }),
  },
};

/** A code that was sent to prove an address, or that its reader is the caller. */
function codeTemplate(kind: 'contact-code' | 'support-code', notYou: MessageId): Template<typeof kind> {
  return {
    mail: (t, { code, minutes }, { operator, support }) => ({
      subject: t(`mail.${kind}.subject`, { operator }),
      paragraphs: [t(`mail.${kind}.lead`, { operator }), t('mail.code.life', { minutes })],
      code,
      notYou: t(notYou, { support }),
    }),
    sms: (t, { code, minutes }, { operator }) => t(`sms.${kind}`, { operator, code, minutes }),
  };
}

/** A change that its person may not have made. */
function alarmTemplate(
  kind: 'password-changed' | 'factor-enrolled' | 'factor-removed' | 'contact-restored',
): Template<typeof kind> {
  return {
    mail: (t, at, site) => ({
      subject: t(`mail.${kind}.subject`, { operator: site.operator }),
      paragraphs: [t(`mail.${kind}.lead`, { operator: site.operator, when: moment(t, at) })],
      notYou: wasNotYou(t, site),
    }),
    sms: (t, _at, site) => t(`sms.${kind}`, { operator: site.operator, link: resetAddress(site) }),
  };
}

/** A change of address, told to the old one, which can undo it. */
function undoTemplate(kind: 'email-changed' | 'phone-changed'): Template<typeof kind> {
  return {
    mail: (t, { link, hours, ...at }, { operator, support }) => ({
      subject: t(`mail.${kind}.subject`, { operator }),
      paragraphs: [t(`mail.${kind}.lead`, { operator, when: moment(t, at) }), t('mail.undo.life', { hours })],
      link: { href: link, label: t('mail.undo.button') },
      notYou: t('mail.not-you.undo', { support }),
    }),
    sms: (t, { link, hours }, { operator }) => t(`sms.${kind}`, { operator, link, hours }),
  };
}

/** Where a person takes the account back from somebody else. */
function resetAddress({ issuer }: Site): string {
  return `${issuer}/recover/password`;
}

/** What to do about a change that one did not make. */
function wasNotYou(t: Translator, site: Site): string {
  return t('mail.not-you.alarm', { link: resetAddress(site), support: site.support });
}

/** A moment in the reader’s language, with its zone. */
function moment(t: Translator, { at, zone }: ReadersMoment): string {
  return momentIn({ dateStyle: 'long', timeStyle: 'long' }, new Date(at), zone, t);
}

/** One notice of each kind, with made-up values, to be looked at. */
export function samples(issuer: string): readonly NoticeWords[] {
  const at = '2026-03-02T15:04:00Z';
  const zone = 'America/Chicago';
  const link = (path: string) => `${issuer}${path}/0ja3XzVbqk9e1Qy7Tn2mLr5sUd8wFh4gPc6iBv0tJxE`;
  const code = { code: '428913', minutes: 10 };
  return [
    { kind: 'reset-code', values: { ...code, link: link('/recover/link') } },
    { kind: 'reset-link', values: { link: link('/recover/link'), minutes: 30 } },
    { kind: 'user-ids', values: { userIds: ['dr.rivera', 'lakeside-billing'], link: `${issuer}/` } },
    { kind: 'activation', values: { name: 'Ana Rivera', link: link('/activate'), at, zone } },
    { kind: 'contact-code', values: code },
    { kind: 'support-code', values: code },
    { kind: 'password-changed', values: { at, zone } },
    { kind: 'factor-enrolled', values: { at, zone } },
    { kind: 'factor-removed', values: { at, zone } },
    { kind: 'factor-reset-held', values: { at, zone, link: link('/stop') } },
    { kind: 'email-changed', values: { at, zone, link: link('/undo'), hours: 72 } },
    { kind: 'phone-changed', values: { at, zone, link: link('/undo'), hours: 72 } },
    { kind: 'contact-restored', values: { at, zone } },
    { kind: 'account-compromised', values: { at, zone } },
    { kind: 'new-device', values: { at, zone, device: 'Firefox on Windows' } },
    { kind: 'account-locked', values: { at, zone, secret: 'password', minutes: 15 } },
    { kind: 'authenticator-shut', values: { at, zone, secret: 'password', device: false } },
  ];
}
