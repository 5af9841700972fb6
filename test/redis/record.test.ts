import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Sealer } from '../../src/keys/sealer.ts';
import { RedisRecord } from '../../src/redis/record.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { openTestRedis } from '../sessions/fixture.ts';

interface Note {
  readonly text: string;
}

const prefix = randomBytes(6).toString('hex');
const seals = new Sealer(`k:${randomBytes(32).toString('base64url')}`);
let redis: RedisStore;
let plain: RedisRecord<Note>;
let sealed: RedisRecord<Note>;

beforeAll(async () => {
  ({ redis } = await openTestRedis());
  const key = (id: string) => `${prefix}:{${id}}`;
  plain = new RedisRecord(redis, { key, life: 60 });
  sealed = new RedisRecord(redis, { key, life: 60, sealed: { seals, as: 'note' } });
});
afterAll(() => redis.close());

test.each(['plain', 'sealed'] as const)('a %s record is read as it was put, for its life', async (kind) => {
  const records = { plain, sealed }[kind];
  expect(await records.read(kind)).toBeUndefined();
  await records.put(kind, { text: 'one' });
  expect((await records.read(kind))?.value).toEqual({ text: 'one' });
  expect(await redis.command('TTL', `${prefix}:{${kind}}`)).toBe(60);
  await records.forget(kind);
  expect(await records.read(kind)).toBeUndefined();
});

test('of parallel changes to what was read one counts, of parallel takers one takes', async () => {
  const atOnce = <T>(work: (i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: 16 }, (_, i) => work(i)));
  const first = await atOnce((i) => sealed.putFirst('races', { text: `${i}` }));
  expect(new Set(first.map(({ text }) => text)).size).toBe(1);
  const { seen = '' } = (await sealed.read('races')) ?? {};
  const changed = await atOnce((i) => sealed.replace('races', seen, { text: `again ${i}` }));
  expect(changed.filter(Boolean)).toHaveLength(1);
  expect(await sealed.take('races', seen)).toBe(false);
  const now = await sealed.read('races');
  expect(now?.value).toEqual({ text: `again ${changed.indexOf(true)}` });
  const taken = await atOnce(() => sealed.take('races', now?.seen ?? ''));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test('what is sealed cannot be read in Redis, nor in the place of another record', async () => {
  await sealed.put('mine', { text: 'a secret' });
  const held = String(await redis.get(`${prefix}:{mine}`));
  expect(Buffer.from(held, 'base64').toString()).not.toContain('secret');
  await redis.set(`${prefix}:{yours}`, held, 60);
  await expect(sealed.read('yours')).rejects.toThrow();
});
