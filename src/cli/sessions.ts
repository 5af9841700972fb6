import type { Command } from 'commander';
import { END_REASONS, type EndReason } from '../sessions/ledger.ts';
import type { ListedSession, Matched, Touched } from '../sessions/session-list.ts';
import { endSessions } from '../use-cases/end-sessions.ts';
import { describe } from './accounts-status.ts';
import { oneOf, type Paging, paged, someText, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount } from './find.ts';
import { clean, writeFacts, writeJson, writeLine, writeTable } from './output.ts';
import { type CriteriaOptions, choosesAny, chosen, criteriaOf, isOnePerson } from './session-criteria.ts';
import { sessionNoticesCommands } from './session-notices.ts';
import { ACTOR, origin } from './tools.ts';
import { type Common, verb } from './verb.ts';

/** Reasons that have a word of their own; any other text is a note beside `revoked`. */
const REASONS: readonly EndReason[] = ['revoked', 'password-changed', 'account-disabled'];

interface ListOptions extends Paging, CriteriaOptions {
  readonly ended?: true;
  readonly endReason?: string;
}

interface EndOptions extends Common, CriteriaOptions {
  readonly reason: string;
  readonly dryRun?: true;
}

export function sessionsCommands(sessions: Command): void {
  chosen(paged(verb(sessions, 'list', 'list open sessions, newest first')))
    .option('--ended', 'include ended sessions')
    .addOption(oneOf('--end-reason <reason>', 'only with this end reason', END_REASONS))
    .action(list);
  verb(sessions, 'show <session>', 'show a session, its apps and their logout notices').action(show);
  const end = verb(sessions, 'end [session]', 'end one session, or all that match, and notify their apps');
  chosen(end)
    .option('--reason <text>', 'why, for the session record and the audit log', someText(500), 'revoked')
    .option('--dry-run', 'only show what it would end')
    .action((uid: string | undefined, options: EndOptions) => {
      if ((uid === undefined) !== choosesAny(options)) {
        end.error('error: give either a session or a filter, such as --account', {
          exitCode: 2,
        });
      }
      if (uid !== undefined) return endOne(uid, options);
      return isOnePerson(options) ? endAll(options) : endMatching(options);
    });
  sessionNoticesCommands(sessions);
}

async function list(options: ListOptions): Promise<void> {
  const { limit, cursor: after, ended, endReason: reason } = options;
  const state = ended || reason ? undefined : 'open';
  const page = await withTools(async (tools) =>
    tools.sessionList.page({ ...(await criteriaOf(tools, options)), limit, after, state, reason }),
  );
  writePage<ListedSession>(options, page, {
    json: (session) => session,
    row: (session) => ({
      user_id: session.user_id,
      apps: session.apps,
      device: session.device,
      started: session.started_at,
      last_seen: session.last_seen_at,
      ...(state === 'open' ? {} : { ended: session.ended_at, reason: session.end_reason }),
      address: session.address,
      place: session.place,
      session: session.uid,
    }),
    none: 'No sessions match.',
  });
}

async function show(uid: string, { json }: Common): Promise<void> {
  const session = await withTools((tools) => tools.sessionList.find(uid));
  if (!session) throw new Failure(`There is no session ${uid}`);
  if (json) return writeJson(session);
  const { apps, practices, ...facts } = session;
  writeFacts({ ...facts, practices: practices.map(({ name, role }) => `${name} (${role})`) });
  writeLine();
  writeTable(
    apps.map(({ client_id, name, first_entered_at, last_entered_at, notice }) => ({
      app: client_id,
      name,
      entered: first_entered_at,
      again: last_entered_at,
      notice: notice?.outcome,
      tries: notice?.attempts,
      last_error: notice?.last_error,
      id: notice?.id,
    })),
    'No apps were opened.',
  );
}

async function endOne(uid: string, options: EndOptions): Promise<void> {
  await withTools(async (tools) => {
    const sub = await tools.sessionList.openAccount(uid.replaceAll('\0', ''));
    const account = sub === undefined ? undefined : await tools.accounts.find(sub);
    if (!account) throw new Failure(`There is no open session ${uid}`);
    if (!options.dryRun) await (await tools.sessions()).end(uid, how(options));
    tell({ sessions: 1, offline: 0 }, ` of ${clean(calling(account))}`, options);
  });
}

async function endAll(options: EndOptions): Promise<void> {
  await withTools(async (tools) => {
    const account = await findAccount(tools, options);
    const touched = await tools.sessionList.openOfAccount(account.sub);
    if (!options.dryRun) await (await tools.sessions()).endAllOf(account.sub, how(options));
    tell(touched, ` of ${clean(calling(account))}`, options);
  });
}

async function endMatching(options: EndOptions): Promise<void> {
  if (options.reason !== 'revoked' && REASONS.some((reason) => reason === options.reason)) {
    throw new Failure(
      `${options.reason} is only for one account or session. Give the reason in your own words`,
    );
  }
  await withTools(async (tools) => {
    const criteria = await criteriaOf(tools, options);
    const matched = await tools.sessionList.countMatching(criteria);
    if (options.dryRun) return tell(matched, '', options);
    const ended = await endSessions(await tools.sessions(), criteria, tools.actor, how(options).note);
    tell({ ...matched, sessions: ended.sessions, more: false }, '', options);
  });
}

function how({ reason: text }: EndOptions) {
  const reason = REASONS.find((word) => word === text);
  return {
    reason: reason ?? 'revoked',
    by: ACTOR,
    note: reason ? undefined : text,
    origin: origin(),
  } as const;
}

function tell(touched: Touched & Partial<Matched>, whose: string, options: EndOptions): void {
  const { json, reason, dryRun } = options;
  if (json) {
    writeJson({
      sessions_ended: touched.sessions,
      offline_grants_ended: touched.offline,
      ...(touched.more === undefined ? {} : { more: touched.more }),
      reason,
      dry_run: dryRun ?? false,
    });
    return;
  }
  const least = touched.more ? 'At least ' : '';
  writeLine(`${least}${describe(touched)}${whose} ${dryRun ? 'would end' : 'ended'} (${clean(reason)}).`);
}
