import { sql } from 'kysely';
import type { Database } from '../../src/postgres/database.ts';

/** Lets every job that waits for its time be due now: for tests of what a retry does, not of when it comes. */
export async function hurry(db: Database): Promise<void> {
  await sql`
    update jobs.job set start_after = clock_timestamp()
    where state in ('created', 'retry') and start_after > clock_timestamp()`.execute(db);
}
