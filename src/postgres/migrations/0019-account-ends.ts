import { type Kysely, sql } from 'kysely';

/** What an account has open ends with a change of it: by a mark for each session, as when many are ended at once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table bulk_ends add column account text, alter column ended_by drop not null`.execute(db);
}
