import { type Kysely, sql } from 'kysely';

/**
 * What last counted as somebody at work in a session, and in which app; and apps whose refreshes mean nobody. Both
 * tables take the columns without being written anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sessions add column last_seen_by text, add column last_seen_app text`.execute(db);
  await sql`alter table apps add column activity boolean not null default true`.execute(db);
}
