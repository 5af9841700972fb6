import { sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { AccountStatus, FactorResetState, NoticeChannel } from '../postgres/schema.ts';
import type { GlobalRole } from '../roles.ts';

/** The owner of the factor, with everything that a notice needs. */
export interface Person {
  readonly sub: string;
  /** The folded user ID: what guesses are counted under. */
  readonly subject: string;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  readonly locale: string | null;
  readonly zoneinfo: string | null;
  readonly status: AccountStatus;
}

/** The reset in progress for an account; it has one at most. */
export interface RunningReset {
  readonly id: string;
  readonly account: string;
  readonly state: 'code-sent' | 'verified' | 'held';
  readonly channel: NoticeChannel;
  readonly code: Buffer | null;
  readonly startedBy: string;
  readonly expiresAt: Date;
  readonly dueAt: Date | null;
  /** Its account was disabled, or its code or proof is too old: it must not go on. */
  readonly over: boolean;
  readonly accountDisabled: boolean;
  /** Its hold is over: it is to happen now. */
  readonly due: boolean;
}

/** A reset as a list shows it. */
export interface ListedReset {
  readonly id: string;
  readonly account: string;
  readonly user_id: string | null;
  readonly state: FactorResetState;
  readonly channel: NoticeChannel;
  /** A sub, and that person's user ID. */
  readonly started_by: string;
  readonly started_by_user_id: string | null;
  readonly started_at: Date;
  readonly due_at: Date | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
}

const NOW = sql<Date>`clock_timestamp()`;
const LAPSED = sql<boolean>`(account_disabled or (state <> 'held' and expires_at <= clock_timestamp()))`;
const DUE = sql<boolean>`(state = 'held' and due_at <= clock_timestamp())`;

/** A moment so many seconds from now, by PostgreSQL's clock. */
export function fromNow(seconds: number) {
  return sql<Date>`date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => ${seconds})`;
}

/** Locks an account's row, so that everything done about its reset happens in turn, on every replica. */
export async function lockPerson(tx: Transaction, account: string): Promise<Person | undefined> {
  return tx
    .selectFrom('accounts')
    .select(['sub', 'email', 'phone_number as phoneNumber', 'locale', 'zoneinfo', 'status'])
    .select(sql<string>`coalesce(user_id_folded, sub)`.as('subject'))
    .where('sub', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Whether somebody may sign in and has one of these roles, which cannot be revoked until `tx` ends. */
export async function holdsRole(
  tx: Transaction,
  account: string,
  roles: readonly GlobalRole[],
): Promise<boolean> {
  const row = await tx
    .selectFrom('global_roles')
    .innerJoin('accounts', 'accounts.sub', 'global_roles.account')
    .select('role')
    .where('accounts.sub', '=', account)
    .where('accounts.status', '=', 'active')
    .where('role', 'in', roles)
    .forShare('global_roles')
    .executeTakeFirst();
  return row !== undefined;
}

/** The reset in progress; who acts on it locks the account's row first. */
export async function runningReset(
  tx: Database | Transaction,
  account: string,
): Promise<RunningReset | undefined> {
  const row = await tx
    .selectFrom('factor_resets')
    .select(['id', 'account', 'channel', 'code', 'started_by as startedBy', 'expires_at as expiresAt'])
    .select(['due_at as dueAt', 'account_disabled as accountDisabled'])
    .select(sql<RunningReset['state']>`state`.as('state'))
    .select([LAPSED.as('over'), DUE.as('due')])
    .where('account', '=', account)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row;
}

/** Some of the accounts whose reset is to happen now, or may not go on. */
export async function accountsToSettle(db: Database, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('factor_resets')
    .select('account')
    .where('ended_at', 'is', null)
    .where(sql<boolean>`(${LAPSED} or ${DUE})`)
    .orderBy('started_at')
    .limit(limit)
    .execute();
  return rows.map(({ account }) => account);
}

/** Whether there is an authenticator to reset, as the transaction sees it. */
export async function hasFactor(tx: Transaction, account: string): Promise<boolean> {
  const row = await tx.selectFrom('authenticators').select('id').where('account', '=', account).limit(1);
  return (await row.executeTakeFirst()) !== undefined;
}

/** Ends the reset in progress. */
export async function endReset(
  tx: Transaction,
  id: string,
  end: { state: 'done' | 'stopped' | 'expired'; by: string; reason: string },
): Promise<void> {
  await tx
    .updateTable('factor_resets')
    .set({ state: end.state, code: null, ended_at: NOW, ended_by: end.by, end_reason: end.reason })
    .where('id', '=', id)
    .execute();
}

/**
 * Until when this colleague can begin no reset, because one was stopped; undefined when they can. A stop of one whose
 * caller was verified bars the whole help desk; a stop before that bars only the colleague who talked to the caller,
 * so that the owner, who may call next, is helped by another.
 */
export async function pausedUntil(
  tx: Transaction,
  { account, by }: { account: string; by: string },
  hold: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ until: Date | null }>`
    select max(ended_at) + make_interval(secs => ${hold}) as until from factor_resets
    where account = ${account} and state = 'stopped' and end_reason <> 'account-disabled'
      and (due_at is not null or started_by = ${by})
      and ended_at > clock_timestamp() - make_interval(secs => ${hold})`.execute(tx);
  return rows[0]?.until ?? undefined;
}

/** Resets done more than `age` s ago whose sessions are not known to have been ended. */
export async function untold(
  db: Database,
  age: number,
  limit: number,
): Promise<{ id: string; account: string; by: string }[]> {
  return db
    .selectFrom('factor_resets')
    .select(['id', 'account', sql<string>`ended_by`.as('by')])
    .where('state', '=', 'done')
    .where('sessions_ended_at', 'is', null)
    .where(sql<boolean>`ended_at <= clock_timestamp() - make_interval(secs => ${age})`)
    .orderBy('ended_at')
    .limit(limit)
    .execute();
}

export async function noteTold(db: Database, id: string): Promise<void> {
  await db.updateTable('factor_resets').set({ sessions_ended_at: NOW }).where('id', '=', id).execute();
}

/** The reset whose stop link has this token's hash. */
export async function findByToken(db: Database, tokenHash: string) {
  return (
    db
      .selectFrom('factor_resets')
      .innerJoin('accounts', 'accounts.sub', 'factor_resets.account')
      .select(['factor_resets.id', 'account', 'state', 'accounts.zoneinfo'])
      // A link is sent with the hold, which has a due time.
      .select((row) => row.ref('due_at').$notNull().as('dueAt'))
      .where('stop_token_hash', '=', tokenHash)
      .executeTakeFirst()
  );
}

/** The newest first; only those in progress, unless `ended`. */
export async function listResets(
  db: Database,
  { limit, after, ended }: PageRequest & { ended?: boolean | undefined },
): Promise<Page<ListedReset>> {
  const rows = await db
    .selectFrom('factor_resets')
    .innerJoin('accounts', 'accounts.sub', 'factor_resets.account')
    .innerJoin('accounts as starter', 'starter.sub', 'factor_resets.started_by')
    .select(['factor_resets.id', 'account', 'accounts.user_id', 'state', 'channel', 'started_by'])
    .select(['starter.user_id as started_by_user_id'])
    .select(['started_at', 'due_at', 'ended_at', 'ended_by', 'end_reason', exactly('started_at').as('at')])
    .$if(!ended, (query) => query.where('ended_at', 'is', null))
    .where(afterPlace('started_at', 'factor_resets.id', after))
    .orderBy('started_at', 'desc')
    .orderBy('factor_resets.id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = toPage(rows, limit, ({ at, id }) => ({ at, id }));
  return { ...page, rows: page.rows.map(({ at: _, ...reset }) => reset) };
}
