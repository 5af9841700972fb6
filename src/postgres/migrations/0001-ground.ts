import { type Kysely, sql } from 'kysely';

/** Accounts, practices, apps, keys, the session ledger, durable grants and the audit log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const group of [ACCOUNTS, APPS, SESSIONS, GRANTS, AUDIT]) {
    await sql.raw(group).execute(db);
  }
}

const ACCOUNTS = `
create table accounts (
  sub text primary key,
  user_id text not null,
  user_id_folded text not null unique,
  given_name text not null,
  family_name text not null,
  email text,
  email_verified boolean not null default false,
  phone_number text,
  phone_number_verified boolean not null default false,
  locale text,
  zoneinfo text,
  password_hash text,
  status text not null check (status in ('invited', 'active', 'disabled')),
  sessions_not_before timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index accounts_email on accounts (email) where email is not null;
create index accounts_phone_number on accounts (phone_number) where phone_number is not null;

create table practices (
  id text primary key,
  name text not null,
  tax_id text not null unique,
  npis text[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create table memberships (
  id uuid primary key default gen_random_uuid(),
  account text not null references accounts (sub),
  practice text not null references practices (id),
  role text not null check (role in ('practice-administrator', 'clinician', 'biller', 'staff')),
  status text not null check (status in ('requested', 'active', 'suspended', 'ended')),
  valid_from timestamptz not null default clock_timestamp(),
  valid_to timestamptz check (valid_to > valid_from),
  granted_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create unique index memberships_one_open on memberships (account, practice, role) where status <> 'ended';
create index memberships_practice on memberships (practice);

create table global_roles (
  account text not null references accounts (sub),
  role text not null check (role in ('operator', 'security-analyst', 'support')),
  granted_by text not null,
  granted_at timestamptz not null default clock_timestamp(),
  primary key (account, role)
);`;

const APPS = `
create table apps (
  client_id text primary key,
  metadata jsonb not null,
  client_secret bytea,
  demands jsonb not null default '{}',
  first_party boolean not null default false,
  pkce text not null default 'required' check (pkce in ('required', 'optional')),
  session jsonb not null default '{}',
  name text not null,
  description text,
  icon_uri text,
  start_uri text,
  initiate_login_uri text,
  form_action_origins text[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create table signing_keys (
  kid text primary key,
  alg text not null,
  public_jwk jsonb not null,
  private_jwk bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  active_from timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);`;

const SESSIONS = `
create table sessions (
  uid text primary key,
  account text not null references accounts (sub),
  started_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  idle_expires_at timestamptz,
  absolute_expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  ended_by text,
  address text,
  user_agent text,
  acr text,
  amr text[] not null default '{}',
  check (ended_at is not null or (end_reason is null and ended_by is null))
);
create index sessions_open_by_account on sessions (account, started_at desc) where ended_at is null;
create index sessions_by_account on sessions (account, started_at desc);
create index sessions_open_by_expiry
  on sessions (least(idle_expires_at, absolute_expires_at)) where ended_at is null;

create table session_apps (
  uid text not null references sessions (uid),
  client_id text not null,
  sid text not null,
  grant_id text,
  first_entered_at timestamptz not null default clock_timestamp(),
  last_entered_at timestamptz not null default clock_timestamp(),
  primary key (uid, client_id)
);
create index session_apps_sid on session_apps (sid);

create table logout_notices (
  id uuid primary key default gen_random_uuid(),
  uid text not null references sessions (uid),
  client_id text not null,
  sid text not null,
  status text not null default 'pending' check (status in ('pending', 'accepted', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index logout_notices_uid on logout_notices (uid);
create index logout_notices_pending on logout_notices (updated_at) where status = 'pending';`;

const GRANTS = `
create table grants (
  id text primary key,
  account text not null,
  client_id text not null,
  session_uid text,
  payload jsonb not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp()
);
create index grants_account on grants (account);
create index grants_session_uid on grants (session_uid) where session_uid is not null;
create index grants_expires_at on grants (expires_at);

create table refresh_tokens (
  id text primary key,
  grant_id text not null,
  account text not null,
  client_id text not null,
  payload jsonb not null,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp()
);
create index refresh_tokens_grant_id on refresh_tokens (grant_id);
create index refresh_tokens_account on refresh_tokens (account);
create index refresh_tokens_expires_at on refresh_tokens (expires_at);`;

const AUDIT = `
create table audit_events (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  event text not null,
  outcome text not null check (outcome in ('success', 'failure')),
  reason text,
  account text,
  actor text,
  app text,
  session text,
  address text,
  user_agent text,
  request text,
  before jsonb,
  after jsonb,
  position bigint unique
);
create index audit_events_at on audit_events (at, id);
create index audit_events_account_at on audit_events (account, at, id);
create index audit_events_event_at on audit_events (event, at, id);
create index audit_events_unsealed on audit_events (at) where position is null;

create function audit_events_append_only() returns trigger language plpgsql as $$
declare
  unsealed audit_events;
begin
  if tg_op = 'UPDATE' and old.position is null and new.position is not null then
    unsealed := new;
    unsealed.position := null;
    if unsealed is not distinct from old then
      return new;
    end if;
  end if;
  raise exception 'audit_events is append only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function audit_events_append_only();
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function audit_events_append_only();`;
