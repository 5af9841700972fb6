import { domainToASCII, domainToUnicode } from 'node:url';
import type { CountryCode } from 'libphonenumber-js/max';
import { phoneNumbers } from '../http/phone-numbers.ts';
import type { NoticeChannel } from '../postgres/schema.ts';

/** An e-mail address, or a phone number in E.164. */
export interface Contact {
  readonly channel: NoticeChannel;
  readonly to: string;
}

export type ContactFault = 'missing' | 'email' | 'phone' | 'country';

/** RFC 5322 dot-atom, in ASCII: no quotes, comments, display name or second address. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const ASCII = /^[\x20-\x7e]*$/;
const PHONE = /^\+?[0-9 ().-]{5,32}$/;

/**
 * The one address that a text names, or what is wrong with it. Look-alikes (dotless i, full-width letters) are
 * refused, not folded: a mail server may fold them to somebody else's address.
 * @param countries ISO 3166; those that texts go to. A number without its country is one of the first.
 */
export function parseContact(
  text: string,
  countries: readonly string[],
): { contact: Contact } | { fault: ContactFault } {
  const typed = text.trim();
  if (!typed) return { fault: 'missing' };
  if (/[@＠\p{L}]/u.test(typed)) return parseEmail(typed);
  return parsePhone(typed, countries);
}

function parseEmail(typed: string): { contact: Contact } | { fault: 'email' } {
  const [local = '', domain = '', ...more] = typed.split('@');
  const host = domain.toLowerCase();
  const labels = host.split('.');
  const isHost =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(String(labels.at(-1)));
  const fits = local.length <= 64 && typed.length <= 254 && host.length <= 190;
  const plain = ASCII.test(typed) && LOCAL_PART.test(local) && isHost && more.length === 0;
  if (!plain || !fits || !labels.every(isSpelledOnce)) return { fault: 'email' };
  return { contact: { channel: 'email', to: `${local}@${host}` } };
}

/** Punycode has to decode to a name, and that to the same punycode: else it would have a second spelling. */
function isSpelledOnce(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const name = domainToUnicode(label);
  return name !== label && domainToASCII(name) === label;
}

function parsePhone(
  typed: string,
  countries: readonly string[],
): { contact: Contact } | { fault: 'phone' | 'country' } {
  // The library reads full-width and other digits too, and the extension of a switchboard.
  if (!PHONE.test(typed)) return { fault: 'phone' };
  const number = phoneNumbers().parsePhoneNumberFromString(typed, countries[0] as CountryCode | undefined);
  if (!number?.isValid() || number.ext) return { fault: 'phone' };
  if (!number.country || !countries.includes(number.country)) return { fault: 'country' };
  return { contact: { channel: 'sms', to: number.number } };
}
