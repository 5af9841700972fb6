import { sql } from 'kysely';
import type { Append } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { FailureStreaksTable } from '../postgres/schema.ts';
import { AT_THE_FRONT, hashSubject, SECRETS, type Secret, type Slot } from './attempt.ts';

interface Told {
  readonly account?: string;
  readonly app?: string;
}

interface StreakFacts extends Record<string, unknown> {
  /** The first characters of the hashed subject, as rows of locks have it. */
  readonly subject: string;
  readonly device: boolean;
  readonly failures: number;
}

/** What an attempt needs to know before it is counted. */
export interface LockState {
  /** Failures in a row, tries that are being verified included; 0 to the limit. */
  readonly failures: number;
  /** Whether a success has anything to forget, here or on another device. */
  readonly any: boolean;
  /** Whether the log and the person have heard that it is shut. */
  readonly told: boolean;
}

/** Failures in a row of one secret, as an operator sees them. */
export interface Streak {
  readonly secret: Secret;
  /** Whether they are one known device's own. */
  readonly device: boolean;
  readonly failures: number;
  readonly lastAt: Date;
  /** Since when no more tries are taken; null while they are. */
  readonly shutAt: Date | null;
}

/** A secret that is shut, and whose it is; both null for a user ID that nobody has. */
export interface ShutStreak extends Streak {
  readonly account: string | null;
  readonly userId: string | null;
}

/** Who makes it take tries again; the person themselves, by the right secret, where there is no actor. */
export interface OpenedBy {
  readonly actor?: string;
  readonly account?: string | undefined;
  readonly app?: string | undefined;
  readonly origin: Origin;
}

export interface StreaksDependencies {
  readonly db: Database;
  /** Failures in a row that any authenticator takes. */
  readonly limit: number;
  readonly append: Append;
}

type Row = Pick<FailureStreaksTable, 'secret' | 'device' | 'failures'> & { account: string | null };

const SWEEP_BATCH = 200;
/** s for which failures at a user ID that nobody has are kept. */
const KEPT = 365 * 86_400;
/** The device of all that are not known: part of the key, so it cannot be null. */
const UNKNOWN = '';

/**
 * Failures in a row, however long they are spread: NIST SP 800-63B-4 §3.2.2 ends them at 100. PostgreSQL keeps
 * them, so no window, restart or emptied Redis begins anew. Where none is counted nothing is written: the first
 * failure makes a row, and from then on a try is counted in it before it is verified. All methods throw
 * AppError('store-away').
 */
export class Streaks {
  readonly #deps: StreaksDependencies;

