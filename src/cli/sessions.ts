import type { Command } from 'commander';
import type { EndReason } from '../sessions/ledger.ts';
import type { Touched } from '../sessions/session-list.ts';
import { describe } from './accounts-status.ts';
import { type Common, oneOf, type Paging, paged, verb, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount } from './find.ts';
import { clean, writeJson, writeLine } from './output.ts';
import { origin, type Tools } from './tools.ts';

const REASONS: readonly EndReason[] = ['revoked', 'password-changed', 'account-disabled'];

interface ListOptions extends Paging {
  readonly account?: string;
  readonly ended?: true;
}

interface EndOptions extends Common {
  readonly account?: string;
  readonly reason: EndReason;
  readonly dryRun?: true;
}

export function sessionsCommands(program: Command): void {
  const sessions = program.command('sessions').description('who is signed in');
  paged(verb(sessions, 'list', 'the open sessions, the newest first'))
    .option('--account <account>', 'of this person alone')
    .option('--ended', 'ended ones too')
    .action(list);
  const end = verb(sessions, 'end [session]', 'end one session, or all of a person: their apps are told');
  end
    .option('--account <account>', 'all sessions of this person, phones too')
    .addOption(oneOf('--reason <reason>', 'what ledger and audit log are to say', REASONS).default('revoked'))
    .option('--dry-run', 'only say what it would end')
    .action((uid: string | undefined, options: EndOptions) => {
      if ((uid === undefined) === (options.account === undefined)) {
        end.error('error: give either a session or --account', { exitCode: 2 });
      }
      return uid === undefined ? endAll(String(options.account), options) : endOne(uid, options);
    });
}

async function list(options: ListOptions): Promise<void> {
  const { limit, cursor: after, ended, account: name } = options;
  const page = await withTools(async (tools) => {
    const account = name === undefined ? undefined : (await findAccount(tools, name)).sub;
    return tools.sessionList.page({ limit, after, ended, account });
  });
  writePage(options, page, {
    json: (session) => session,
    row: ({ uid, user_id, apps, started_at, last_seen_at, ended_at, end_reason, address }) => ({
      ...{ user_id, apps, started: started_at, last_seen: last_seen_at },
      ...(ended ? { ended: ended_at, reason: end_reason } : {}),
      ...{ address, session: uid },
    }),
    none: 'There are no such sessions.',
  });
}

async function endOne(uid: string, options: EndOptions): Promise<void> {
  await withTools(async (tools) => {
    const sub = await tools.sessionList.openAccount(uid.replaceAll('\0', ''));
    const account = sub === undefined ? undefined : await tools.accounts.find(sub);
    if (!account) throw new Failure(`There is no open session ${uid}`);
    if (!options.dryRun) await (await tools.sessions()).end(uid, how(options));
    tell({ sessions: 1, offline: 0 }, calling(account), options);
  });
}

async function endAll(name: string, options: EndOptions): Promise<void> {
  await withTools(async (tools: Tools) => {
    const account = await findAccount(tools, name);
    const touched = await tools.sessionList.openOfAccount(account.sub);
    if (!options.dryRun) await (await tools.sessions()).endAllOf(account.sub, how(options));
    tell(touched, calling(account), options);
  });
}

function how({ reason }: EndOptions) {
  return { reason, by: null, origin: origin() };
}

function tell(touched: Touched, person: string, { json, reason, dryRun }: EndOptions): void {
  if (json) {
    writeJson({
      ...{ sessions_ended: touched.sessions, offline_grants_ended: touched.offline },
      ...{ reason, dry_run: dryRun ?? false },
    });
    return;
  }
  writeLine(`${describe(touched)} of ${clean(person)} ${dryRun ? 'would end' : 'ended'} (${reason}).`);
}
