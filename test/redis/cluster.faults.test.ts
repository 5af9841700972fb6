import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { redisFault } from '../../src/redis/fault.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { TestCluster } from './cluster.ts';
import type { RedisNode } from './node.ts';
import { attempt, countWithReplyLost, openStore, PATIENT } from './open.ts';
import { listening, storageSuite } from './storage-suite.ts';

const scripted: (readonly string[])[] = [];
let cluster: TestCluster;
let store: RedisStore;
let patient: RedisStore;
beforeAll(async () => {
  cluster = await TestCluster.start({ replicas: 1 });
  store = await openStore(cluster.url);
  patient = listening(await openStore(cluster.url, PATIENT), (keys) => scripted.push(keys));
});
afterAll(async () => {
  store?.close();
  patient?.close();
  await cluster?.stop();
});

describe('a Cluster of three', () => {
  storageSuite(() => patient);

  test('every script that ran had its keys in one slot', async () => {
    const slot = (key: string) => cluster.nodes[0]?.call('CLUSTER', 'KEYSLOT', key);
    const together = scripted.filter((keys) => keys.length > 1);
    expect(together.length).toBeGreaterThan(PARALLEL);
    for (const keys of together) expect(new Set(await Promise.all(keys.map(slot))).size).toBe(1);
  });

  test('the keys lie on all three', async () => {
    const sizes = await Promise.all(cluster.nodes.map((node) => node.call('DBSIZE')));
    for (const size of sizes) expect(size).toBeGreaterThan(0);
  });

  test('a write is tried on each primary: with any of them full, sign-ins fail whose keys it owns', async () => {
    const attempt = () => patient.tryWrite((number) => `{try-${number}}`).then(() => 'written', redisFault);
    for (const node of cluster.nodes.slice(0, 3)) {
      expect(await attempt()).toBe('written');
      await node.call('CONFIG', 'SET', 'maxmemory', 1);
      expect(await attempt()).toBe('full');
      await node.call('CONFIG', 'SET', 'maxmemory', 0);
    }
    await cluster.nodes[1]?.call('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'volatile-lru');
    expect(await patient.memory()).toMatchObject({
      policy: 'volatile-lru',
      evicts: true,
      limit: 100 * 1024 ** 2,
    });
    await cluster.nodes[1]?.call('CONFIG', 'SET', 'maxmemory', 0, 'maxmemory-policy', 'noeviction');
  });

  test('a command whose reply was lost is not sent again', async () => {
    const node = cluster.nodes[1] as RedisNode;
    expect(await countWithReplyLost(store, node, await firstKeyOn(1))).toBe(1);
  });

  test('a URL that takes one of its servers for all of Redis is refused at start', async () => {
    const alone = openStore(`redis://127.0.0.1:${cluster.nodes[0]?.port}`);
    await expect(alone).rejects.toThrow('must begin with redis+cluster://');
  });

  test('a slot that moves to another server is followed at once', async () => {
    const [from, to] = [cluster.nodes[0], cluster.nodes[1]];
    const key = await firstKeyOn(0);
    const slot = Number(await from?.call('CLUSTER', 'KEYSLOT', key));
    const id = String(await to?.call('CLUSTER', 'MYID'));
    for (const node of [to, from, cluster.nodes[2]]) await node?.call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    await store.set(key, 'moved', 60);
    expect(await store.get(key)).toBe('moved');
    expect(await to?.call('EXISTS', key)).toBe(1);
  });

  test('a primary that hangs is left for its replica', async () => {
    const key = await firstKeyOn(0);
    await store.set(key, 'kept', 60);
    await cluster.group.caughtUp(1);
    cluster.nodes[0]?.freeze();
    const hung = await attempt(() => store.get(key));
    expect(hung.error).toMatchObject({ code: 'store-away' });
    expect(hung.ms).toBeLessThan(TWO_SECONDS);
    await until(async () => (await store.get(key).catch(() => undefined)) === 'kept');
    await cluster.group.restore();
    await cluster.whole();
  });

  test('one server that hangs, then dies: its keys are away within 2 s, the others go on; back, it heals', async () => {
    const [theirs, others] = [await firstKeyOn(2), await firstKeyOn(1)];
    cluster.nodes[2]?.freeze();
    const [hung, fine] = await Promise.all([
      attempt(() => store.get(theirs)),
      attempt(() => store.get(others)),
    ]);
    expect(hung.error).toMatchObject({ code: 'store-away' });
    expect(hung.ms).toBeLessThan(TWO_SECONDS);
    expect(fine.error).toBeUndefined();
    await expect(store.ping()).rejects.toBeInstanceOf(AppError);
    await cluster.nodes[2]?.kill();
    // Its peers find out, and the whole Cluster refuses.
    await until(async () => {
      const tries = await Promise.all([theirs, others].map((key) => attempt(() => store.get(key))));
      for (const { error, ms } of tries) {
        if (error) expect(error).toMatchObject({ code: 'store-away' });
        expect(ms).toBeLessThan(TWO_SECONDS);
      }
      return tries.every(({ error }) => error);
    });
    await cluster.nodes[2]?.restart();
    await until(async () => (await attempt(() => store.ping())).error === undefined);
    await until(async () => (await attempt(() => store.set(theirs, 'back', 60))).error === undefined);
    await until(async () => (await store.get(theirs).catch(() => undefined)) === 'back');
  });
});

const PARALLEL = 16;

/** A key that this server owns. */
async function firstKeyOn(index: number): Promise<string> {
  for (let number = 0; ; number += 1) {
    const reply = await cluster.nodes[index]?.call('GET', `key-${number}`).then(
      () => true,
      () => false,
    );
    if (reply) return `key-${number}`;
  }
}
