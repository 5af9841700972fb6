import type { Command } from 'commander';
import type { Account } from '../accounts/account.ts';
import type { Contact } from '../accounts/contact.ts';
import type { Contacts } from '../app/contacts.ts';
import { type Made, makeLink, writeMade } from './activation-link.ts';
import { withAccount } from './command.ts';
import { mailAddress, phoneNumber } from './contact.ts';
import { Failure } from './failure.ts';
import { calling, onAccount } from './find.ts';
import { clean, writeJson, writeLine } from './output.ts';
import { ACTOR, type Tools } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface Options extends Common {
  readonly email?: string;
  readonly phone?: string;
  readonly code?: string;
  readonly send?: true;
}

const AFTER = `
Of somebody who has not come yet the address is mended, and the link that was sent is dead:
a new one is printed, or mailed with --send. To anybody else's new address a code is sent first: run the command again
with --code and what they read to you. The address is changed then, and the old one is told.`;

/** `accounts change`. */
export function accountsChangeCommand(accounts: Command): void {
  onAccount(verb(accounts, 'change [account]', 'change an email address or phone number'))
    .option('--email <address>', 'email address', mailAddress)
    .option('--phone <number>', 'telephone number', phoneNumber)
    .option('--code <digits>', 'the code that was sent to the new address')
    .option('--send', 'send the new activation link instead of printing it')
    .addHelpText('after', AFTER)
    .action(withAccount(change));
}

async function change(
  tools: Tools,
  account: Account,
  { email, phone, code, send, json }: Options,
): Promise<void> {
  const given = [email, phone, code].filter((each) => each !== undefined);
  if (given.length !== 1) throw new Failure('Give one of --email, --phone and --code');
  const contacts = await tools.contacts();
  if (code !== undefined) return confirm(tools, contacts, account, code, json);
  const to = String(email ?? phone);
  const contact = { channel: email === undefined ? 'sms' : 'email', to } as const;
  if (account.status === 'invited') return mend(tools, contacts, account, contact, { send, json });
  if (account.status !== 'active')
    throw new Failure(`${calling(account)} is ${account.status}. Enable it first`);
  if (send)
    throw new Failure(`${calling(account)} has already activated the account: a code is sent in any case`);
  await begin(tools, contacts, account, contact, json);
}

/** Corrects the address of an invitation that was not used yet. */
async function mend(
  tools: Tools,
  { contactChanges, invite }: Contacts,
  account: Account,
  contact: Contact,
  { send, json }: Pick<Options, 'send' | 'json'>,
): Promise<void> {
  const made = await tools.db.transaction().execute(async (tx): Promise<Made> => {
    if (!(await contactChanges.mend(tx, account.sub, contact, tools.record)))
      throw new Failure(`${calling(account)} activated the account in the meantime. Try again`);
    return makeLink(tx, tools, account, send && invite);
  });
  writeMade(tools, made, json, 'has a new address; the earlier link no longer works');
}

async function begin(
  { config }: Tools,
  { proveContact }: Contacts,
  account: Account,
  contact: Contact,
  json: true | undefined,
): Promise<void> {
  const withheld = await proveContact.sendCode({ owner: ACTOR, account, by: 'operator' }, contact);
  if (withheld === 'wait') throw new Failure('A code was sent there less than a minute ago');
  if (withheld === 'many') throw new Failure(`${calling(account)} was sent too many codes. Wait an hour`);
  if (withheld) throw new Failure('That address was sent too many messages. Wait an hour');
  const { channel, to } = contact;
  if (json) return writeJson({ sub: account.sub, changed: false, code_sent: { channel, to } });
  const minutes = Math.round(config.accounts.contact_code_life / 60);
  const next = `When they read it to you, run accounts change ${calling(account)} --code … within ${minutes} minutes`;
  writeLine(`A code was sent to ${clean(to)}. ${next}.`);
}

/** One wrong code ends it: to guess again, an attacker needs a new code, and that is sent to the new address. */
async function confirm(
  tools: Tools,
  { contactCodes, changeContact }: Contacts,
  account: Account,
  code: string,
  json: true | undefined,
): Promise<void> {
  const { sub } = account;
  const checked = await contactCodes.check(ACTOR, sub, code);
  if (typeof checked === 'string') {
    await contactCodes.forget(ACTOR, sub);
    throw new Failure('That code is wrong or has expired. Send another one');
  }
  if (!(await changeContact.change(sub, checked, tools.record)))
    throw new Failure(`${calling(account)} is no longer active. Nothing was changed`);
  const { channel, to } = checked;
  if (json) return writeJson({ sub, changed: true, channel, to });
  writeLine(`${clean(calling(account))} now has ${clean(to)}. The old address was notified.`);
}
