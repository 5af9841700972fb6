import { type Kysely, sql } from 'kysely';

/** Changes of e-mail addresses and phone numbers, which whoever held the old one can undo. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CONTACT_CHANGES).execute(db);
}

const CONTACT_CHANGES = `
create table contact_changes (
  id text primary key,
  account text not null references accounts (sub),
  channel text not null check (channel in ('email', 'sms')),
  old_value text,
  old_verified boolean not null,
  new_value text not null,
  token_hash text not null unique,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  closed_at timestamptz
);
create index contact_changes_account on contact_changes (account, channel, created_at);`;
