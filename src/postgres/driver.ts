import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { attempt, remember } from '../outage-memory.ts';
import { isAway, storeAway } from './away.ts';
import { cancelRunning } from './cancel.ts';

/** ms that the first query has at least, however long its connection took. */
const LEAST = 250;
/** Answers cut short by our own clock leave the server this much longer (ms) to give up by itself. */
const SERVER_SLACK = 1_000;
/** ms after which the server ends a transaction whose process has stalled, and frees its locks. */
const IDLE_IN_TRANSACTION = 30_000;

/**
 * kysely's driver over a pg pool. It differs from kysely's own in four ways: what goes wrong between us and
 * the server is AppError('store-away'); a connection that failed or timed out is destroyed, never used
 * again; the death of a connection between two statements is noticed, not thrown into the process; and the
 * server's own limits come with each transaction, since a pooler gives the next one another session.
 */
export class PoolDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #limits: string;
  readonly #timeout: number;

  /** @param timeout ms that a query may take */
  constructor(pool: pg.Pool, timeout: number) {
    this.#pool = pool;
    this.#timeout = timeout;
    const server = Math.ceil(timeout + SERVER_SLACK);
    this.#limits = `set local statement_timeout = ${server};
      set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION}`;
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
    return new PoolConnection(client, Math.max(LEAST, this.#timeout - waited));
  }

  async beginTransaction(connection: PoolConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    const mode = settings.accessMode ? ` ${settings.accessMode}` : '';
    // In the same message, so that it costs no round trip.
    await connection.executeQuery(CompiledQuery.raw(`start transaction${level}${mode}; ${this.#limits}`));
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
    // Whoever asked has its answer; the connection is kept until the server has been told.
    if (this.#failure && isTimeout(this.#failure))
      void cancelRunning(this.#client).then(() => this.#giveBack());
    else this.#giveBack();
  }

  #giveBack(): void {
    this.#client.off('error', this.#noticeDeath);
    this.#client.release(this.#failure ?? this.#client.getTransactionStatus() !== 'I');
  }
}

/** Our own clock ended the wait, so the server may still be at it. */
function isTimeout({ message }: Error): boolean {
  return message === 'Query read timeout';
}

/** Several statements in one text come back as an array: their rows one after another. */
function toQueryResult<R extends object>(result: pg.QueryResult<R> | pg.QueryResult<R>[]): QueryResult<R> {
  if (Array.isArray(result)) return { rows: result.flatMap((each) => each.rows) };
  const changes = result.command !== 'SELECT' && result.rowCount !== null;
  return changes
    ? { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) }
    : { rows: result.rows };
}
