import { type Kysely, sql } from 'kysely';

/** How far the audit log has been delivered to a SIEM, and what who could do what on a past day is told from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(DELIVERIES).execute(db);
  await sql.raw(CHANGES).execute(db);
}

const DELIVERIES = `
create table audit_deliveries (
  sink text primary key check (sink in ('webhook', 'syslog')),
  position bigint not null check (position >= 0),
  failures integer not null default 0,
  last_error text,
  retry_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check ((failures = 0) = (retry_at is null))
);`;

// A few rows an account among thousands of sign-ins; audit/access-log.ts asks for no other events.
const CHANGES = `
create index audit_events_changes on audit_events (account, at desc, id desc)
  where event in ('account.created', 'account.changed', 'account.compromised', 'password.changed',
    'membership.granted', 'membership.changed', 'role.granted', 'role.revoked');`;
