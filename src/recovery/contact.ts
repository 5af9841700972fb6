import type { CountryCode } from 'libphonenumber-js/max';
import { phoneNumbers } from '../http/phone-numbers.ts';
import type { NoticeChannel } from '../notices/kinds.ts';

/** What somebody typed to find their user ID. */
export interface Contact {
  readonly channel: NoticeChannel;
  /** Spellings that count as the one on file: as typed, and with the domain in lower case (RFC 5321 §2.4). */
  readonly spellings: readonly string[];
}

/** Characters of an address at most (RFC 5321 §4.5.3.1.3). */
const LONGEST = 254;
const LOOKS_LIKE_MAIL = /^[^\s\p{C}]+@[^\s\p{C}@]+$/u;

/**
 * Reads an e-mail address or a phone number. Nothing is folded beyond the ASCII letters of a domain: an address
 * with a dotless i, wide letters or quotes is another address.
 * @param country ISO 3166, of numbers without a country code
 * @returns undefined for what is neither
 */
export function readContact(typed: string, country: string): Contact | undefined {
  if (typed.length > LONGEST) return undefined;
  if (typed.includes('@')) {
    if (!LOOKS_LIKE_MAIL.test(typed)) return undefined;
    const at = typed.lastIndexOf('@');
    const lower = typed.slice(0, at) + typed.slice(at).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    return { channel: 'email', spellings: [...new Set([typed, lower])] };
  }
  const how = { defaultCountry: country as CountryCode, extract: false } as const;
  const phone = phoneNumbers().parsePhoneNumberFromString(typed, how);
  return phone?.isPossible() ? { channel: 'sms', spellings: [phone.number] } : undefined;
}
