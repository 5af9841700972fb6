import { type Kysely, sql } from 'kysely';

/** People who are invited choose their user ID themselves; lists in pages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ACTIVATIONS).execute(db);
  await sql.raw(LISTS).execute(db);
}

const ACTIVATIONS = `
alter table accounts
  alter column user_id drop not null,
  alter column user_id_folded drop not null,
  add constraint accounts_user_id_whole check ((user_id is null) = (user_id_folded is null)),
  add constraint accounts_active_has_user_id check (status <> 'active' or user_id is not null);

create table activations (
  account text primary key references accounts (sub),
  token_hash text not null unique,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);`;

const LISTS = `
create index accounts_by_creation on accounts (created_at desc, sub desc);
create index practices_by_creation on practices (created_at desc, id desc);
create index sessions_by_start on sessions (started_at desc, uid desc);
create index session_apps_client_id on session_apps (client_id);`;
