import { sql } from 'kysely';
import type { Append } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { LocksTable } from '../postgres/schema.ts';
import { hashSubject, type Secret, type Slot } from './attempt.ts';
import type { BegunLock } from './counters.ts';
import { type LockState as StreakState, standingOf } from './streaks.ts';

interface Told {
  readonly account?: string;
  readonly app?: string;
}

interface LockFacts extends Record<string, unknown> {
  /** The first characters of the hashed subject: enough to see which rows belong together. */
  readonly subject: string;
  readonly device: boolean;
  readonly ends_at: string;
}

/** A lock that is on. */
export interface Lock {
  readonly secret: Secret;
  /** Whether it is one device's own. */
  readonly device: boolean;
  readonly beganAt: Date;
  readonly endsAt: Date;
}

/** A lock that is on, and whose it is; both null for a user ID that nobody has. */
export interface CurrentLock extends Lock {
  readonly account: string | null;
  readonly userId: string | null;
}

export interface LiftedBy {
  readonly actor: string;
  readonly account: string | undefined;
  readonly origin: Origin;
}

type Row = Pick<LocksTable, 'subject' | 'secret'> & {
  device: string | null;
  account: string | null;
  ends_at: Date;
};

export interface LockStoreDependencies {
  readonly db: Database;
  /** s */
  readonly repeatWithin: number;
  readonly append: Append;
}

const SWEEP_BATCH = 200;
/** s for which a lock is kept beyond what decides on the next one; the audit log tells of it for longer. */
const KEPT = 86_400;
const NOW = sql<Date>`clock_timestamp()`;

/**
 * The locks that have begun, in PostgreSQL: a Redis that was emptied forgets none, and the audit log hears of
 * each when it begins, ends or is lifted. All methods throw AppError('store-away').
 */
export class LockStore {
  readonly #deps: LockStoreDependencies;

  constructor(deps: LockStoreDependencies) {
    this.#deps = deps;
  }

  /**
   * When a slot's lock ends, if one is on, how many s ago its last one began, within repeat_within, and its
   * failures in a row: one query, for every attempt pays it.
   */
  async lockState(slot: Slot): Promise<{ until?: Date; since?: number; streak: StreakState }> {
    const { subject, secret, device } = slot;
    const within = this.#deps.repeatWithin;
    const { rows } = await sql<{ until: Date | null; since: number | null } & StreakState>`
      select locked.until, locked.since, streak.failures, streak.any, streak.told
      from (
        select max(ends_at) filter (where ends_at > clock_timestamp()) as until,
          extract(epoch from clock_timestamp() - max(began_at))::float8 as since
        from locks
        where subject = ${subject} and secret = ${secret} and device is not distinct from ${device}::text
          and lifted_at is null
          and (began_at > clock_timestamp() - make_interval(secs => ${within}) or ends_at > clock_timestamp())
      ) locked, (${standingOf(slot)}) streak
    `.execute(this.#deps.db);
    const [{ until, since, ...streak }] = rows as [(typeof rows)[number]];
    return {
      ...(until ? { until } : {}),
      ...(since === null ? {} : { since: Math.max(0, since) }),
      streak,
    };
  }

  /** Writes a begun lock down, with its audit row, unless it was before. */
  async record(slot: Slot, lock: BegunLock, told: Told, origin: Origin): Promise<void> {
    await this.#deps.db.transaction().execute((tx) => this.#record(tx, slot, lock, told, origin));
  }

  async #record(tx: Transaction, slot: Slot, lock: BegunLock, told: Told, origin: Origin): Promise<void> {
    const { append } = this.#deps;
    const { rows } = await sql<Row>`
      insert into locks (id, subject, secret, device, account, began_at, ends_at)
      values (${lock.id}, ${slot.subject}, ${slot.secret}, ${slot.device}, ${told.account ?? null},
        clock_timestamp() - make_interval(secs => ${lock.age}),
        clock_timestamp() + make_interval(secs => ${lock.left}))
      on conflict (id) do nothing
      returning *`.execute(tx);
    if (!rows[0]) return;
    const event = { event: 'lock.begun', outcome: 'failure', reason: slot.secret } as const;
    await append(tx, { ...event, ...told, after: facts(rows[0]) }, origin);
  }

