import pg from 'pg';
import { pino } from 'pino';
import { RedisStore } from '../../src/redis/store.ts';
import type { Portal } from '../support/portal.ts';

/** A connection of the test's own to a portal's Redis. */
export async function openRedis(portal: Portal): Promise<RedisStore> {
  const settings = { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 15 };
  const redis = new RedisStore(settings, pino({ level: 'silent' }));
  await redis.ready(5);
  return redis;
}

/** A key as Redis holds it, with everything in it. */
export interface Held {
  readonly key: string;
  /** Seconds; -1 for a key that never goes. */
  readonly life: number;
  /** Field to value; a plain string stands under ''. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Every key of a portal in Redis. */
export async function redisHoldings(redis: RedisStore, prefix: string): Promise<Held[]> {
  const held: Held[] = [];
  let cursor = '0';
  do {
    const [next, keys] = (await redis.command('SCAN', cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1000)) as [
      string,
      string[],
    ];
    cursor = next;
    for (const key of keys) held.push(await holding(redis, key));
  } while (cursor !== '0');
  return held;
}

async function holding(redis: RedisStore, key: string): Promise<Held> {
  const type = await redis.command('TYPE', key);
  const life = Number(await redis.command('TTL', key));
  if (type === 'hash') return { key, life, fields: await redis.hash(key) };
  if (type === 'string') return { key, life, fields: new Map([['', String(await redis.get(key))]]) };
  // It expired since it was listed.
  if (type === 'none') return { key, life, fields: new Map() };
  const members = { set: ['SMEMBERS', key], zset: ['ZRANGE', key, 0, -1], list: ['LRANGE', key, 0, -1] }[
    String(type)
  ];
  if (!members) throw new Error(`${key} is a ${type}`);
  const [command, ...words] = members as [string, ...(string | number)[]];
  const held = (await redis.command(command, ...words)) as string[];
  return { key, life, fields: new Map(held.map((member, index) => [String(index), member])) };
}

/** Every row of every table in a portal's database, pg-boss's too, as JSON text. */
export async function postgresHoldings(databaseUrl: string): Promise<{ table: string; row: string }[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`);
    const rows: { table: string; row: string }[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`);
      rows.push(...found.rows.map(({ row }) => ({ table: name, row })));
    }
    return rows;
  } finally {
    await client.end();
  }
}
