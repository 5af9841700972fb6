import type { Account } from '../accounts/account.ts';
import type { ActivationLink } from '../accounts/activations.ts';
import type { Transaction } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { Invite } from '../use-cases/invite.ts';
import { Failure } from './failure.ts';
import { calling, identity } from './find.ts';
import { cell, clean, writeJson, writeLine } from './output.ts';
import { ACTOR, type Tools } from './tools.ts';

/** Somebody who is invited, with a link to hand on, or the way in which it was sent. */
export type Made = { readonly account: Pick<Account, 'sub' | 'userId' | 'name' | 'status'> } & (
  | { readonly link: ActivationLink }
  | { readonly sent: NoticeChannel }
);

/**
 * A new link; every earlier one no longer works.
 * @param invite sends the link and shows it to nobody, so that using it proves the address
 */
export async function makeLink(
  tx: Transaction,
  { activations, record }: Pick<Tools, 'activations' | 'record'>,
  account: Made['account'],
  invite: Pick<Invite, 'send'> | undefined,
): Promise<Made> {
  const to = { account: account.sub, by: ACTOR };
  const sent = await invite?.send(tx, to, record);
  if (sent === 'unreachable') throw new Failure(`${calling(account)} has no address to send a link to`);
  if (sent === 'many')
    throw new Failure('That address was sent too many messages. Wait an hour; the earlier link still works');
  if (sent && sent !== 'not-invited') return { account, sent };
  const link = sent === undefined ? await activations.issue(tx, to, record) : undefined;
  if (!link) throw new Failure(`${calling(account)} is ${account.status}: only invited accounts get a link`);
  return { account, link };
}

export function writeMade(
  tools: Tools,
  { account, ...made }: Made,
  json: true | undefined,
  done: string,
): void {
  const who = `${cell(account.name)} (${account.sub}) ${done}.`;
  const invited = { ...identity(account), name: account.name, status: 'invited' };
  if ('sent' in made) {
    const way = made.sent === 'sms' ? 'text message' : 'mail';
    if (json) writeJson({ ...invited, sent: made.sent });
    else writeLine(`${who} The activation link was sent by ${way}.`);
    return;
  }
  const { token, expiresAt } = made.link;
  const address = `${tools.config.issuer}/activate/${token}`;
  if (json) writeJson({ ...invited, activation_link: address, expires_at: expiresAt });
  else {
    writeLine(`${who} Their activation link works once and expires at ${cell(expiresAt)}:`);
    writeLine(clean(address));
  }
}
