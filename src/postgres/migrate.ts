import { createRequire } from 'node:module';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import pg from 'pg';
import type { Log } from '../log.ts';
import { isAway, storeAway } from './away.ts';
import { type Database, openDatabase } from './database.ts';
import { buildIndexes, missingIndexes } from './indexes.ts';
import { migrations } from './migrations/index.ts';

/** The version of its tables that the installed pg-boss works on; it says so nowhere else. */
const { pgboss: expected }: { pgboss: { schema: number } } = createRequire(import.meta.url)(
  'pg-boss/package.json',
);

/** Where pg-boss keeps its tables; jobs/ names the same. */
export const JOBS_SCHEMA = 'jobs';

/** Our advisory lock, an arbitrary number. Held by a session of its own, for the whole run. */
const LOCK = 7_206_814_553;
/** s; an index on a large table may take long, and the lock is held meanwhile. */
const PATIENCE = 24 * 3600;

/**
 * Brings the tables up to date, pg-boss's with ours; forward only. Safe when several replicas start at once:
 * one migrates, the others wait for it. When nothing is pending it only reads, through `db`.
 *
 * @param db   the service's own connection
 * @param url  whose role may change tables; commonly the same role
 * @throws AppError('store-away') when the server cannot be reached; what the failing statement said otherwise
 */
export async function migrate(db: Database, url: string, log: Log): Promise<void> {
  if (await isCurrent(db)) return;
  const lock = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'vestibule migrate',
    keepAlive: true,
  });
  // Losing the lock's session ends the run through the statements that follow, not through the process.
  lock.on('error', (error) => log.warn({ err: error }, 'the migration lock was lost'));
  try {
    await reach(async () => {
      await lock.connect();
      await lock.query('select pg_advisory_lock($1)', [LOCK]);
    });
    await migrateTables(url, log);
    await reach(() => migrateJobs(lock, log));
  } finally {
    await lock.end().catch(() => undefined);
  }
  await buildIndexes(url, log);
}

/** Whether the tables are there: `older` when this version would change them. @throws AppError('store-away') */
export async function tablesState(db: Database): Promise<'none' | 'older' | 'current'> {
  if (await isCurrent(db)) return 'current';
  const [table] = await rows(db, `select to_regclass('accounts') as name`);
  return table?.name ? 'older' : 'none';
}

/** Work on a bare connection, its outages told as the pool tells them. */
async function reach(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw isAway(error) ? storeAway(error) : error;
  }
}

async function migrateTables(url: string, log: Log): Promise<void> {
  const db = openDatabase({ url, pool_size: 2, connect_timeout: 10, query_timeout: PATIENCE }, log);
  try {
    const { Migrator } = await import('kysely/migration');
    const migrator = new Migrator({ db, provider: { getMigrations } });
    const { error, results } = await migrator.migrateToLatest();
    for (const result of results ?? []) {
      log.info({ migration: result.migrationName, status: result.status }, 'migration');
    }
    if (error) throw error;
  } finally {
    await db.destroy();
  }
}

/** pg-boss's tables change with its release, not with ours, so its version table says what is to be done. */
async function migrateJobs(client: pg.Client, log: Log): Promise<void> {
  const version = await jobsVersion(async (text) => (await client.query(text)).rows);
  if (version !== undefined && version >= expected.schema) return;
  const { getConstructionPlans, getMigrationPlans } = await import('pg-boss');
  const plan =
    version === undefined ? getConstructionPlans(JOBS_SCHEMA) : getMigrationPlans(JOBS_SCHEMA, version);
  await client.query(plan);
  log.info({ migration: 'pg-boss', from: version, to: expected.schema }, 'migration');
}

async function isCurrent(db: Database): Promise<boolean> {
  const [table] = await rows(db, `select to_regclass('kysely_migration') as name`);
  if (!table?.name) return false;
  const done = (await rows(db, 'select name from kysely_migration')).map((row) => row.name);
  const version = await jobsVersion((text) => rows(db, text));
  const jobs = version !== undefined && version >= expected.schema;
  const made = Object.keys(migrations).every((name) => done.includes(name));
  return jobs && made && (await missingIndexes(db)).length === 0;
}

type Row = Record<string, unknown>;

async function rows(db: Database, text: string): Promise<Row[]> {
  return (await sql.raw<Row>(text).execute(db)).rows;
}

async function jobsVersion(read: (text: string) => Promise<Row[]>): Promise<number | undefined> {
  const [table] = await read(`select to_regclass('${JOBS_SCHEMA}.version') as name`);
  if (!table?.name) return undefined;
  const [row] = await read(`select version from ${JOBS_SCHEMA}.version`);
  return typeof row?.version === 'number' ? row.version : undefined;
}

async function getMigrations(): Promise<Record<string, Migration>> {
  const loaded = Object.entries(migrations).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
