import { sql } from 'kysely';
import { clock } from '../clock.ts';
import { exactStoreMoment } from '../moments.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { leafOf, merkleRoot } from './merkle.ts';
import { type AuditRecord, lineOf, RECORD, type SelectedRecord, toRecord } from './record.ts';
import { hashOf, MOST_ROWS, type SealSigner, type SealStatement, signSeal } from './seal.ts';
import { insertSeal, newestSeal } from './seals.ts';

/** Any constant: the replica that holds this lock gives out positions, one replica at a time. */
const LOCK = 0x7653_4b03; // 'vSK', 3
/** s that a row waits for transactions that began before its own and are still open. */
const WAIT = 60;
/** ms after which a run begins no other seal, so that a process that is asked to stop soon does. */
const RUN = 2000;

/**
 * Seals the audit log: gives rows their positions, and signs each range of them with the hash of the seal
 * before it.
 */
export class Sealing {
  readonly #db: Database;
  readonly #signer: () => Promise<SealSigner>;

  constructor(db: Database, signer: () => Promise<SealSigner>) {
    this.#db = db;
    this.#signer = signer;
  }

  /**
   * Seals what is due; how many rows that were. Nothing where another process is at it.
   * @throws AppError('store-away')
   */
  async run(): Promise<number> {
    const end = clock.monotonic() + RUN;
    let total = 0;
    for (let more = true; more && clock.monotonic() < end; ) {
      const some = await this.#sealSome();
      total += some.rows;
      more = some.more;
    }
    return total;
  }

  /** Keeps other processes from sealing until the transaction ends; waits for one that does now. */
  async hold(tx: Transaction): Promise<void> {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
  }

  /**
   * Seals what this transaction wrote. Retention drops older rows in it, and their end must be proved by a
   * signature and not by a row alone. `hold` comes first.
   * @param keptFrom the first moment whose rows are kept from now on
   */
  async sealDrop(tx: Transaction, keptFrom: string): Promise<void> {
    const rows = await tx
      .selectFrom('audit_events')
      .select(RECORD)
      .where('position', 'is', null)
      .where(sql<boolean>`xact = pg_current_xact_id()`)
      .orderBy('audit_events.at')
      .execute();
    await this.#seal(tx, rows, await this.#signer(), keptFrom);
  }

  async #sealSome(): Promise<{ rows: number; more: boolean }> {
    const signer = await this.#signer();
    return await this.#db
      .transaction()
      // A snapshot taken before the lock would not show what its last holder sealed.
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        const { rows: got } = await sql<{ locked: boolean }>`
          select pg_try_advisory_xact_lock(${LOCK}) as locked`.execute(tx);
        if (!got[0]?.locked) return { rows: 0, more: false };
        const due = await dueRows(tx);
        const rows = ofOneMonth(due.slice(0, MOST_ROWS));
        if (rows.length > 0) await this.#seal(tx, rows, signer, null);
        return { rows: rows.length, more: rows.length < due.length };
      });
  }

  async #seal(
    tx: Transaction,
    selected: readonly SelectedRecord[],
    signer: SealSigner,
    dropped: string | null,
  ): Promise<void> {
    const newest = await newestSeal(tx);
    const first = (newest?.last ?? 0) + 1;
    const records = selected.map((row, index) => toRecord({ ...row, position: first + index }));
    const leaves = records.map((record) => leafOf(lineOf(record)));
    const statement: SealStatement = {
      type: 'audit-seal',
      version: 1,
      number: (newest?.number ?? 0) + 1,
      first,
      last: first + records.length - 1,
      // Rows come in the order of their times.
      from: records[0]?.at ?? '',
      to: records.at(-1)?.at ?? '',
      root: merkleRoot(leaves).toString('hex'),
      previous: newest ? hashOf(newest) : null,
      at: await exactStoreMoment(tx),
      kept_from: later(newest?.kept_from ?? null, dropped),
      key: signer.id,
    };
    await givePositions(tx, records, statement);
    await insertSeal(tx, {
      ...signSeal(statement, signer),
      leaves: Buffer.concat(leaves).toString('base64'),
    });
  }
}

/**
 * Rows without a position, the oldest first, one more than a seal takes. Those of a transaction wait for all
 * that began before it, so that positions follow the order of commits; but not for ever, since a forgotten
 * transaction (in any database of the server) must not stop the seals. No row is skipped either way: one that
 * is committed late gets a later position.
 */
function dueRows(tx: Transaction): Promise<SelectedRecord[]> {
  return tx
    .selectFrom('audit_events')
    .select(RECORD)
    .where('position', 'is', null)
    .where(
      sql<boolean>`(xact < pg_snapshot_xmin(pg_current_snapshot())
        or at < clock_timestamp() - make_interval(secs => ${WAIT}))`,
    )
    .orderBy('audit_events.at')
    .orderBy('audit_events.id')
    .limit(MOST_ROWS + 1)
    .execute();
}

/** Those at the beginning that one partition holds: it is dropped with whole seals. */
function ofOneMonth(rows: readonly SelectedRecord[]): SelectedRecord[] {
  const month = rows[0]?.at.slice(0, 7);
  const end = rows.findIndex(({ at }) => at.slice(0, 7) !== month);
  return rows.slice(0, end === -1 ? rows.length : end);
}

async function givePositions(
  tx: Transaction,
  records: readonly AuditRecord[],
  { from, to }: SealStatement,
): Promise<void> {
  const [ids, moments] = [records.map(({ id }) => id), records.map(({ at }) => at)];
  const { numAffectedRows } = await sql`
    update audit_events set position = numbered.position
    from unnest(cast(${ids} as uuid[]), cast(${moments} as timestamptz[]),
      cast(${records.map(({ position }) => position)} as bigint[])) as numbered (id, at, position)
    where audit_events.id = numbered.id and audit_events.at = numbered.at
      and audit_events.at between ${from} and ${to} and audit_events.position is null`.execute(tx);
  if (Number(numAffectedRows) !== records.length) {
    throw new Error(`${String(numAffectedRows)} of ${records.length} rows took their positions`);
  }
}

/** Never back: what is dropped stays dropped. */
function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
