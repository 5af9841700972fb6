import { type Kysely, sql } from 'kysely';

/** Second factors: authenticator apps, recovery codes, and devices that stand for a second factor. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(AUTHENTICATORS).execute(db);
  await sql.raw(RECOVERY_CODES).execute(db);
  await sql.raw(REMEMBERED_DEVICES).execute(db);
}

const AUTHENTICATORS = `
create table authenticators (
  id text primary key,
  account text not null references accounts (sub),
  kind text not null check (kind in ('totp')),
  name text not null check (char_length(name) between 1 and 64),
  secret bytea not null,
  last_step bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz
);
create index authenticators_account on authenticators (account);`;

const RECOVERY_CODES = `
create table recovery_codes (
  account text not null references accounts (sub),
  digest bytea not null,
  salt text not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  primary key (account, digest)
);`;

const REMEMBERED_DEVICES = `
create table remembered_devices (
  id text primary key,
  account text not null references accounts (sub),
  token_hash text not null,
  name text not null,
  address text,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  last_used_at timestamptz not null default clock_timestamp(),
  unique (account, token_hash)
);`;
