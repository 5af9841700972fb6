import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../src/postgres/database.ts';

/** Gives every row that has none its position, with a seal over them whose proof is made up. */
export async function sealAll(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`
      insert into audit_keys (id, public_key, private_key) values ('test', 'none', '\\x00')
      on conflict do nothing`.execute(tx);
    const { rows } = await sql<{ number: number; last: number }>`
      select coalesce(max(number), 0) as number, coalesce(max(last), 0) as last from audit_seals`.execute(tx);
    const { number, last } = rows[0] as { number: number; last: number };
    const { rows: sealed } = await sql<{ position: number; at: string }>`
      update audit_events set position = numbered.position
      from (select id, at, ${last}::bigint + row_number() over (order by at, id) as position
        from audit_events where position is null) as numbered
      where audit_events.id = numbered.id and audit_events.at = numbered.at
      returning audit_events.position, audit_events.at::text as at`.execute(tx);
    if (sealed.length === 0) return;
    const moments = sealed.map(({ at }) => at);
    await sql`
      insert into audit_seals
        (number, first, last, from_at, to_at, root, sealed_at, key_id, signature, leaves)
      values (${number + 1}, ${last + 1}, ${last + sealed.length},
        (select min(m) from unnest(${moments}::timestamptz[]) m),
        (select max(m) from unnest(${moments}::timestamptz[]) m),
        ${randomBytes(32)}, clock_timestamp(), 'test', ${randomBytes(64)}, ${randomBytes(32)})`.execute(tx);
  });
}
