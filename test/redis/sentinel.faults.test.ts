import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisStore } from '../../src/redis/store.ts';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { type Attempt, attempt, openStore, PATIENT } from './open.ts';
import { TestSentinels } from './sentinel.ts';
import { storageSuite } from './storage-suite.ts';

let sentinels: TestSentinels;
let store: RedisStore;
let patient: RedisStore;
beforeAll(async () => {
  sentinels = await TestSentinels.start();
  store = await openStore(sentinels.url);
  patient = await openStore(sentinels.url, PATIENT);
});
afterAll(async () => {
  store?.close();
  patient?.close();
  await sentinels?.stop();
});

describe('three Sentinels', () => {
  storageSuite(() => patient);

  test('a URL that takes a Sentinel for Redis is refused at start', async () => {
    const [port] = /(?<=:)\d+/.exec(sentinels.url) ?? [];
    await expect(openStore(`redis://127.0.0.1:${port}`)).rejects.toThrow('must begin with redis+sentinel://');
  });
});

describe('three Sentinels, the primary killed', () => {
  const tries: Attempt[] = [];

  beforeAll(async () => {
    await sentinels.whole();
    await store.set('kept', 'yes', 60);
    await sentinels.group.caughtUp(2);
    await sentinels.group.killPrimary();
    await until(async () => {
      tries.push(await attempt(() => store.set('while away', 'x', 60)));
      return tries.at(-1)?.error === undefined;
    });
  });

  test('meanwhile the store is away, told within 2 s', () => {
    expect(tries.length).toBeGreaterThan(1);
    for (const { error } of tries.slice(0, -1)) expect(error).toMatchObject({ code: 'store-away' });
    expect(Math.max(...tries.map(({ ms }) => ms))).toBeLessThan(TWO_SECONDS);
  });

  test('what was kept is still there', async () => {
    await until(async () => (await store.get('kept').catch(() => undefined)) === 'yes');
  });

  storageSuite(() => patient);

  test('a primary that hangs is left for the one that is put in its place', async () => {
    await sentinels.whole();
    await sentinels.group.caughtUp(1);
    (await sentinels.group.primary()).freeze();
    const hung = await attempt(() => store.get('kept'));
    expect(hung.error).toMatchObject({ code: 'store-away' });
    expect(hung.ms).toBeLessThan(TWO_SECONDS);
    await until(async () => (await store.get('kept').catch(() => undefined)) === 'yes');
  });
});
