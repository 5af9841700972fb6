import type { CountryCode } from 'libphonenumber-js/max';
import { readMailAddress, spellingsOf } from '../http/mail-address.ts';
import { phoneNumbers } from '../http/phone-numbers.ts';
import type { NoticeChannel } from '../postgres/schema.ts';

/** An e-mail address as mail is sent to it, or a phone number in E.164. */
export interface Contact {
  readonly channel: NoticeChannel;
  readonly to: string;
}

/** `extension`: a number of a switchboard, to which nothing can be sent. */
export type ContactFault = 'missing' | 'email' | 'phone' | 'extension' | 'country';

export interface ContactRules {
  /** ISO 3166, of numbers that are typed without a country code. */
  readonly country: string;
  /** ISO 3166; those that a number may be of. Any, unless given. */
  readonly countries?: readonly string[];
}

const PHONE = /^\+?[0-9 ().-]{5,32}$/;
/** `x 12`, `ext. 12`, `#12`, `;ext=12`, `anexo 12` after at least seven digits. */
const EXTENSION =
  /^(?:tel:)?\+?(?:[ ().-]*[0-9]){7,15}[ ().-]*(?:[#,;*]|;?\p{L}{1,12}[.:=]?) *[#:=]?[ .]*[0-9]{1,9}$/iu;

/**
 * The one address or number that a text names, or what is wrong with it. Every place where one is typed reads it
 * here: forms, the console's and the API's searches, operators' commands.
 */
export function readContact(
  text: string,
  rules: ContactRules,
): { readonly contact: Contact } | { readonly fault: ContactFault } {
  const typed = text.trim();
  if (!typed) return { fault: 'missing' };
  if (EXTENSION.test(typed)) return { fault: 'extension' };
  return /[@＠\p{L}]/u.test(typed) ? readEmail(typed) : readPhone(typed, rules);
}

/** Under which spellings it may be on file, to be compared with ASCII letters folded. */
export function spellings({ channel, to }: Contact): string[] {
  return channel === 'email' ? spellingsOf(to) : [to];
}

/**
 * The address that its person is to prove: the e-mail address, or without one the number.
 * @param channels those over which a code can be sent
 */
export function unprovedContact(
  { email, emailVerified, phoneNumber, phoneNumberVerified }: Reachable,
  channels: readonly NoticeChannel[],
): Contact | undefined {
  const [channel, to, verified] =
    email === null
      ? (['sms', phoneNumber, phoneNumberVerified] as const)
      : (['email', email, emailVerified] as const);
  return to === null || verified || !channels.includes(channel) ? undefined : { channel, to };
}

interface Reachable {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly phoneNumber: string | null;
  readonly phoneNumberVerified: boolean;
}

function readEmail(typed: string): { contact: Contact } | { fault: 'email' } {
  const to = readMailAddress(typed);
  return to === undefined ? { fault: 'email' } : { contact: { channel: 'email', to } };
}

function readPhone(
  typed: string,
  { country, countries }: ContactRules,
): { contact: Contact } | { fault: 'phone' | 'country' } {
  // The library reads full-width and other digits too.
  if (!PHONE.test(typed)) return { fault: 'phone' };
  const number = phoneNumbers().parsePhoneNumberFromString(typed, country as CountryCode);
  if (!number?.isValid()) return { fault: 'phone' };
  if (countries && !(number.country && countries.includes(number.country))) return { fault: 'country' };
  return { contact: { channel: 'sms', to: number.number } };
}
