import type { Database } from './database.ts';

/**
 * The default of a setting that a database of an earlier version keeps; undefined where the database has none, and
 * today's default counts. @throws AppError('store-away')
 */
export async function keptDefault(db: Database, setting: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('kept_defaults')
    .select('value')
    .where('setting', '=', setting)
    .executeTakeFirst();
  return row?.value;
}
