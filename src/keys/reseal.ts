import { type RawBuilder, sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { Sealer } from './sealer.ts';

/** A column of sealed values; null where a row has none. */
export interface SealedColumn {
  readonly table: string;
  /** The column that names its rows. */
  readonly id: string;
  readonly column: string;
  /** What a value is bound to, by its row's id. */
  readonly aad: (id: string) => string;
}

/** What was found in a column. */
export interface Resealed {
  readonly table: string;
  readonly column: string;
  readonly values: number;
  /** Sealed with another key than the first, and not unreadable: sealed anew, unless it was only looked. */
  readonly old: number;
  /** Ids of the rows whose value no key opens; they stay as they are. */
  readonly unreadable: readonly string[];
}

export interface ResealDependencies {
  readonly db: Database;
  readonly sealer: Sealer;
  /** Who has it done. */
  readonly actor: string;
  readonly record: Recorder;
}

interface Row {
  readonly id: string;
  readonly sealed: Buffer;
}

/** Rows of a transaction: while it runs, sign-ins that need one of them wait. */
const BATCH = 200;

/** Seals what is kept in PostgreSQL with the first master key, so that another can be given up (NIST SP 800-57). */
export class Reseal {
  readonly #deps: ResealDependencies;

  constructor(deps: ResealDependencies) {
    this.#deps = deps;
  }

  /**
   * Goes over a column. Safe beside a service that runs, and to be run again when it was interrupted.
   * @param how.dry only looks
   * @throws AppError `store-away`: what was sealed until then stays so
   */
  async run(column: SealedColumn, { dry }: { readonly dry: boolean }): Promise<Resealed> {
    const { db } = this.#deps;
    const { table, column: name } = column;
    let [values, old, after] = [0, 0, ''];
    const unreadable: string[] = [];
    for (;;) {
      const batch = await db.transaction().execute((tx) => this.#batch(tx, column, after, dry));
      values += batch.values;
      old += batch.old;
      unreadable.push(...batch.unreadable);
      if (batch.last === undefined) return { table, column: name, values, old, unreadable };
      after = batch.last;
    }
  }

  async #batch(tx: Transaction, column: SealedColumn, after: string, dry: boolean) {
    const { rows } = await sql<Row>`
      select ${sql.ref(column.id)} as id, ${sql.ref(column.column)} as sealed from ${sql.table(column.table)}
      where ${sql.ref(column.id)} > ${after} and ${sql.ref(column.column)} is not null
      order by ${sql.ref(column.id)} limit ${BATCH} ${dry ? sql`` : sql`for update`}`.execute(tx);
    const due = rows.filter(({ sealed }) => !this.#isCurrent(sealed));
    const opened = due.map((row) => ({ id: row.id, sealed: this.#anew(row, column) }));
    const readable = opened.filter((row): row is Row => row.sealed !== undefined);
    if (!dry && readable.length > 0) await this.#store(tx, column, readable);
    return {
      values: rows.length,
      old: readable.length,
      last: rows.at(-1)?.id,
      unreadable: opened.filter(({ sealed }) => sealed === undefined).map(({ id }) => id),
    };
  }

  #isCurrent(sealed: Buffer): boolean {
    try {
      return Sealer.keyIdOf(sealed) === this.#deps.sealer.keyId;
    } catch {
      return false;
    }
  }

  #anew({ id, sealed }: Row, { aad }: SealedColumn): Buffer | undefined {
    const { sealer } = this.#deps;
    try {
      return sealer.seal(sealer.open(sealed, aad(id)), aad(id));
    } catch {
      return undefined;
    }
  }

  async #store(tx: Transaction, { table, id, column }: SealedColumn, rows: readonly Row[]): Promise<void> {
    const values: RawBuilder<unknown>[] = rows.map((row) => sql`(${row.id}, cast(${row.sealed} as bytea))`);
    await sql`
      update ${sql.table(table)} t set ${sql.ref(column)} = v.sealed
      from (values ${sql.join(values)}) as v (id, sealed) where t.${sql.ref(id)} = v.id`.execute(tx);
    const { sealer, actor, record } = this.#deps;
    const after = { table, column, values: rows.length, key: sealer.keyId };
    await record(tx, { event: 'secrets.resealed', outcome: 'success', actor, after });
  }
}
