import { type Kysely, sql } from 'kysely';

/** A key of the audit log that signs no more keeps its public half alone: what is gone forges nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_keys alter column private_key drop not null`.execute(db);
}
