import { type Kysely, sql } from 'kysely';

/** Finds accounts whose sessions were all revoked of late, however many accounts there are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index accounts_sessions_not_before on accounts (sessions_not_before)
      where sessions_not_before is not null`.execute(db);
}
