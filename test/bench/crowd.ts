import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import type { Template } from '../support/database.ts';

export interface CrowdSize {
  /** Sessions in the ledger; one in a hundred is open. */
  readonly sessions: number;
  /** Rows of the audit log. */
  readonly events: number;
}

/** What was made, to look for. The same sizes give the same crowd, times aside. */
export interface Crowd {
  /** Number of accounts: `crowdAccount(0)` to `crowdAccount(accounts - 1)`. */
  readonly accounts: number;
  readonly practices: number;
  readonly apps: readonly string[];
  /** The days that sessions and events are spread over, up to now. */
  readonly days: number;
}

const APPS = ['claims', 'eligibility', 'prior-authorization', 'payments', 'mobile'] as const;
const DAYS = 60;
/** Rows a statement inserts: a second's work, since nobody on this server seals a row while an older one runs. */
const CHUNK = 5_000;
/** Events from which on indexes are made afterwards. */
const MANY = 1_000_000;

/**
 * Fills an empty database with a crowd: accounts at practices, their sessions with apps and notices, and audit
 * rows, spread evenly over the last 60 days. A few accounts, addresses and apps have a large part of the rows, as
 * in life. Tables are analyzed at the end.
 * @param db with a query_timeout of 60 s, for millions of rows of an hour: their indexes take time
 */
export async function makeCrowd(db: Database, { sessions, events }: CrowdSize): Promise<Crowd> {
  const accounts = Math.max(10, Math.ceil(sessions / 50));
  const practices = Math.max(2, Math.ceil(accounts / 10));
  await inChunks(practices, (from, to) => insertPractices(db, from, to));
  await inChunks(accounts, (from, to) => insertAccounts(db, from, to, practices));
  const sizes = { accounts, sessions };
  await makePartitions(db);
  await inChunks(sessions, (from, to) => insertSessions(db, from, to, sizes));
  const fill = () => inChunks(events, (from, to) => insertEvents(db, from, to, { ...sizes, events }));
  await (events > MANY ? withoutIndexes(db, 'audit_events', fill) : fill());
  await analyze(db);
  return { accounts, practices, apps: APPS, days: DAYS };
}

/** How large the crowd is that searches are tried on. */
export const CROWDED: CrowdSize = process.env.LONG
  ? { sessions: 1_000_000, events: 10_000_000 }
  : { sessions: 200_000, events: 200_000 };

/** That crowd, made once a run. */
export const crowded: Template = {
  name: 'crowded',
  async fill(url) {
    const db = openDatabase({ ...settings(url), query_timeout: 3_600 }, silent);
    try {
      await makeCrowd(db, CROWDED);
      await until(() => isVacuumed(db), 60_000);
    } finally {
      await db.destroy();
    }
  },
};

/**
 * As autovacuum does it in time: an index alone then tells what is counted. False where rows are not yet known to be
 * visible to everybody, since PostgreSQL's own analysis held a snapshot from before them.
 */
async function isVacuumed(db: Database): Promise<boolean> {
  for (const table of ['audit_events', 'sessions', 'session_apps', 'logout_notices']) {
    await sql`vacuum analyze ${sql.table(table)}`.execute(db);
  }
  const { rows } = await sql`
    select from pg_class where relname like 'audit\_events\_2%' and relkind = 'r'
      and relallvisible < relpages`.execute(db);
  return rows.length === 0;
}

/** The sub of an account of the crowd. */
export const crowdAccount = (number: number) => `crowd-account-${String(number).padStart(8, '0')}`;
/** The id of a practice of the crowd. */
export const crowdPractice = (number: number) => `crowd-practice-${String(number).padStart(8, '0')}`;
/** The uid of a session of the crowd; the last ones are the newest. */
export const crowdSession = (number: number) => `crowd-session-${String(number).padStart(8, '0')}`;

/** Tells the planner what is there; a crowd that grew by hand is analyzed again by whoever grew it. */
export async function analyze(db: Database): Promise<void> {
  for (const table of [
    'accounts',
    'memberships',
    'sessions',
    'session_apps',
    'logout_notices',
    'audit_events',
  ]) {
    await sql`analyze ${sql.table(table)}`.execute(db);
  }
}

