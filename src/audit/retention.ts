import { sql } from 'kysely';
import type { AuditEvent } from '../audit-events.ts';
import { isoMoment } from '../moments.ts';
import { ACTORS } from '../names.ts';
import type { Database, Transaction } from '../postgres/database.ts';

export interface RetentionDependencies {
  readonly db: Database;
  /** s that rows are kept at least; undefined: for ever. */
  readonly keep: number | undefined;
  readonly append: (tx: Transaction, event: AuditEvent) => Promise<void>;
  readonly sealing: {
    /** Keeps other processes from sealing until the transaction ends. */
    hold(tx: Transaction): Promise<void>;
    /** Seals what the transaction wrote, saying from which moment on rows are kept. */
    sealDrop(tx: Transaction, keptFrom: string): Promise<unknown>;
  };
}

interface Month {
  /** Its table. */
  readonly name: string;
  readonly begins: string;
  readonly ends: string;
  readonly sealed: boolean;
}

/** The months of the audit log: made ahead, and dropped whole when they are old enough. */
export class Retention {
  readonly #deps: RetentionDependencies;

  constructor(deps: RetentionDependencies) {
    this.#deps = deps;
  }

  /** Makes the partitions of this month and the next ones; how many were missing. @throws AppError('store-away') */
  async makeAhead(): Promise<number> {
    const { rows } = await sql<{ made: number }>`select audit_make_partitions() as made`.execute(
      this.#deps.db,
    );
    return rows[0]?.made ?? 0;
  }

  /**
   * Drops the months that ended longer ago than rows are kept, the oldest first, up to one that is not sealed
   * yet. Their seals stay, so that what follows still verifies. The months dropped, such as `2019-11`.
   * @throws AppError('store-away'); Error when a reader holds the log too long: try again later
   */
  async dropOld(): Promise<string[]> {
    const dropped: string[] = [];
    for (const month of await this.#old()) {
      if (!month.sealed) break;
      await this.#drop(month);
      dropped.push(month.begins.slice(0, 7));
    }
    return dropped;
  }

  async #old(): Promise<Month[]> {
    const { db, keep } = this.#deps;
    if (keep === undefined) return [];
    const { rows } = await sql<Omit<Month, 'sealed'>>`
      with months as (
        select relname as name, make_timestamptz(cast(substr(relname, 14, 4) as integer),
          cast(substr(relname, 19, 2) as integer), 1, 0, 0, 0, 'UTC') as begins
        from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = cast('audit_events' as regclass) and relname ~ '^audit_events_\\d{4}_\\d{2}$'
      ), ended as (
        select *, (begins at time zone 'UTC' + interval '1 month') at time zone 'UTC' as ends from months
      )
      select name, ${isoMoment(sql`begins`)} as begins, ${isoMoment(sql`ends`)} as ends from ended
      where ended.ends <= clock_timestamp() - make_interval(secs => ${keep})
      order by ended.begins`.execute(db);
    return await Promise.all(rows.map(async (row) => ({ ...row, sealed: await this.#isSealed(row.name) })));
  }

  async #isSealed(name: string): Promise<boolean> {
    const { rows } = await sql`select from ${sql.table(name)} where position is null limit 1`.execute(
      this.#deps.db,
    );
    return rows.length === 0;
  }

  async #drop({ name, begins, ends }: Month): Promise<void> {
    await this.#deps.db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        // While this waits, so does every sign-in that is to be written down: rather try again.
        await sql`set local lock_timeout = '500ms'`.execute(tx);
        await this.#deps.sealing.hold(tx);
        await sql`drop table ${sql.table(name)}`.execute(tx);
        const seals = await sealsOf(tx, begins, ends);
        const before = { month: begins.slice(0, 7), ...seals };
        const event = {
          event: 'audit.dropped',
          outcome: 'success',
          actor: ACTORS.retention,
          before,
        } as const;
        await this.#deps.append(tx, event);
        await this.#deps.sealing.sealDrop(tx, ends);
      });
  }
}

/** What the seals say of a month's rows. */
async function sealsOf(tx: Transaction, begins: string, ends: string) {
  const { rows } = await sql<{ rows: number; first_seal: number | null; last_seal: number | null }>`
    select coalesce(sum(last - first + 1), 0)::bigint as rows, min(number) as first_seal, max(number) as last_seal
    from audit_seals where from_at >= ${begins} and from_at < ${ends}`.execute(tx);
  return rows[0];
}
