import type { Translator } from '../../html/messages.ts';
import type { NoticeKind, NoticeValues } from '../kinds.ts';

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
  /** What to do for who did not ask for this. */
  readonly notYou: string;
}

/** One kind of notice in words. */
export interface Template<Kind extends NoticeKind> {
  mail(t: Translator, values: NoticeValues[Kind], site: Site): Letter;
  sms(t: Translator, values: NoticeValues[Kind], site: Site): string;
}

/** Where a person who was not the one takes the account back. */
export function resetAddress({ issuer }: Site): string {
  return `${issuer}/recover/password`;
}

/** What to do about a change that one did not make. */
export function wasNotYou(t: Translator, site: Site): string {
  return t('mail.not-you.alarm', { link: resetAddress(site), support: site.support });
}

/** A moment in the reader’s language, with its zone. */
export function moment(t: Translator, { at, zone }: { at: string; zone?: string }): string {
  const form = { dateStyle: 'long', timeStyle: 'long' } as const;
  const date = new Date(at);
  try {
    return new Intl.DateTimeFormat(t.lang, { ...form, timeZone: zone ?? 'UTC' }).format(date);
  } catch {
    // A zone that this system does not know.
    return new Intl.DateTimeFormat(t.lang, { ...form, timeZone: 'UTC' }).format(date);
  }
}
