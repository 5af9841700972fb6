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
      createAdapter: () => new Adapter(),
      createDriver: () => new PoolDriver(pool, settings.query_timeout * 1000),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  };
  return new Kysely<Schema>(config);
}

/** Nothing that is set for a session is sent along: PgBouncer refuses it, or gives it to somebody else's. */
function poolConfig(settings: DatabaseSettings): pg.PoolConfig {
  return {
    connectionString: settings.url,
    max: settings.pool_size,
    connectionTimeoutMillis: settings.connect_timeout * 1000,
    query_timeout: settings.query_timeout * 1000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'vestibule',
    types: { getTypeParser },
  };
}

/** bigint as number: ours are positions and counts, far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format);
}

/** kysely's own takes the migrator's lock for the session; ours is held already, in the migrator's transaction. */
class Adapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** A value for a jsonb column. Throws TypeError for what JSON cannot hold (undefined, a function). */
export function jsonb<T>(value: T): RawBuilder<T> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return sql<T>`cast(${text} as jsonb)`;
}
