/**
 * The audit log as it is delivered to a SIEM while it is written: sealed rows in the order of their positions, each
 * at least once, by one replica at a time. How far it got is a row of audit_deliveries, moved on only after the
 * other side took what came before: a crash repeats rows and skips none.
 */
import { sql } from 'kysely';
import type { Log } from '../../log.ts';
import type { Database, Transaction } from '../../postgres/database.ts';
import { type AuditRecord, RECORD, rowLine, toRecord } from '../record.ts';
import { reasonOf, type Sink } from './sink.ts';

export interface DeliverySettings {
  /** Rows that are sent at once, at most. */
  readonly rows: number;
  /** s before the first retry, and at most; doubled each time. */
  readonly first_delay: number;
  readonly longest_delay: number;
}

export interface DeliveryDependencies {
  /** A separate pool: a connection is held while the receiver answers, up to 20 s. */
  readonly db: Database;
  readonly sink: Sink;
  readonly settings: DeliverySettings;
  readonly log: Log;
}

/** How far a sink has got. */
export interface DeliveryState {
  readonly sink: string;
  /** The last row that it took. */
  readonly position: number;
  /** Sealed rows that it has not taken. */
  readonly behind: number;
  /** Since the last success. */
  readonly failures: number;
  readonly last_error: string | null;
  readonly retry_at: Date | null;
  readonly delivered_at: Date | null;
}

/** Seals looked through at once: their times say in which partitions their rows lie. */
const SEALS = 100;
/** Bytes of the rows that are sent at once, beyond the first row. */
const MOST_BYTES = 1024 * 1024;

export class Delivery {
  readonly #deps: DeliveryDependencies;
  #behind = 0;
  #failures = 0;
  #stopping = false;

  constructor(deps: DeliveryDependencies) {
    this.#deps = deps;
  }

  get name(): string {
    return this.#deps.sink.name;
  }

  /** As of the last run. */
  get behind(): number {
    return this.#behind;
  }

  /** As of the last run. */
  get failures(): number {
    return this.#failures;
  }

  /** Sends what is there, unless another replica does, or a retry waits. @throws AppError('store-away') */
  async run(): Promise<void> {
    const { db, sink } = this.#deps;
    // A sink that is new begins with what is sealed from now on; `audit export` has what came before.
    await sql`
      insert into audit_deliveries (sink, position)
      select ${sink.name}, coalesce((select max(last) from audit_seals), 0)
      where not exists (select from audit_deliveries where sink = ${sink.name})
      on conflict do nothing`.execute(db);
    while (!this.#stopping && (await db.transaction().execute((tx) => this.#sendNext(tx))));
    const state = await deliveryState(db, sink.name);
    this.#behind = state?.behind ?? 0;
    this.#failures = state?.failures ?? 0;
  }

  /** The batch under way is the last. */
  stop(): void {
    this.#stopping = true;
  }

  /** Whether there may be more to send. */
  async #sendNext(tx: Transaction): Promise<boolean> {
    const { sink, settings } = this.#deps;
    // Of the transaction, so that it goes with a process that dies; and no row lock: an open transaction that has
    // written something would keep the sealer from the rows after it for as long as the other side takes.
    const lock = `audit-delivery:${sink.name}`;
    const { rows: locked } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as mine`.execute(tx);
    if (!locked[0]?.mine) return false;
    const from = await this.#cursor(tx);
    if (from === undefined) return false;
    const batch = await nextBatch(tx, from, settings.rows);
    if (!batch) return false;
    try {
      if (batch.rows.length > 0) await sink.send(batch.rows);
    } catch (error) {
      await this.#note(tx, error);
      return false;
    }
    await sql`
      update audit_deliveries set position = ${batch.last}, failures = 0, last_error = null, retry_at = null,
        delivered_at = clock_timestamp()
      where sink = ${sink.name}`.execute(tx);
    return true;
  }

  /** Where to go on; undefined while a retry waits. */
  async #cursor(tx: Transaction): Promise<number | undefined> {
    const { rows } = await sql<{ position: number; waits: boolean }>`
      select position, coalesce(retry_at > clock_timestamp(), false) as waits
      from audit_deliveries where sink = ${this.#deps.sink.name}`.execute(tx);
    return rows[0] && !rows[0].waits ? rows[0].position : undefined;
  }

  async #note(tx: Transaction, error: unknown): Promise<void> {
    const { sink, settings, log } = this.#deps;
    const reason = reasonOf(error);
    const { rows } = await sql<{ failures: number }>`
      update audit_deliveries set failures = failures + 1, last_error = ${reason},
        retry_at = clock_timestamp() + make_interval(secs => least(${settings.longest_delay}::float8,
          ${settings.first_delay}::float8 * power(2, least(failures, 30))))
      where sink = ${sink.name} returning failures`.execute(tx);
    log.warn({ sink: sink.name, reason, failures: rows[0]?.failures }, 'the audit log was not delivered');
  }
}

interface Batch {
  readonly rows: readonly AuditRecord[];
  /** The position to go on behind. */
  readonly last: number;
}

/** The sealed rows behind a position; fewer than sealed where retention has dropped some. */
async function nextBatch(tx: Transaction, from: number, most: number): Promise<Batch | undefined> {
  const { rows: seals } = await sql<{ last: number | null; from_at: string; to_at: string }>`
    select max(last) as last, min(from_at)::text as from_at, max(to_at)::text as to_at
    from (select * from audit_seals where last > ${from} order by last limit ${SEALS}) as next`.execute(tx);
  const [sealed] = seals;
  if (!sealed || sealed.last === null) return undefined;
  const rows = await tx
    .selectFrom('audit_events')
    .select(RECORD)
    .where('position', '>', from)
    .where('position', '<=', sealed.last)
    .where(
      sql<boolean>`audit_events.at between ${sealed.from_at}::timestamptz and ${sealed.to_at}::timestamptz`,
    )
    .orderBy('position')
    .limit(most)
    .execute();
  const taken = withinBytes(rows.map(toRecord));
  const whole = taken.length === rows.length && rows.length < most;
  return { rows: taken, last: whole ? sealed.last : (taken.at(-1)?.position ?? sealed.last) };
}

function withinBytes(rows: readonly AuditRecord[]): AuditRecord[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += rowLine(row).length;
    return index > 0 && bytes > MOST_BYTES;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** How far each sink has got that was ever delivered to. */
export async function deliveryStates(db: Database): Promise<DeliveryState[]> {
  const { rows } = await sql<DeliveryState>`
    select sink, position, failures, last_error, retry_at, delivered_at,
      greatest(0, coalesce((select max(last) from audit_seals), 0) - position) as behind
    from audit_deliveries order by sink`.execute(db);
  return rows;
}

async function deliveryState(db: Database, sink: string): Promise<DeliveryState | undefined> {
  return (await deliveryStates(db)).find((state) => state.sink === sink);
}