  constructor(deps: StreaksDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts a try before it is verified.
   * @returns the streak it is counted in; `none` where nothing has failed, `full` when no try is left
   */
  async reserve(slot: Slot): Promise<{ id: string } | 'none' | 'full'> {
    const { db, limit } = this.#deps;
    const taken = await sql<{ streak: string }>`
      update failure_streaks set failures = failures + 1, last_at = clock_timestamp()
      where ${isOf(slot)} and failures < ${limit}
      returning streak`.execute(db);
    if (taken.rows[0]) return { id: taken.rows[0].streak };
    const left = await sql`select from failure_streaks where ${isOf(slot)}`.execute(db);
    return left.rows.length > 0 ? 'full' : 'none';
  }

  /**
   * The try failed; counts it, unless its reservation has and still stands: a success elsewhere forgets what
   * was before it, never what was under way. Tells once when it was the last that is taken.
   * @returns whether no more are taken
   */
  async fail(slot: Slot, reserved: string | undefined, told: Told, origin: Origin): Promise<boolean> {
    const { db, limit } = this.#deps;
    const { rows } = await sql<{ failures: number; shut_at: Date | null }>`
      insert into failure_streaks as known (subject, secret, device, streak, failures, account)
      values (${slot.subject}, ${slot.secret}, ${deviceOf(slot)}, ${newRowId()}, 1, ${told.account ?? null})
      on conflict (subject, secret, device) do update set
        failures = known.failures + (known.streak <> ${reserved ?? ''})::int,
        last_at = clock_timestamp(),
        account = coalesce(excluded.account, known.account)
      returning failures, shut_at`.execute(db);
    const [row] = rows;
    const shut = row !== undefined && row.failures >= limit;
    if (shut && row.shut_at === null) await this.tell(slot, told, origin);
    return shut;
  }

  /** Nothing was verified: the try is given back. */
  async release(slot: Slot, reserved: string): Promise<void> {
    await sql`
      update failure_streaks set failures = failures - 1
      where ${isOf(slot)} and streak = ${reserved} and failures > 1`.execute(this.#deps.db);
  }

  /** The right secret: its failures in a row are over, on every device. */
  async succeed({ subject, secret }: Slot, by: OpenedBy): Promise<void> {
    await this.#deps.db.transaction().execute((tx) => this.#forget(tx, subject, by, [secret]));
  }

  /** Writes down once that no more tries are taken; the person is told too. */
  async tell(slot: Slot, told: Told, origin: Origin): Promise<void> {
    const { db, limit, append } = this.#deps;
    await db.transaction().execute(async (tx) => {
      const { rows } = await sql<Row>`
        update failure_streaks set shut_at = clock_timestamp()
        where ${isOf(slot)} and failures >= ${limit} and shut_at is null
        returning *`.execute(tx);
      if (!rows[0]) return;
      const event = { event: 'authenticator.shut', outcome: 'failure', reason: slot.secret } as const;
      await append(tx, { ...event, ...told, after: facts(slot.subject, rows[0]) }, origin);
    });
  }

  /**
   * Forgets a subject's failures in a row, in the transaction of what opens them.
   * @param subject a folded user ID
   * @param secrets all, unless given
   * @returns how many were shut, and the failures of those that were not
   */
  async lift(
    tx: Transaction,
    subject: string,
    by: OpenedBy,
    secrets: readonly Secret[] = SECRETS,
  ): Promise<{ opened: number; failures: number }> {
    return this.#forget(tx, hashSubject(subject), by, secrets);
  }

  async #forget(tx: Transaction, subject: string, by: OpenedBy, secrets: readonly Secret[]) {
    const rows = await tx
      .deleteFrom('failure_streaks')
      .where('subject', '=', subject)
      .where('secret', 'in', secrets)
      .returningAll()
      .execute();
    const shut = rows.filter((row) => row.shut_at !== null);
    for (const row of shut) {
      const event = { event: 'authenticator.opened', outcome: 'success' } as const;
      const opened = { reason: row.secret, before: facts(subject, row) };
      await this.#deps.append(tx, { ...event, ...opened, ...whose(by, row.account) }, by.origin);
    }
    const others = rows.filter((row) => row.shut_at === null);
    return { opened: shut.length, failures: others.reduce((sum, { failures }) => sum + failures, 0) };
  }

  /** A subject's failures in a row, the most first. @param subject a folded user ID */
  async ofSubject(subject: string): Promise<Streak[]> {
    const rows = await this.#deps.db
      .selectFrom('failure_streaks')
      .selectAll()
      .where('subject', '=', hashSubject(subject))
      .orderBy('failures', 'desc')
      .execute();
    return rows.map(streakOf);
  }

  /** What is shut now, the last first. @param limit at most */
  async shut(limit: number): Promise<ShutStreak[]> {
    const rows = await this.#deps.db
      .selectFrom('failure_streaks')
      .leftJoin('accounts', 'accounts.sub', 'failure_streaks.account')
      .select(['account', 'accounts.user_id', 'secret', 'device', 'failures', 'last_at', 'shut_at'])
      .where('shut_at', 'is not', null)
      .orderBy('shut_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ account, user_id: userId, ...row }) => ({ ...streakOf(row), account, userId }));
  }

  /**
   * Forgets failures at user IDs that nobody has, a year after the last: whoever tries every name there is
   * leaves a row for each.
   */
  async sweep(): Promise<void> {
    await sql`
      delete from failure_streaks where (subject, secret, device) in (
        select subject, secret, device from failure_streaks
        where account is null and last_at < clock_timestamp() - make_interval(secs => ${KEPT})
        order by last_at limit ${SWEEP_BATCH} for update skip locked)`.execute(this.#deps.db);
  }
}

/** One row of `failures`, `any` and `told`, for the query that reads a slot's locks. */
export function standingOf(slot: Slot) {
  const own = sql`device = ${deviceOf(slot)}`;
  return sql`
    select coalesce(max(failures) filter (where ${own}), 0) as failures, count(*) > 0 as any,
      coalesce(bool_or(shut_at is not null) filter (where ${own}), false) as told
    from failure_streaks where subject = ${slot.subject} and secret = ${slot.secret}`;
}

function isOf(slot: Slot) {
  return sql`subject = ${slot.subject} and secret = ${slot.secret} and device = ${deviceOf(slot)}`;
}

/** Behind a right password every try is counted together; what strangers can try has a count for each device. */
function deviceOf({ secret, device }: Slot): string {
  return AT_THE_FRONT.has(secret) ? (device ?? UNKNOWN) : UNKNOWN;
}

function whose({ actor, account, app }: OpenedBy, known: string | null) {
  const sub = known ?? account;
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(sub === undefined ? {} : { account: sub }),
    ...(app === undefined ? {} : { app }),
  };
}

function facts(subject: string, { device, failures }: Row): StreakFacts {
  return { subject: subject.slice(0, 12), device: device !== UNKNOWN, failures };
}

function streakOf(row: Omit<Row, 'account'> & { last_at: Date; shut_at: Date | null }): Streak {
  return {
    secret: row.secret,
    device: row.device !== UNKNOWN,
    failures: row.failures,
    lastAt: row.last_at,
    shutAt: row.shut_at,
  };
}
