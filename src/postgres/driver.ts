import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { attempt, remember } from '../http/patience.ts';
import { isAway, storeAway } from './away.ts';

/** ms that the first query has at least, however long its connection took. */
const LEAST = 250;

/**
 * kysely's driver over a pg pool. It differs from kysely's own in three ways: what goes wrong between us and
 * the server is AppError('store-away'); a connection that failed or timed out is destroyed, never used
 * again; and the death of a connection between two statements is noticed, not thrown into the process.
 */
export class PoolDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #timeouts: { readonly query: number };

  constructor(pool: pg.Pool, timeouts: { readonly query: number /* ms */ }) {
    this.#pool = pool;
    this.#timeouts = timeouts;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PoolConnection> {
    // By the machine's clock: what is left of the time goes to pg, whose timers know no other.
    const asked = performance.now();
    const client = await attempt('postgresql', () =>
      this.#pool.connect().catch((error: unknown) => {
        throw storeAway(error);
      }),
    );
    const waited = performance.now() - asked;
    return new PoolConnection(client, Math.max(LEAST, this.#timeouts.query - waited));
  }

  async beginTransaction(connection: PoolConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    const mode = settings.accessMode ? ` ${settings.accessMode}` : '';
    await connection.executeQuery(CompiledQuery.raw(`start transaction${level}${mode}`));
  }

  async commitTransaction(connection: PoolConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: PoolConnection): Promise<void> {
    await connection.rollback();
  }

  async releaseConnection(connection: PoolConnection): Promise<void> {
    await connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

class PoolConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #noticeDeath = (error: Error) => {
    this.#failure ??= error;
  };
  #firstTimeout: number | undefined;
  #failure: Error | undefined;
  #refused = false;

  constructor(client: pg.PoolClient, firstTimeout: number) {
    this.#client = client;
    this.#firstTimeout = firstTimeout;
    client.on('error', this.#noticeDeath);
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return remember('postgresql', this.#execute<R>(query));
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#failure) throw storeAway(this.#failure);
    const timeout = this.#firstTimeout;
    this.#firstTimeout = undefined;
    try {
      const result = await this.#client.query<object & R>({
        text: query.sql,
        values: [...query.parameters],
        ...(timeout === undefined ? {} : { query_timeout: timeout }),
      });
      return toQueryResult(result);
    } catch (error) {
      this.#refused = true;
      if (!isAway(error)) throw error;
      this.#failure = error;
      throw storeAway(error);
    }
  }

  /** Not offered: a cursor would hold a connection for as long as its reader likes. Read keyset pages. */
  streamQuery(): never {
    throw new Error('streaming is not supported: read keyset pages');
  }

  async rollback(): Promise<void> {
    // The server rolls back by itself when the connection goes; waiting for a hung one would double the wait.
    if (this.#failure) return;
    await this.executeQuery(CompiledQuery.raw('rollback'));
    this.#refused = false;
  }

  /** Back to the pool, or destroyed when it failed or still has a transaction open. */
  async release(): Promise<void> {
    // A text of several statements that failed half-way leaves its own transaction open, and aborted, for
    // whoever gets the connection next.
    if (this.#refused) await this.rollback().catch(() => undefined);
    this.#client.off('error', this.#noticeDeath);
    this.#client.release(this.#failure ?? this.#client.getTransactionStatus() !== 'I');
  }
}

/** Several statements in one text come back as an array: their rows one after another. */
function toQueryResult<R extends object>(result: pg.QueryResult<R> | pg.QueryResult<R>[]): QueryResult<R> {
  if (Array.isArray(result)) return { rows: result.flatMap((each) => each.rows) };
  const changes = result.command !== 'SELECT' && result.rowCount !== null;
  return changes
    ? { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) }
    : { rows: result.rows };
}
