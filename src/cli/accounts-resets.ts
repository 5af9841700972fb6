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
    'send a code to who calls the help desk, at their address on file; with --code, enter what they read out',
  );
  verify
    .addOption(
      oneOf('--channel <channel>', 'how the code goes; e-mail unless there is none', ['email', 'sms']),
    )
    .option('--code <digits>', 'the code that the caller read out', sixDigits)
    .action((name: string | undefined, options: VerifyOptions) => {
      if (options.code === undefined) return sendCode(name, options);
      if (options.channel === undefined) return enterCode(name, options.code, options);
      return verify.error('error: give either --channel or --code', { exitCode: 2 });
    });
  helpdesk(
    accounts,
    'reset-factor [account]',
    'ask for the removal of a verified caller’s second factor: after a hold, or once a second person approves it',
  ).action(resetFactor);
  helpdesk(accounts, 'approve-reset [account]', 'let a reset that somebody else asked for happen now').action(
    approveReset,
  );
  helpdesk(
    accounts,
    'stop-reset [account]',
    'stop a reset; one that waited keeps new ones away for as long as the hold',
  ).action(stopReset);
  paged(verb(accounts, 'resets', 'the resets of second factors that run, the newest first'))
    .option('--ended', 'ended ones too')
    .action(list);
}

function helpdesk(accounts: Command, nameAndArguments: string, description: string): Command {
  return onAccount(verb(accounts, nameAndArguments, description))
    .requiredOption('--by <account>', 'who of the help desk does it')
    .addHelpText('after', 'It is written down as done by --by, whoever types it.');
}

async function sendCode(name: string | undefined, options: VerifyOptions): Promise<void> {
  const { channel, json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const sent = await resets.start(account.sub, { by: actor, channel }, origin());
    if (json) return writeJson({ ...whose(account), channel: sent.channel, expires_at: sent.expiresAt });
    const way = sent.channel === 'sms' ? 'SMS' : 'e-mail';
    writeLine(`A code went to ${clean(calling(account))} by ${way}, good until ${cell(sent.expiresAt)}.`);
  });
}

async function enterCode(name: string | undefined, code: string, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const until = await resets.verify(account.sub, { by: actor, code }, origin());
    if (json) return writeJson({ ...whose(account), verified: true, expires_at: until });
    writeLine(`${clean(calling(account))} is verified; the reset can be asked for until ${cell(until)}.`);
  });
}

async function resetFactor(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    const dueAt = await resets.request(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'held', due_at: dueAt });
    const when = `on ${cell(dueAt)}, or as soon as somebody else approves it`;
    writeLine(`The second factor of ${clean(calling(account))} will be reset ${when}. They were told.`);
  });
}

async function approveReset(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resetFactor }, account, actor) => {
    const { told } = await resetFactor.approve(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'done', apps_told: told });
    const rest = told ? '' : ' Their apps will be told as soon as Redis is back.';
    writeLine(
      `The second factor of ${clean(calling(account))} is reset; they are signed out everywhere.${rest}`,
    );
  });
}

async function stopReset(name: string | undefined, options: ByOption): Promise<void> {
  const { json } = options;
  await withHelpDesk(name, options, async ({ resets }, account, actor) => {
    await resets.stop(account.sub, { by: actor }, origin());
    if (json) return writeJson({ ...whose(account), state: 'stopped' });
    writeLine(`The reset for ${clean(calling(account))} is stopped; the second factor stays.`);
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
    none: 'There are no such resets.',
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
  'role-missing': ({ by }) => `${by} has not the role for this, or may not sign in`,
  'own-account': () => 'Nobody does this for their own account',
  'not-active': ({ account }) => `${account} may not sign in, so there is nothing to reset`,
  'no-factor': ({ account }) => `${account} has no second factor`,
  'no-contact': ({ account }) =>
    `${account} has no address on file for that channel, or nothing is sent there`,
  'contact-changed': ({ account }, until) =>
    `The address of ${account} for that was changed lately, and may be a thief’s, so no code goes there${until}`,
  'many-messages': ({ account }) => `${account} was sent many messages lately: wait an hour`,
  running: ({ account }, until) => `One runs for ${account} already${until}: accounts resets shows it`,
  'stopped-lately': ({ account }, until) =>
    `A reset for ${account} was stopped, so none can be begun${until}`,
  'no-code': ({ account }) => `No code of ${account} is good now: accounts verify sends one`,
  malformed: () => 'A code has six digits',
  'wrong-code': () => 'The code is wrong',
  locked: (_, until) => `Too many wrong codes: none is taken${until}`,
  'not-verified': ({ account }) => `${account} is not verified: accounts verify comes first`,
  'not-theirs': ({ by }) => `Somebody other than ${by} had the code sent, and talks to the caller`,
  'nothing-held': ({ account }) => `No reset waits for ${account}`,
  'second-person': ({ by }) => `${by} asked for this reset: somebody else must approve it`,
};

function whose({ sub, userId }: Account) {
  return { sub, user_id: userId || null };
}

function sixDigits(text: string): string {
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(digits)) return digits;
  throw new InvalidArgumentError('Give the six digits that the caller read out.');
}
