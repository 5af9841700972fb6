import { type Kysely, sql } from 'kysely';

/** Failures in a row of each secret, so that slow guessing has an end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table failure_streaks (
      subject text not null,
      secret text not null,
      device text not null,
      streak text not null,
      failures integer not null check (failures > 0),
      account text,
      last_at timestamptz not null default clock_timestamp(),
      shut_at timestamptz,
      primary key (subject, secret, device)
    )`.execute(db);
  await sql`create index failure_streaks_shut on failure_streaks (shut_at) where shut_at is not null`.execute(
    db,
  );
  await sql`create index failure_streaks_nobody on failure_streaks (last_at) where account is null`.execute(
    db,
  );
}
