import type { ActivationLink } from '../accounts/activations.ts';
import type { Recorder } from '../audit-events.ts';
import type { Transaction } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { Invite } from '../use-cases/invite.ts';
import { Failure } from './failure.ts';
import { calling } from './find.ts';
import { cell, clean, writeJson, writeLine } from './output.ts';
import { ACTOR, type Tools } from './tools.ts';

/** Somebody who is invited, with a link to hand on, or the way in which it was sent. */
export interface Made {
  readonly account: { readonly sub: string; readonly userId: string; readonly name: string };
  readonly link?: ActivationLink | undefined;
  readonly sent?: NoticeChannel | undefined;
}

/** Sends the link and shows it to nobody, so that who comes back by it proves the address. */
export async function sendLink(
  tx: Transaction,
  invite: Invite,
  account: Made['account'],
  record: Recorder,
): Promise<NoticeChannel> {
  const sent = await invite.send(tx, { account: account.sub, by: ACTOR }, record);
  if (sent === 'unreachable') throw new Failure(`${calling(account)} has no address to send a link to`);
  if (sent === 'many')
    throw new Failure('That address was sent too many messages. Wait an hour; the earlier link still works');
  if (sent === 'not-invited')
    throw new Failure(`${calling(account)} is not invited: only invited accounts get a link`);
  return sent;
}

export function writeSent({ account, sent }: Made, json: true | undefined, done: string): void {
  if (json) {
    writeJson({ ...invited(account), sent });
    return;
  }
  const way = sent === 'sms' ? 'text message' : 'mail';
  writeLine(`${cell(account.name)} (${account.sub}) ${done}. The activation link was sent by ${way}.`);
}

export function writeLink(tools: Tools, { account, link }: Made, json: true | undefined, done: string): void {
  if (!link) throw new Error('a new account is invited');
  const address = `${tools.config.issuer}/activate/${link.token}`;
  if (json) {
    writeJson({ ...invited(account), activation_link: address, expires_at: link.expiresAt });
    return;
  }
  const until = cell(link.expiresAt);
  writeLine(
    `${cell(account.name)} (${account.sub}) ${done}. Their activation link works once and expires at ${until}:`,
  );
  writeLine(clean(address));
}

function invited({ sub, userId, name }: Made['account']) {
  return { sub, user_id: userId || null, name, status: 'invited' };
}
