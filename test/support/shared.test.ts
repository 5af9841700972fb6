import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openRedis, redisHoldings } from '../oidc/holdings.ts';
import type { Portal } from './portal.ts';
import { sharedPortal } from './shared.ts';
import { flow, pageName, Visitor } from './visitor.ts';

/** Settings of this file alone: nobody else's portal is meant. */
const settings = { 'operator.name': 'Shared Portal' };

/** What the service knows: how many rows there are in each table, and keys. */
async function holdings(portal: Portal): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string }>`
    select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'jobs')`.execute(
    portal.db,
  );
  const held: Record<string, number> = {};
  for (const { name } of rows) {
    const counted = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(name)}`.execute(
      portal.db,
    );
    held[name] = counted.rows[0]?.n ?? 0;
  }
  const redis = await openRedis(portal);
  held.redis = (await redisHoldings(redis, portal.redisPrefix)).length;
  redis.close();
  return held;
}

test('a portal that is handed on is the same processes, and holds what it held at first', async () => {
  const first = await sharedPortal({ settings });
  const [before, pids] = [await holdings(first), first.processes.map(({ pid }) => pid)];
  await new Visitor(first).signIn('claims');
  await first.register({ client_name: 'Another', redirect_uris: ['https://another.example/callback'] });
  await sql`update accounts set status = 'disabled' where user_id = 'm.chen'`.execute(first.db);
  expect(await holdings(first)).not.toEqual(before);
  await first.stop();

  const second = await sharedPortal({ settings });
  expect(second.processes.map(({ pid }) => pid)).toEqual(pids);
  expect(second.logs).toEqual([]);
  expect(await holdings(second)).toEqual(before);
  const visitor = new Visitor(second);
  await visitor.signIn('claims', { userId: 'm.chen' });
  expect(pageName(await visitor.open(flow('mobile').url))).toBe('continue');
  await second.stop();
});
