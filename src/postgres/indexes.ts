import { sql } from 'kysely';
import type { Log } from '../log.ts';
import { type Database, openDatabase } from './database.ts';
import { type ConcurrentIndex, concurrentIndexes } from './migrations/concurrent.ts';

/** Our advisory lock, an arbitrary number. */
const LOCK = 7_206_814_554;
const TRY = `select pg_try_advisory_xact_lock(${LOCK}) as mine`;
/** s that an index may take. */
const PATIENCE = 24 * 3600;

/** Indexes that are not there, or were left half-made. @throws AppError('store-away') */
export async function missingIndexes(db: Database): Promise<ConcurrentIndex[]> {
  const names = concurrentIndexes.map(({ name }) => name);
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indisvalid and c.relname = any(${names}) and c.relnamespace = current_schema()::regnamespace`.execute(
    db,
  );
  const there = new Set(rows.map(({ name }) => name));
  return concurrentIndexes.filter(({ name }) => !there.has(name));
}

/**
 * Builds what is missing, `concurrently`: nobody's writes wait for it, and it waits for transactions that are open.
 * An index makes a search quick and nothing else hangs on it, so a failure is a line in the log, and the next
 * start tries again. Of several replicas one builds, and the others go on: a session that waited for it would
 * itself be a transaction that the build waits for. The lock is a transaction's own, as poolers need it.
 */
export async function buildIndexes(url: string, log: Log): Promise<void> {
  const db = openDatabase({ url, pool_size: 2, connect_timeout: 10, query_timeout: PATIENCE }, log);
  try {
    await db.transaction().execute(async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
      // Without parameters: the portal of a prepared statement would keep a snapshot, for which the build waits.
      const { rows } = await sql.raw<{ mine: boolean }>(TRY).execute(tx);
      if (!rows[0]?.mine) return;
      for (const index of await missingIndexes(db)) await build(db, index, log);
    });
  } catch (err) {
    log.warn({ err }, 'an index was not built; the next start tries again');
  } finally {
    await db.destroy();
  }
}

async function build(db: Database, { name, on }: ConcurrentIndex, log: Log): Promise<void> {
  log.info({ index: name }, 'building an index');
  // One that a start before this one left half-made.
  await sql`drop index concurrently if exists ${sql.ref(name)}`.execute(db);
  await sql.raw(`create index concurrently ${name} on ${on}`).execute(db);
}
