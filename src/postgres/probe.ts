import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Writes as a sign-in does. The row needs no more room than it has, so that alone would go on working on a full
 * disk: something is spilled to it too, and gone at the end of the statement.
 * @throws AppError('store-away'), with what the server said
 */
export async function tryWrite(db: Database): Promise<void> {
  // Several statements in one text are one transaction: work_mem is as it was after it.
  await sql
    .raw(`
    select set_config('work_mem', '64kB', true);
    with spilled as materialized (select repeat(md5(n::text), 8) as text from generate_series(1, 800) as n)
    insert into health (id, tried_at, spilled) select 1, clock_timestamp(), count(text) from spilled
    on conflict (id) do update set tried_at = excluded.tried_at, spilled = excluded.spilled`)
    .execute(db);
}
