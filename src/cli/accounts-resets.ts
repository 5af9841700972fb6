import { type Command, InvalidArgumentError } from 'commander';
import type { Account } from '../accounts/account.ts';
import type { HelpDesk } from '../app/help-desk.ts';
import { type RefusedBecause, ResetRefused } from '../help-desk/refusals.ts';
import { type ListedReset, listResets } from '../help-desk/reset-store.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { oneOf, type Paging, paged, withAccount, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount, identity, onAccount } from './find.ts';
import { cell, clean, writeJson, writeLine } from './output.ts';
import { origin } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface ByOption extends Common {
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
      if (options.code === undefined) return atHelpDesk(sendCode)(name, options);
      if (options.channel === undefined) return atHelpDesk(enterCode)(name, options);
      return verify.error('error: give either --channel or --code', { exitCode: 2 });
    });
  helpdesk(
    accounts,
    'reset-factor [account]',
    'request the removal of a verified caller’s second factor, after a hold or when a second person approves it',
  ).action(atHelpDesk(resetFactor));
  helpdesk(
    accounts,
    'approve-reset [account]',
    'approve a reset that someone else requested; it takes effect now',
  ).action(atHelpDesk(approveReset));
  helpdesk(
    accounts,
    'stop-reset [account]',
    'stop a reset; if it was waiting, no new one can start for as long as the hold',
  ).action(atHelpDesk(stopReset));
  paged(verb(accounts, 'resets', 'list open resets of second factors, newest first'))
    .option('--ended', 'include ended resets')
    .action(list);
}

function helpdesk(accounts: Command, nameAndArguments: string, description: string): Command {
  return onAccount(verb(accounts, nameAndArguments, description))
    .requiredOption('--by <account>', 'the help desk member who does this')
    .addHelpText('after', 'The audit log records --by as the person who did this.');
}

async function sendCode({ resets }: HelpDesk, { account, actor }: Call, { channel, json }: VerifyOptions) {
  const sent = await resets.start(account.sub, { by: actor, channel }, origin());
  if (json) return writeJson({ ...identity(account), channel: sent.channel, expires_at: sent.expiresAt });
  const way = sent.channel === 'sms' ? 'SMS' : 'email';
  writeLine(
    `A code was sent to ${clean(calling(account))} by ${way}. It expires at ${cell(sent.expiresAt)}.`,
  );
}

async function enterCode({ resets }: HelpDesk, { account, actor }: Call, { code, json }: VerifyOptions) {
  const until = await resets.verify(account.sub, { by: actor, code: String(code) }, origin());
  if (json) return writeJson({ ...identity(account), verified: true, expires_at: until });
  writeLine(`${clean(calling(account))} is verified. You can request the reset until ${cell(until)}.`);
}

async function resetFactor({ resets }: HelpDesk, { account, actor }: Call, { json }: ByOption) {
  const dueAt = await resets.request(account.sub, { by: actor }, origin());
  if (json) return writeJson({ ...identity(account), state: 'held', due_at: dueAt });
  const when = `on ${cell(dueAt)}, or when someone else approves it`;
  writeLine(`The second factor of ${clean(calling(account))} will be reset ${when}. They were notified.`);
}

async function approveReset({ resetFactor }: HelpDesk, { account, actor }: Call, { json }: ByOption) {
  const { told } = await resetFactor.approve(account.sub, { by: actor }, origin());
  if (json) return writeJson({ ...identity(account), state: 'done', apps_told: told });
  const rest = told ? '' : ' Their apps will be notified when Redis is back.';
  writeLine(
    `The second factor of ${clean(calling(account))} was reset. They are signed out everywhere.${rest}`,
  );
}

async function stopReset({ resets }: HelpDesk, { account, actor }: Call, { json }: ByOption) {
  await resets.stop(account.sub, { by: actor }, origin());
  if (json) return writeJson({ ...identity(account), state: 'stopped' });
  writeLine(`The reset for ${clean(calling(account))} was stopped. The second factor stays.`);
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

/** Who called, and who of the help desk answered, by sub. */
interface Call {
  readonly account: Account;
  readonly actor: string;
}

/** The action of a command that --by does; what the help desk refuses is said in a sentence. */
function atHelpDesk<Options extends ByOption>(
  work: (desk: HelpDesk, call: Call, options: Options) => Promise<void>,
) {
  return withAccount<Options>(async (tools, account, options) => {
    const actor = await findAccount(tools, { account: options.by });
    const people = { account: calling(account), by: calling(actor) };
    try {
      await work(await tools.helpDesk(), { account, actor: actor.sub }, options);
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

function sixDigits(text: string): string {
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(digits)) return digits;
  throw new InvalidArgumentError('Give the six digits that the caller reads.');
}
