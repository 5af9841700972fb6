import { type Kysely, sql } from 'kysely';

/** What people have allowed apps that are not the operator's own to see. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table consents (
      account text not null references accounts (sub),
      client_id text not null,
      scopes text[] not null,
      given_at timestamptz not null default clock_timestamp(),
      primary key (account, client_id)
    )`.execute(db);
}
