import { type Kysely, sql } from 'kysely';

/** Finds locks that are long over: whoever tries many user IDs begins many. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index locks_over on locks (ends_at)
      where ended_at is not null or lifted_at is not null`.execute(db);
}
