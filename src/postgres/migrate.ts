import { createRequire } from 'node:module';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Log } from '../log.ts';
import { type Database, openDatabase, type Transaction } from './database.ts';
import { buildIndexes, missingIndexes } from './indexes.ts';
import { migrations } from './migrations/index.ts';

/** The version of its tables that the installed pg-boss works on; it says so nowhere else. */
const { pgboss: expected }: { pgboss: { schema: number } } = createRequire(import.meta.url)(
  'pg-boss/package.json',
);

/** Where pg-boss keeps its tables; jobs/ names the same. */
export const JOBS_SCHEMA = 'jobs';

/** Our advisory lock, an arbitrary number. */
const LOCK = 7_206_814_553;
/** s; an index on a large table may take long, and the others wait for the lock meanwhile. */
const PATIENCE = 24 * 3600;

/**
 * Brings the tables up to date, pg-boss's with ours; forward only. Safe when several replicas start at once:
 * one migrates, the others wait for it. All is one transaction and so is its lock, on one connection: behind a
 * pooler a lock of a session would stay with whoever gets that session next. When nothing is pending it only
 * reads, through `db`.
 *
 * @param db   the service's own connection
 * @param url  whose role may change tables; commonly the same role
 * @throws AppError('store-away') when the server cannot be reached; what the failing statement said otherwise
 */
export async function migrate(db: Database, url: string, log: Log): Promise<void> {
  if (!(await isCurrent(db))) await migrateAll(url, log);
  if ((await missingIndexes(db)).length > 0) await buildIndexes(url, log);
}

async function migrateAll(url: string, log: Log): Promise<void> {
  const own = openDatabase({ url, pool_size: 1, connect_timeout: 10, query_timeout: PATIENCE }, log);
  try {
    await own.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
      await migrateTables(tx, log);
      await migrateJobs(tx, log);
    });
  } finally {
    await own.destroy();
  }
}

/** Whether the tables are there: `older` when this version would change them. @throws AppError('store-away') */
export async function tablesState(db: Database): Promise<'none' | 'older' | 'current'> {
  if (await isCurrent(db)) return 'current';
  const [table] = await rows(db, `select to_regclass('accounts') as name`);
  return table?.name ? 'older' : 'none';
}

async function migrateTables(tx: Transaction, log: Log): Promise<void> {
  const { Migrator } = await import('kysely/migration');
  const migrator = new Migrator({ db: tx, provider: { getMigrations } });
  const { error, results } = await migrator.migrateToLatest();
  for (const result of results ?? []) {
    log.info({ migration: result.migrationName, status: result.status }, 'migration');
  }
  if (error) throw error;
}

/** pg-boss's tables change with its release, not with ours, so its version table says what is to be done. */
async function migrateJobs(tx: Transaction, log: Log): Promise<void> {
  const version = await jobsVersion(tx);
  if (version !== undefined && version >= expected.schema) return;
  const { getConstructionPlans, getMigrationPlans } = await import('pg-boss');
  const plan =
    version === undefined ? getConstructionPlans(JOBS_SCHEMA) : getMigrationPlans(JOBS_SCHEMA, version);
  await sql.raw(withinTransaction(plan)).execute(tx);
  log.info({ migration: 'pg-boss', from: version, to: expected.schema }, 'migration');
}

/**
 * pg-boss's plans bring a transaction of their own, which would commit ours half done, and then indexes that are
 * built beside it, which no pooler and no transaction allows.
 */
function withinTransaction(plan: string): string {
  const [, changes, indexes] = /^\s*BEGIN;(.*)\n\s*COMMIT;(.*)$/s.exec(plan) ?? [];
  if (changes === undefined || indexes === undefined) throw new Error('a plan of pg-boss is no transaction');
  return `${changes}${indexes.replaceAll(' CONCURRENTLY', '')}`;
}

async function isCurrent(db: Database): Promise<boolean> {
  const [table] = await rows(db, `select to_regclass('kysely_migration') as name`);
  if (!table?.name) return false;
  const done = (await rows(db, 'select name from kysely_migration')).map((row) => row.name);
  const version = await jobsVersion(db);
  const jobs = version !== undefined && version >= expected.schema;
  return jobs && Object.keys(migrations).every((name) => done.includes(name));
}

type Row = Record<string, unknown>;

async function rows(db: Database | Transaction, text: string): Promise<Row[]> {
  return (await sql.raw<Row>(text).execute(db)).rows;
}

async function jobsVersion(db: Database | Transaction): Promise<number | undefined> {
  const [table] = await rows(db, `select to_regclass('${JOBS_SCHEMA}.version') as name`);
  if (!table?.name) return undefined;
  const [row] = await rows(db, `select version from ${JOBS_SCHEMA}.version`);
  return typeof row?.version === 'number' ? row.version : undefined;
}

async function getMigrations(): Promise<Record<string, Migration>> {
  const loaded = Object.entries(migrations).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
