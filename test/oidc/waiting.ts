import pg from 'pg';
import type { Portal } from '../support/portal.ts';

/**
 * Until a statement of the service waits for somebody else's lock: so a test holds a request at a point of its
 * choice. `meanwhile` is done between the looks.
 */
export async function untilWaiting(portal: Portal, meanwhile = async () => {}): Promise<void> {
  const client = new pg.Client({ connectionString: portal.databaseUrl });
  await client.connect();
  const deadline = Date.now() + 5_000;
  try {
    for (;;) {
      const waiting = await client.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (waiting.rowCount) return;
      if (Date.now() > deadline) throw new Error('nobody waits');
      await meanwhile();
    }
  } finally {
    await client.end();
  }
}
