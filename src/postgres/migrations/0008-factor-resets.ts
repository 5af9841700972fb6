import { type Kysely, sql } from 'kysely';

/** Resets of somebody's second factor by the help desk: from the call to the end, whatever it was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(FACTOR_RESETS).execute(db);
  await sql.raw(DISABLED).execute(db);
}

const FACTOR_RESETS = `
create table factor_resets (
  id text primary key,
  account text not null references accounts (sub),
  state text not null check (state in ('code-sent', 'verified', 'held', 'done', 'stopped', 'expired')),
  channel text not null check (channel in ('email', 'sms')),
  code bytea,
  started_by text not null references accounts (sub),
  started_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  due_at timestamptz,
  stop_token_hash text unique,
  account_disabled boolean not null default false,
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  sessions_ended_at timestamptz,
  check ((code is not null) = (state = 'code-sent')),
  check ((ended_at is null) = (state in ('code-sent', 'verified', 'held'))),
  check ((ended_at is null) = (end_reason is null) and (ended_at is null) = (ended_by is null)),
  check (state not in ('held', 'done') or (due_at is not null and stop_token_hash is not null))
);
create unique index factor_resets_running on factor_resets (account) where ended_at is null;
create index factor_resets_by_start on factor_resets (started_at desc, id desc);
create index factor_resets_by_account on factor_resets (account, ended_at);
create index factor_resets_untold on factor_resets (ended_at)
  where state = 'done' and sessions_ended_at is null;`;

// However an account was disabled, and even if it is enabled again within the same second: what was running
// does not go on.
const DISABLED = `
create function factor_resets_account_disabled() returns trigger language plpgsql as $$
begin
  update factor_resets set account_disabled = true where account = new.sub and ended_at is null;
  return null;
end $$;
create trigger accounts_disabled after update of status on accounts
  for each row when (new.status <> 'active') execute function factor_resets_account_disabled();`;