/** One for each month, as the service would have made them in time. */
async function makePartitions(db: Database): Promise<void> {
  for (let back = 0; back <= Math.ceil(DAYS / 28); back += 1) {
    await sql`select audit_make_partition(clock_timestamp() - make_interval(months => ${back}))`.execute(db);
  }
}

/** Fills a table, then makes its indexes at once: several times as fast as row by row. */
async function withoutIndexes(db: Database, table: string, fill: () => Promise<void>): Promise<void> {
  const { rows: indexes } = await sql<{ name: string; definition: string }>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = ${table}::regclass and not indisprimary`.execute(db);
  for (const { name } of indexes) await sql`drop index ${sql.id(name)}`.execute(db);
  await fill();
  for (const { definition } of indexes) {
    await sql.raw(definition.replace(' ON ONLY ', ' ON ')).execute(db);
  }
}

async function inChunks(
  total: number,
  insert: (from: number, to: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < total; from += CHUNK) await insert(from, Math.min(total, from + CHUNK) - 1);
}

const rows = (from: number, to: number) => sql`generate_series(${from}::int, ${to}::int) as i`;
const named = (kind: string, number: ReturnType<typeof sql>) =>
  sql`'crowd-' || ${kind}::text || '-' || lpad((${number})::text, 8, '0')`;
/** A number from 0 to `below` - 1 that a row's number gives, another for each `salt`. */
const pick = (salt: number, below: number) =>
  sql`((hashint4extended(i, ${salt}::bigint) & 9223372036854775807) % ${below}::bigint)::int`;
/** The same, small numbers far more often. */
const often = (salt: number, below: number) =>
  sql`floor(power(${pick(salt, 1_000_000)} / 1e6::float8, 3) * ${below}::int)::int`;
/** Row `i` of `total`, oldest first, in time. */
const moment = (total: number) =>
  sql`clock_timestamp() - make_interval(secs => ${DAYS}::int * 86400::float8 * (${total}::int - i) / ${total}::int)`;
const oneOf = (salt: number, values: readonly string[]) =>
  sql`(${[...values]}::text[])[1 + ${pick(salt, values.length)}]`;
/** Nine of ten are IPv4, in /16 networks of very different size. */
const address = (salt: number) => sql`case when ${pick(salt, 10)} = 0
  then '2001:db8:' || to_hex(${often(salt + 1, 4096)}) || '::' || to_hex(1 + ${pick(salt + 2, 65_000)})
  else '198.' || ${often(salt + 1, 200)} || '.' || ${often(salt + 2, 256)} || '.' || ${pick(salt + 3, 256)} end`;
const browser = (
  salt: number,
) => sql`'Mozilla/5.0 (' || ${oneOf(salt, SYSTEMS)} || ') AppleWebKit/537.36 Chrome/'
  || (110 + ${pick(salt + 1, 30)}) || '.0 Safari/537.36'`;
const SYSTEMS = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 14_5',
  'iPhone; CPU iPhone OS 18_1',
];
/** What the ledger calls them. */
const DEVICES = ['Chrome on Windows', 'Chrome on Mac', 'Chrome on iPhone'];

function insertPractices(db: Database, from: number, to: number) {
  return sql`
    insert into practices (id, name, tax_id, npis)
    select ${named('practice', sql`i`)}, 'Practice ' || i, lpad(i::text, 9, '0'), array[lpad(i::text, 10, '1')]
    from ${rows(from, to)}`.execute(db);
}

async function insertAccounts(db: Database, from: number, to: number, practices: number) {
  await sql`
    insert into accounts (sub, user_id, user_id_folded, given_name, family_name, email, status)
    select ${named('account', sql`i`)}, 'crowd.' || i, 'crowd.' || i, ${oneOf(1, ['Ana', 'Lee', 'Sam', 'Ines'])},
      'Of-the-Crowd-' || i, 'crowd.' || i || '@example.org', case when i % 200 = 7 then 'disabled' else 'active' end
    from ${rows(from, to)}`.execute(db);
  await sql`
    insert into memberships (account, practice, role, status, granted_by)
    select ${named('account', sql`i`)}, ${named('practice', pick(2, practices))},
      ${oneOf(3, ['clinician', 'biller', 'staff', 'practice-administrator'])}, 'active', 'crowd'
    from ${rows(from, to)}`.execute(db);
}

interface Sizes {
  readonly accounts: number;
  readonly sessions: number;
}

/** One in a hundred is open, the others ended half an hour after they began. */
async function insertSessions(db: Database, from: number, to: number, { accounts, sessions }: Sizes) {
  await sql`
    insert into sessions (uid, account, started_at, last_seen_at, idle_expires_at, absolute_expires_at, ended_at,
      end_reason, ended_by, address, user_agent, device, acr, amr)
    select ${named('session', sql`i`)}, ${named('account', often(10, accounts))}, at, at + interval '20 minutes',
      case when i % 100 = 0 then clock_timestamp() + interval '30 minutes' else at + interval '30 minutes' end,
      case when i % 100 = 0 then clock_timestamp() + interval '12 hours' else at + interval '12 hours' end,
      case when i % 100 = 0 then null else at + interval '30 minutes' end,
      case when i % 100 = 0 then null else ${oneOf(11, ['signed-out', 'idle', 'absolute', 'revoked'])} end,
      null, ${address(12)}, ${browser(16)}, ${oneOf(16, DEVICES)},
      'http://idmanagement.gov/ns/assurance/aal/' || (1 + i % 2),
      case when i % 2 = 0 then array['pwd'] else array['pwd', 'otp'] end
    from ${rows(from, to)}, lateral (select ${moment(sessions)} as at) as began`.execute(db);
  await sql`
    insert into session_apps (uid, client_id, sid, first_entered_at, last_entered_at)
    select ${named('session', sql`i`)}, app, 'crowd-sid-' || i || '-' || app, ${moment(sessions)}, ${moment(sessions)}
    from ${rows(from, to)}, unnest(${[...APPS]}::text[]) with ordinality as apps (app, n)
    where n = 1 or ${pick(20, 7)} < 4 - n`.execute(db);
  await sql`
    insert into logout_notices (uid, client_id, sid, status, attempts, last_error, created_at, updated_at)
    select ${named('session', sql`i`)}, 'claims', 'crowd-sid-' || i || '-claims',
      case when i % 2000 = 10 then 'dead' else 'accepted' end, 1,
      case when i % 2000 = 10 then 'timeout' end, ${moment(sessions)}, ${moment(sessions)}
    from ${rows(from, to)} where i % 10 = 0 and i % 100 <> 0`.execute(db);
}

/** What a day's log is made of, commonest first: `often` picks from the head. */
const EVENTS = [
  ['app.entered', 'success', null],
  ['sign-in.succeeded', 'success', null],
  ['session.ended', 'success', 'signed-out'],
  ['session.ended', 'success', 'idle'],
  ['sign-in.failed', 'failure', 'wrong-password'],
  ['sign-in.failed', 'failure', 'unknown-user-id'],
  ['factor.failed', 'failure', 'wrong-code'],
  ['app.refused', 'failure', 'role-missing'],
  ['sign-in.refused', 'failure', 'locked'],
  ['lock.begun', 'failure', 'password'],
  ['lock.ended', 'success', 'password'],
  ['account.changed', 'success', null],
  ['membership.granted', 'success', null],
] as const;

function insertEvents(db: Database, from: number, to: number, sizes: Sizes & { events: number }) {
  const kinds = sql`(values ${sql.join(
    EVENTS.map(
      ([event, outcome, reason], n) => sql`(${n}::int, ${event}::text, ${outcome}::text, ${reason}::text)`,
    ),
  )}) as kinds (n, event, outcome, reason)`;
  return sql`
    insert into audit_events (at, event, outcome, reason, account, actor, app, session, address, user_agent,
      request, before, after)
    select ${moment(sizes.events)}, event, outcome, reason,
      case when reason = 'unknown-user-id' then null else ${named('account', often(30, sizes.accounts))} end,
      case when n >= 11 then ${named('account', pick(31, sizes.accounts))} end,
      case when n in (0, 7) then ${oneOf(32, APPS)} end,
      case when n < 4 then ${named('session', pick(33, Math.max(1, sizes.sessions)))} end,
      ${address(34)}, ${browser(38)}, 'crowd-request-' || i,
      case when n = 11 then '{"status":"active"}'::jsonb end,
      case when n = 11 then '{"status":"disabled"}'::jsonb when n >= 8 then jsonb_build_object('row', i) end
    from ${rows(from, to)} join ${kinds} on n = ${often(40, EVENTS.length)}`.execute(db);
}