  /**
   * Lifts every open lock of a subject, those that only Redis has heard of too.
   * @param known what Redis forgot just now
   * @param open opens what failures in a row have shut, in the same transaction
   */
  async lift(
    subject: string,
    known: { failures: number; locks: readonly (BegunLock & { slot: Slot })[] },
    { actor, account, origin }: LiftedBy,
    open: (tx: Transaction) => Promise<{ opened: number; failures: number }>,
  ): Promise<{ locks: number; opened: number }> {
    const { db, append } = this.#deps;
    const told = account === undefined ? {} : { account };
    return db.transaction().execute(async (tx) => {
      for (const lock of known.locks) await this.#record(tx, lock.slot, lock, told, origin);
      const lifted = await tx
        .updateTable('locks')
        .set({ lifted_at: NOW, lifted_by: actor })
        .where('subject', '=', hashSubject(subject))
        .where('lifted_at', 'is', null)
        .where('ends_at', '>', NOW)
        .returningAll()
        .execute();
      const event = { event: 'lock.lifted', outcome: 'success', actor } as const;
      for (const row of lifted) {
        const whose = { ...told, ...whom(row) };
        await append(tx, { ...event, ...whose, reason: row.secret, before: facts(row) }, origin);
      }
      const { opened, failures: inARow } = await open(tx);
      const failures = Math.max(known.failures, inARow);
      if (lifted.length === 0 && failures > 0) {
        const before = { subject: prefix(hashSubject(subject)), failures };
        await append(tx, { ...event, ...told, reason: 'failures', before }, origin);
      }
      return { locks: lifted.length, opened };
    });
  }

  /** The locks of a subject that are on, the first to end first. @param subject a folded user ID */
  async locksOf(subject: string): Promise<Lock[]> {
    const rows = await this.#deps.db
      .selectFrom('locks')
      .selectAll()
      .where('subject', '=', hashSubject(subject))
      .where('lifted_at', 'is', null)
      .where('ends_at', '>', NOW)
      .orderBy('ends_at')
      .execute();
    return rows.map(({ secret, device, began_at, ends_at }) => ({
      secret,
      device: device !== null,
      beganAt: began_at,
      endsAt: ends_at,
    }));
  }

  /** The locks that are on, the last begun first. @param limit at most */
  async current(limit: number): Promise<CurrentLock[]> {
    const rows = await this.#deps.db
      .selectFrom('locks')
      .leftJoin('accounts', 'accounts.sub', 'locks.account')
      .select(['locks.account', 'accounts.user_id', 'secret', 'device', 'began_at', 'ends_at'])
      .where('lifted_at', 'is', null)
      .where('ended_at', 'is', null)
      .where('ends_at', '>', NOW)
      .orderBy('began_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ account, user_id: userId, secret, device, began_at, ends_at }) => ({
      account,
      userId,
      secret,
      device: device !== null,
      beganAt: began_at,
      endsAt: ends_at,
    }));
  }

  /**
   * Writes down that locks have ended, once each, on any number of replicas at once, and forgets those that are
   * long over.
   * @returns how many have ended
   */
  async sweep(): Promise<number> {
    await this.#forget();
    const { db, append } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const { rows } = await sql<Row>`
        with due as (
          select id from locks
          where ended_at is null and lifted_at is null and ends_at <= clock_timestamp()
          order by ends_at limit ${SWEEP_BATCH} for update skip locked)
        update locks set ended_at = ends_at from due where locks.id = due.id
        returning locks.*`.execute(tx);
      for (const row of rows) {
        const event = { event: 'lock.ended', outcome: 'success', reason: row.secret } as const;
        await append(tx, { ...event, ...whom(row), before: facts(row) }, {});
      }
      return rows.length;
    });
  }

  /** Without this an attacker who tries every user ID would leave a row for each, for good. */
  async #forget(): Promise<void> {
    const { db, repeatWithin } = this.#deps;
    await sql`
      delete from locks where id in (
        select id from locks
        where (ended_at is not null or lifted_at is not null)
          and ends_at < clock_timestamp() - make_interval(secs => ${repeatWithin + KEPT})
        order by ends_at limit ${SWEEP_BATCH} for update skip locked)`.execute(db);
  }
}

function facts({ subject, device, ends_at }: Row): LockFacts {
  return { subject: prefix(subject), device: device !== null, ends_at: ends_at.toJSON() };
}

function prefix(subject: string): string {
  return subject.slice(0, 12);
}

function whom({ account }: Row): Told {
  return account === null ? {} : { account };
}
