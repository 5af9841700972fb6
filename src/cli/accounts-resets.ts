import { type Command, InvalidArgumentError } from 'commander';
import type { Account } from '../accounts/accounts.ts';
import type { HelpDesk } from '../app/help-desk.ts';
import { type RefusedBecause, ResetRefused } from '../help-desk/refusals.ts';
import { type ListedReset, listResets } from '../help-desk/reset-store.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { oneOf, type Paging, paged, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount, onAccount, type Whose } from './find.ts';
import { cell, clean, writeJson, writeLine } from './output.ts';
import { origin } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface ByOption extends Common, Whose {
  readonly by: string;
}

interface VerifyOptions extends ByOption {
  readonly channel?: NoticeChannel;
  readonly code?: string;
}

/** `accounts verify`, `reset-factor`, `approve-reset`, `stop-reset` and `resets`: the help desk. */
export function accountsResetsCommands(accounts: Command): void {
  const verify = helpdesk(
    accounts,
    'verify [account]',
    'send a code to the address on file of a caller; with --code, check the code that the caller reads',
  );
  verify
    .addOption(
      oneOf('--channel <channel>', 'how to send the code; email if there is an address', ['email', 'sms']),
    )
    .option('--code <digits>', 'the code that the caller reads', sixDigits)
    .action((name: string | undefined, options: VerifyOptions) => {
      if (options.code === undefined) return sendCode(name, options);
      if (options.channel === undefined) return enterCode(name, options.code, options);
      return verify.error('error: give either --channel or --code', { exitCode: 2 });
    });
  helpdesk(
    accounts,
    'reset-factor [account]',
    'request the removal of a verified caller’s second factor, after a hold or when a second person approves it',
  ).action(resetFactor);
  helpdesk(
    accounts,
    'approve-reset [account]',
    'approve a reset that someone else requested; it takes effect now',
  ).action(approveReset);
  helpdesk(
    accounts,
    'stop-reset [account]',
    'stop a reset; if it was waiting, no new one can start for as long as the hold',
  ).action(stopReset);
  paged(verb(accounts, 'resets', 'list open resets of second factors, newest first'))
    .option('--ended', 'include ended resets')
    .action(list);
}

function helpdesk(accounts: Command, nameAndArguments: string, description: string): Command {
  return onAccount(verb(accounts, nameAndArguments, description))
    .requiredOption('--by <account>', 'the help desk member who does this')
    .addHelpText('after', 'The audit log records --by as the person who did this.');
}

async function sendCode(name: string | undefined, options: VerifyOptions): Promise<void> {
  const { channel, json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const sent = await resets.start(account.sub, { by: actor, channel }, origin());
    if (json) return writeJson({ ...whose(account), channel: sent.channel, expires_at: sent.expiresAt });
    const way = sent.channel === 'sms' ? 'SMS' : 'email';
    writeLine(
      `A code was sent to ${clean(calling(account))} by ${way}. It expires at ${cell(sent.expiresAt)}.`,
    );
  });
}

async function enterCode(name: string | undefined, code: string, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const until = await resets.verify(account.sub, { by: actor, code }, origin());
    if (json) return writeJson({ ...whose(account), verified: true, expires_at: until });
    writeLine(`${clean(calling(account))} is verified. You can request the reset until ${cell(until)}.`);
  });
}

async function resetFactor(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const dueAt = await resets.request(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'held', due_at: dueAt });
    const when = `on ${cell(dueAt)}, or when someone else approves it`;
    writeLine(`The second factor of ${clean(calling(account))} will be reset ${when}. They were notified.`);
  });
}

async function approveReset(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resetFactor }, account, actor) => {
    const { told } = await resetFactor.approve(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'done', apps_told: told });
    const rest = told ? '' : ' Their apps will be notified when Redis is back.';
    writeLine(
      `The second factor of ${clean(calling(account))} was reset. They are signed out everywhere.${rest}`,
    );
  });
}

async function stopReset(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    await resets.stop(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'stopped' });
    writeLine(`The reset for ${clean(calling(account))} was stopped. The second factor stays.`);
  });
}

async function list(options: Paging & { ended?: true }): Promise<void> {
  const { limit, cursor: after, ended } = options;
  const page = await withTools((tools) => listResets(tools.db, { limit, after, ended }));
  writePage<ListedReset>(options, page, {
    json: (reset) => reset,
    row: ({ user_id, state, channel, started_by_user_id: by, started_at, due_at, ended_at, end_reason }) => ({
      user_id,
      state,
      channel,
      by,
      started: started_at,
      happens: due_at,
      ...(ended ? { ended: ended_at, reason: end_reason } : {}),
    }),
    none: 'No resets match.',
  });
}

async function withHelpDesk(
  name: string | undefined,
  { by, sub, userId }: ByOption,
  work: (desk: HelpDesk, account: Account, actor: string) => Promise<void>,
): Promise<void> {
  await withTools(async (tools) => {
    const account = await findAccount(tools, { account: name, sub, userId });
    const actor = await findAccount(tools, { account: by });
    const people = { account: calling(account), by: calling(actor) };
    try {
      await work(await tools.helpDesk(), account, actor.sub);
    } catch (error) {
      if (!(error instanceof ResetRefused)) throw error;
      const until = error.until ? ` until ${cell(error.until)}` : '';
      throw new Failure(REFUSALS[error.because](people, until));
    }
  });
}

type Sentence = (people: { account: string; by: string }, until: string) => string;

const REFUSALS: Readonly<Record<RefusedBecause, Sentence>> = {
  'role-missing': ({ by }) => `${by} does not have the role for this, or can’t sign in`,
  'own-account': () => 'You can’t do this for your own account',
  'not-active': ({ account }) => `${account} can’t sign in, so there is nothing to reset`,
  'no-factor': ({ account }) => `${account} has no second factor`,
  'no-contact': ({ account }) =>
    `${account} has no address on file for that channel, or messages can’t be sent there`,
  'contact-changed': ({ account }, until) =>
    `The address of ${account} for that was changed recently and may belong to an attacker, so no code is sent there${until}`,
  'many-messages': ({ account }) => `${account} was sent too many messages. Wait an hour`,
  running: ({ account }, until) =>
    `A reset for ${account} is already in progress${until}: see accounts resets`,
  'stopped-lately': ({ account }, until) =>
    `A reset for ${account} was stopped, so no new one can start${until}`,
  'no-code': ({ account }) => `${account} has no code that works now: send one with accounts verify`,
  malformed: () => 'A code has six digits',
  'wrong-code': () => 'That code is wrong',
  locked: (_, until) => `Too many wrong codes: no code is accepted${until}`,
  'not-verified': ({ account }) => `${account} is not verified: use accounts verify first`,
  'not-theirs': ({ by }) => `Someone other than ${by} sent the code and is talking to the caller`,
  'nothing-held': ({ account }) => `No reset is waiting for ${account}`,
  'second-person': ({ by }) => `${by} requested this reset: someone else must approve it`,
};

function whose({ sub, userId }: Account) {
  return { sub, user_id: userId || null };
}

function sixDigits(text: string): string {
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(digits)) return digits;
  throw new InvalidArgumentError('Give the six digits that the caller reads.');
}
