import { InvalidArgumentError } from 'commander';
import { type ContactFault, readContact } from '../accounts/contact.ts';
import { readMailAddress } from '../http/mail-address.ts';
import { commandConfig } from './settings.ts';

const NUMBER = 'Give a phone number with its country, such as +12025550143.';
const MENDS: Readonly<Partial<Record<ContactFault, string>>> = {
  extension: 'Messages can’t be sent to a number with an extension. Give a number without one.',
};

/** An option that is one e-mail address; as mail is sent to it. */
export function mailAddress(text: string): string {
  const address = readMailAddress(text.trim());
  if (address !== undefined) return address;
  throw new InvalidArgumentError('Give one email address that can receive email, such as ana@example.org.');
}

/** An option that is a phone number; in E.164. */
export function phoneNumber(text: string): string {
  const read = readContact(text, { country: commandConfig().recovery.default_country });
  if ('fault' in read) throw new InvalidArgumentError(MENDS[read.fault] ?? NUMBER);
  if (read.contact.channel === 'sms') return read.contact.to;
  throw new InvalidArgumentError(NUMBER);
}
