import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AppRegistry } from '../../src/apps/registry.ts';
import { AppError } from '../../src/errors.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { createLog } from '../../src/log.ts';
import { rememberingOutages } from '../../src/outage-memory.ts';
import { isAway } from '../../src/postgres/away.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { FragileStores } from './fragile-stores.ts';

// What keeps an answer within 2 s: a request waits once for a store, however many calls it makes.

/** ms that a call which does not wait may take. */
const AT_ONCE = 100;

let stores: FragileStores;
let redis: RedisStore;
let db: Database;

beforeAll(async () => {
  stores = await FragileStores.start();
  const log = createLog({ level: 'silent' });
  const { databaseUrl: url, redisUrl } = stores.urls;
  redis = new RedisStore({ url: redisUrl, prefix: 'test', command_timeout: 1 }, log);
  db = openDatabase({ url, pool_size: 2, connect_timeout: 1, query_timeout: 1.5 }, log);
  await migrate(db, url, log);
  await redis.ready(5);
});

afterEach(() => stores.thaw());

afterAll(async () => {
  redis?.close();
  await db?.destroy();
  await stores?.stop();
});

/** What a call ended in, and after how many ms. */
async function outcome(call: () => Promise<unknown>): Promise<{ code: string | undefined; ms: number }> {
  const begun = performance.now();
  const error = await call().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return { code: error instanceof AppError ? error.code : undefined, ms: performance.now() - begun };
}

const askRedis = () => outcome(() => redis.get('word'));
const askPostgres = () => outcome(() => sql`select 1`.execute(db));

test.each([
  ['redis', askRedis, askPostgres],
  ['postgres', askPostgres, askRedis],
] as const)(
  '%s hangs: the second call of a request fails at once, the other store answers',
  async (name, ask, other) => {
    stores.freeze(name);
    await rememberingOutages(async () => {
      expect((await ask()).code).toBe('store-away');
      const second = await ask();
      expect(second.code).toBe('store-away');
      expect(second.ms).toBeLessThan(AT_ONCE);
      expect((await other()).code).toBeUndefined();
    });
    stores.thaw();
    expect((await rememberingOutages(ask)).code).toBeUndefined();
  },
);

test('a call that requests share fails all of them, and each waits once', async () => {
  const apps = new AppRegistry(db, new Sealer(`test:${Buffer.alloc(32).toString('base64url')}`));
  stores.freeze('postgres');
  const find = () => outcome(() => apps.find('claims'));
  // It alone asks PostgreSQL; the others wait with it.
  const first = rememberingOutages(find);
  const others = Array.from({ length: 5 }, () => rememberingOutages(() => find().then(find)));
  expect((await first).code).toBe('store-away');
  for (const { code, ms } of await Promise.all(others)) {
    expect(code).toBe('store-away');
    expect(ms).toBeLessThan(AT_ONCE);
  }
});

test('what is not a request, such as a job, is not cut short', async () => {
  stores.freeze('redis');
  for (let call = 0; call < 2; call += 1) expect((await askRedis()).ms).toBeGreaterThan(AT_ONCE);
});

test.each([
  ['a socket that died, by a name as long as an SQLSTATE', { code: 'EPIPE', syscall: 'write' }, true],
  ['a server that shuts down', { code: '57P01' }, true],
  ['a server out of disk', { code: '53100' }, true],
  ['a statement that broke a rule', { code: '23505' }, false],
  ['a statement that a trigger refused', { code: 'P0001' }, false],
] as const)('%s: whether it is an outage', (_name, facts, expected) => {
  expect(isAway(Object.assign(new Error('it failed'), facts))).toBe(expected);
});
