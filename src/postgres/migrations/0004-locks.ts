import { type Kysely, sql } from 'kysely';

/** The locks of guessed secrets, so that a Redis that lost its memory lets nobody guess on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table locks (
      id text primary key,
      subject text not null,
      secret text not null,
      device text,
      account text,
      began_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > began_at),
      ended_at timestamptz,
      lifted_at timestamptz,
      lifted_by text,
      check ((lifted_at is null) = (lifted_by is null))
    )`.execute(db);
  await sql`create index locks_subject on locks (subject, secret, began_at)`.execute(db);
  await sql`create index locks_open on locks (ends_at) where ended_at is null and lifted_at is null`.execute(
    db,
  );
}
