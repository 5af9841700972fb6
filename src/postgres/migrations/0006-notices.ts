import { type Kysely, sql } from 'kysely';

/** Mail and SMS: what becomes of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(NOTICES).execute(db);
}

const NOTICES = `
create table notices (
  id text primary key,
  kind text not null,
  channel text not null check (channel in ('email', 'sms')),
  account text,
  to_masked text not null,
  sealed bytea,
  status text not null default 'pending' check (status in ('pending', 'sent', 'delivered', 'failed', 'dead')),
  attempts integer not null default 0,
  last_error text,
  provider_id text,
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  check (sealed is not null or status not in ('pending', 'dead'))
);
create index notices_by_creation on notices (created_at desc, id desc);
create index notices_dead on notices (created_at desc, id desc) where status = 'dead';
create index notices_expired on notices (expires_at) where sealed is not null and expires_at is not null;`;
