import { type Kysely, sql } from 'kysely';

/** One row that is written again and again, to see whether that can be done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table health (id integer primary key, tried_at timestamptz not null, spilled integer not null)`.execute(
    db,
  );
}
