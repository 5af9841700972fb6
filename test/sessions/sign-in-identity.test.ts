import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RedisKeys } from '../../src/redis/keys.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { SignInIdentity } from '../../src/sessions/sign-in-identity.ts';
import { newName, openTestRedis } from './fixture.ts';

const SECRET = Buffer.alloc(32, 7);

let redis: RedisStore;
let keys: RedisKeys;
beforeAll(async () => {
  ({ redis, keys } = await openTestRedis());
});
afterAll(() => redis.close());

const replica = () => new SignInIdentity(redis, keys, SECRET);
const never = async () => false;

/** What 16 tabs get at once, half of them from each of two replicas. */
const atOnce = (browser: string, isOver: (uid: string) => Promise<boolean>) => {
  const replicas = [replica(), replica()] as const;
  return Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      (replicas[index % 2] as SignInIdentity).of(browser, 'somebody', isOver),
    ),
  );
};

test('tabs of one browser that sign in to one account at once get one identity', async () => {
  const identities = await atOnce(newName(), never);
  expect(new Set(identities.map(({ uid }) => uid)).size).toBe(1);
  expect(new Set(identities.map(({ id }) => id)).size).toBe(1);
});

test('another browser or another account gets another one', async () => {
  const browser = newName();
  const mine = await replica().of(browser, 'somebody', never);
  for (const other of [
    await replica().of(newName(), 'somebody', never),
    await replica().of(browser, 'somebody else', never),
  ]) {
    expect(other.uid).not.toBe(mine.uid);
    expect(other.id).not.toBe(mine.id);
  }
});

test('after a session that is over a new one begins, one for all tabs', async () => {
  const browser = newName();
  const { uid: dead } = await replica().of(browser, 'somebody', never);
  const identities = await atOnce(browser, async (uid) => uid === dead);
  expect(new Set(identities.map(({ uid }) => uid)).size).toBe(1);
  expect(identities[0]?.uid).not.toBe(dead);
});

test('what Redis holds does not tell the id', async () => {
  const browser = newName();
  const { id } = await replica().of(browser, 'somebody', never);
  const [prefix] = keys.session('').split(':');
  const names = (await redis.command('KEYS', `${prefix}:*`)) as string[];
  const values = await Promise.all(names.map((name) => redis.get(name)));
  expect([...names, ...values].join()).not.toContain(id);
});
