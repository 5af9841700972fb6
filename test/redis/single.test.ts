import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RedisStore, script } from '../../src/redis/store.ts';
import { freePorts } from '../support/portal.ts';
import { RedisNode } from './node.ts';
import { countWithReplyLost, openStore, PATIENT } from './open.ts';
import { storageSuite } from './storage-suite.ts';

let store: RedisStore;
beforeAll(async () => {
  store = await openStore(String(process.env.TEST_REDIS_URL), PATIENT);
});
afterAll(() => store.close());

describe('a single Redis', () => {
  storageSuite(() => store);

  test('a command whose reply was lost is not sent again', async () => {
    const [port] = (await freePorts(1)) as [number];
    const node = await RedisNode.start({ port, settings: [] });
    const own = await openStore(`redis://127.0.0.1:${port}`);
    try {
      expect(await countWithReplyLost(own, node, 'counter')).toBe(1);
    } finally {
      own.close();
      await node.remove();
    }
  });

  test('a script whose keys a Cluster would scatter is refused here too', async () => {
    const lua = script('return #KEYS');
    await expect(store.run(lua, ['a:{x}:1', 'b:{x}'], [])).resolves.toBe(2);
    await expect(store.run(lua, ['a:{x}', 'a:{y}'], [])).rejects.toThrow('one hash tag');
    await expect(store.run(lua, ['a', 'b'], [])).rejects.toThrow('one hash tag');
    // An empty tag is none.
    await expect(store.run(lua, ['a:{}:1', 'a:{}:2'], [])).rejects.toThrow('one hash tag');
  });
});
