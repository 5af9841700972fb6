import type { SelectQueryBuilder } from 'kysely';
import { storeMoment } from '../moments.ts';
import type { Database } from '../postgres/database.ts';
import type { JsonObject, Outcome, Schema } from '../postgres/schema.ts';
import { type AuditQuery, matching } from './query.ts';

/** A row of the audit log, as it is read. */
export interface AuditRow {
  readonly id: string;
  readonly position: number | null;
  readonly at: Date;
  readonly event: string;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly account: string | null;
  readonly actor: string | null;
  readonly app: string | null;
  readonly session: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly request: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** Not all: which transaction wrote a row is nothing to its reader. */
export const COLUMNS = [
  ...(['id', 'position', 'at', 'event', 'outcome', 'reason', 'account', 'actor', 'app'] as const),
  ...(['session', 'address', 'user_agent', 'request', 'before', 'after'] as const),
];

/** s; a row bears the time at which it was written, and is seen when its transaction commits. */
const LATE = 60;
/** Rows that one look takes, so that a burst does not fill the memory. */
const MOST = 1000;

/** The audit log as it is read. Throws AppError('store-away'). */
export class AuditReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The last rows, the oldest of them first. @param count 0 to 1000 */
  async last(count: number, filter: AuditQuery): Promise<AuditRow[]> {
    const rows = await this.#rows(filter).orderBy('at', 'desc').orderBy('id', 'desc').limit(count).execute();
    return rows.reverse();
  }

  /** Follows the log from now on. */
  async follow(filter: AuditQuery): Promise<AuditFollower> {
    const now = await storeMoment(this.#db);
    const rows = (from: Date, most: number) =>
      this.#rows(filter).where('at', '>', from).orderBy('at').orderBy('id').limit(most).execute();
    return new AuditFollower(rows, now, await rows(earlier(now), MOST));
  }

  #rows(filter: AuditQuery): SelectQueryBuilder<Schema, 'audit_events', AuditRow> {
    return this.#db.selectFrom('audit_events').select(COLUMNS).where(matching(filter));
  }
}

function earlier(moment: Date): Date {
  return new Date(moment.getTime() - LATE * 1000);
}

/** Gives each row once, also one whose transaction was committed after those of later rows. */
export class AuditFollower {
  readonly #rows: (from: Date, most: number) => Promise<AuditRow[]>;
  readonly #seen = new Map<string, number>();
  #latest: Date;

  constructor(
    rows: (from: Date, most: number) => Promise<AuditRow[]>,
    now: Date,
    before: readonly AuditRow[],
  ) {
    this.#rows = rows;
    this.#latest = now;
    this.skip(before);
  }

  /** These were shown already. */
  skip(rows: readonly AuditRow[]): void {
    for (const row of rows) this.#seen.set(row.id, row.at.getTime());
  }

  /** What came since the last call, the oldest first. */
  async next(): Promise<AuditRow[]> {
    const from = earlier(this.#latest);
    const rows = await this.#rows(from, MOST + this.#seen.size);
    const fresh = rows.filter((row) => !this.#seen.has(row.id));
    this.skip(fresh);
    const last = rows.at(-1)?.at;
    if (last && last > this.#latest) this.#latest = last;
    for (const [id, at] of this.#seen) if (at <= from.getTime()) this.#seen.delete(id);
    return fresh;
  }
}
