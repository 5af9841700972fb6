/**
 * PostgreSQL: one pool a process, typed by kysely. This folder owns the connection, the tables and the
 * migrations. A server that is away, hangs or drops us is AppError('store-away') within two seconds, and
 * the pool heals by itself.
 */
import {
  Kysely,
  type KyselyConfig,
  type Transaction as KyselyTransaction,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { PoolDriver } from './driver.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Transaction = KyselyTransaction<Schema>;

/** `config.database`: times in seconds. */
export interface DatabaseSettings {
  readonly url: string;
  /** Connections at most. */
  readonly pool_size: number;
  /** s to wait for a connection, new or from the pool. */
  readonly connect_timeout: number;
  /** s to wait for an answer, the wait for the connection included. */
  readonly query_timeout: number;
}

/** Answers cut short by our own clock leave the server this much longer (s) to give up by itself. */
const SERVER_SLACK = 1;
/** s after which the server ends a transaction whose process has stalled, and frees its locks. */
const IDLE_IN_TRANSACTION = 30;
const INT8 = 20;

/**
 * Opens the pool; connects on first use. `destroy()` closes it.
 * Queries throw AppError('store-away') when the server is away, hangs, is shutting down or read-only.
 */
export function openDatabase(settings: DatabaseSettings, log: Log): Database {
  const pool = new pg.Pool(poolConfig(settings));
  // An idle connection that dies (restart, failover) must not end the process.
  pool.on('error', ({ message }) => {
    // A connection on its way out may hear from a server that goes, too.
    if (pool.ending) return;
    // Not the error itself: pg hangs the whole client on it, with the key that cancels its queries.
    log.warn({ cause: message }, 'an idle connection to PostgreSQL was lost');
  });
  const config: KyselyConfig = {
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PoolDriver(pool, { query: settings.query_timeout * 1000 }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  };
  return new Kysely<Schema>(config);
}

function poolConfig(settings: DatabaseSettings): pg.PoolConfig {
  const query = settings.query_timeout * 1000;
  return {
    connectionString: settings.url,
    max: settings.pool_size,
    connectionTimeoutMillis: settings.connect_timeout * 1000,
    query_timeout: query,
    statement_timeout: query + SERVER_SLACK * 1000,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION * 1000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'vestibule',
    options: '-c TimeZone=UTC',
    types: { getTypeParser },
  };
}

/** bigint as number: ours are positions and counts, far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format);
}

/** A value for a jsonb column. Throws TypeError for what JSON cannot hold (undefined, a function). */
export function jsonb<T>(value: T): RawBuilder<T> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return sql<T>`cast(${text} as jsonb)`;
}
