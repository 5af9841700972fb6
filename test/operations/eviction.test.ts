import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RedisNode } from '../redis/node.ts';
import { freePorts, startPortal } from '../support/portal.ts';

let redis: RedisNode;
beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  redis = await RedisNode.start({ port, settings: [['maxmemory-policy', 'volatile-lru']] });
});
afterAll(() => redis?.remove());

/** Starts on this Redis and ends; what it logged. */
async function startOn(login = ''): Promise<string> {
  const portal = await startPortal({ redisUrl: `redis://${login}127.0.0.1:${redis.port}` });
  await portal.stop();
  return portal.logs.join('\n');
}

test('a Redis that evicts is refused at start, where it would', async () => {
  // Without a limit of memory it never does.
  expect(await startOn()).not.toContain('maxmemory-policy');
  await redis.call('CONFIG', 'SET', 'maxmemory', '100mb');
  await expect(startOn()).rejects.toThrow(
    /could not start: Redis evicts keys .* \(maxmemory-policy volatile-lru\).*set maxmemory-policy noeviction/,
  );
});

test('where Redis does not tell its policy, the log says that nobody knows', async () => {
  await redis.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-info');
  expect(await startOn('app:secret@')).toContain('does not tell its maxmemory-policy');
});
