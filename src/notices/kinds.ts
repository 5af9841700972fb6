import type { ReadersMoment as Moment } from '../moments.ts';
import type { NoticeChannel, Secret } from '../postgres/schema.ts';

export type { NoticeChannel };

interface Code {
  readonly code: string;
  /** Minutes until it expires. */
  readonly minutes: number;
}

/** What each kind of notice says. Secrets go here and nowhere else in a notice: only this part is sealed. */
export interface NoticeValues {
  /** The code of a forgotten password; by mail with a link too, which opens on another device. */
  readonly 'reset-code': Code & { readonly link?: string };
  readonly 'reset-link': { readonly link: string; readonly minutes: number };
  /** Every user ID that shares an address; `link` leads to the sign-in. */
  readonly 'user-ids': { readonly userIds: readonly string[]; readonly link: string };
  readonly activation: Moment & { readonly name: string; readonly link: string };
  /** Proves a new e-mail address or number. */
  readonly 'contact-code': Code;
  /** What a person who calls the help desk reads out to prove who they are. */
  readonly 'support-code': Code;
  readonly 'password-changed': Moment;
  readonly 'factor-enrolled': Moment;
  readonly 'factor-removed': Moment;
  /** A reset of the second factor waits; it happens at `at` unless `link` stops it. */
  readonly 'factor-reset-held': Moment & { readonly link: string };
  /** To the old address; `link` undoes it for so many hours. */
  readonly 'email-changed': Moment & { readonly link: string; readonly hours: number };
  readonly 'phone-changed': Moment & { readonly link: string; readonly hours: number };
  /** A change of address was undone by its link. */
  readonly 'contact-restored': Moment;
  /** The person reported unauthorized access: sessions ended, password locked. */
  readonly 'account-compromised': Moment;
  readonly 'new-device': Moment & { readonly device: string };
  /** `secret`: what was guessed at; `minutes` until it ends by itself. */
  readonly 'account-locked': Moment & { readonly secret: Secret; readonly minutes: number };
  /** Too many failures in a row; `device`: on one known device. */
  readonly 'authenticator-shut': Moment & { readonly secret: Secret; readonly device: boolean };
}

export type NoticeKind = keyof NoticeValues;

/** What is said, without to whom. */
export type NoticeWords<Kind extends NoticeKind = NoticeKind> = {
  [Each in Kind]: { readonly kind: Each; readonly values: NoticeValues[Each] };
}[Kind];

/** A mail or SMS to be. */
export type Notice = NoticeWords & {
  readonly channel: NoticeChannel;
  /** The address on file, exactly as stored; never what was typed to find it. */
  readonly to: string;
  /** The account's language, a BCP 47 tag; English where it is none of ours. */
  readonly locale?: string | null;
  /** A sub. */
  readonly account?: string;
  /** The client's IP address, for the budget of SMS; left out when no request from outside caused it. */
  readonly address?: string;
  /** s after which the notice is of no use (its code has expired) and is not sent any more. */
  readonly life?: number;
};

/** Where a person can be told something. */
export interface Person {
  readonly sub: string;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  readonly locale: string | null;
}

/** A way to reach a person. */
export interface Contact {
  readonly channel: NoticeChannel;
  readonly to: string;
}

/** Enough of an address for an operator to recognise it, too little to write to it. */
export function masked(channel: NoticeChannel, to: string): string {
  if (channel === 'sms') return `•••${to.slice(-2)}`;
  const at = to.lastIndexOf('@');
  return at < 1 ? '•••' : `${to.slice(0, 1)}•••${to.slice(at)}`;
}

/** Kinds that anyone can request: they have a separate budget of SMS, so that requests cannot use up that of alarms. */
const ASKED_FOR: ReadonlySet<NoticeKind> = new Set([
  'reset-code',
  'reset-link',
  'user-ids',
  'contact-code',
  'support-code',
  'activation',
]);

export function isAlarm(kind: NoticeKind): boolean {
  return !ASKED_FOR.has(kind);
}
