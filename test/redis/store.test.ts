import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { findRedisBinary } from '../../src/embedded/redis-binary.ts';
import { redisFault } from '../../src/redis/fault.ts';
import { RedisStore, script } from '../../src/redis/store.ts';
import { until } from '../postgres/until.ts';

const silent = pino({ level: 'silent' });
const directory = mkdtempSync(join(tmpdir(), 'vestibule-redis-'));
const url = `unix://${join(directory, 'redis.sock')}`;
let server: ChildProcess;
let store: RedisStore;

beforeAll(async () => {
  server = await startServer();
  store = new RedisStore({ url, prefix: 'x', command_timeout: 0.3 }, silent);
  await store.ready(5);
});
afterAll(async () => {
  store.close();
  server.kill('SIGKILL');
  await once(server, 'exit');
  rmSync(directory, { recursive: true });
});

test('what is set is there until its time is over, and never for ever', async () => {
  await store.set('key', 'value', 0.2);
  expect(await store.get('key')).toBe('value');
  expect(await store.command('TTL', 'key')).toBe(1);
  await store.delete('key');
  expect(await store.get('key')).toBeNull();
  expect((await store.hash('no-such-key')).size).toBe(0);
});

test('of 16 parallel first times exactly one is the first', async () => {
  const firsts = await Promise.all(
    Array.from({ length: 16 }, (_, i) => store.setOnce('once', String(i), 60)),
  );
  expect(firsts.filter(Boolean)).toHaveLength(1);
  expect(await store.get('once')).toBe(String(firsts.indexOf(true)));
  expect(await store.command('TTL', 'once')).toBe(60);
});

test('a script runs whether or not the server knows it yet', async () => {
  const increment = script(`return redis.call('INCRBY', KEYS[1], ARGV[1])`);
  expect(await store.run(increment, ['{a}count'], [2])).toBe(2);
  await store.command('SCRIPT', 'FLUSH');
  expect(await store.run(increment, ['{a}count'], [3])).toBe(5);
});

test('a mistake of ours is not taken for a store that is away', async () => {
  await store.set('text', 'x', 60);
  await expect(store.command('INCR', 'text')).rejects.toThrow('not an integer');
  await expect(store.run(script(`return redis.call('INCR', KEYS[1])`), ['text'], [])).rejects.toThrow(
    'integer',
  );
});

test('a server that is up but cannot serve counts as away', async () => {
  await store.command('CONFIG', 'SET', 'min-replicas-to-write', 1);
  await expectAway(() => store.set('key', 'value', 60));
  await expectAway(() => store.run(script(`return redis.call('SET', KEYS[1], 1)`), ['other'], []));
  await store.command('CONFIG', 'SET', 'min-replicas-to-write', 0);
  await store.set('key', 'value', 60);
});

test('a write is tried, and what keeps a server from writes is told in a word', async () => {
  const attempt = () => store.tryWrite((number) => `{try-${number}}`).then(() => 'written', redisFault);
  const faults: string[] = [await attempt()];
  for (const [setting, value, back] of [
    ['maxmemory', '1', '0'],
    ['min-replicas-to-write', '1', '0'],
    ['replicaof', '127.0.0.1 1', 'no one'],
  ] as const) {
    const change = (to: string) =>
      setting === 'replicaof'
        ? store.command('REPLICAOF', ...to.split(' '))
        : store.command('CONFIG', 'SET', setting, to);
    await change(value);
    faults.push(await attempt());
    // A client that finds itself at a replica looks for the primary anew.
    await until(() =>
      change(back).then(
        () => true,
        () => false,
      ),
    );
  }
  await untilBack();
  expect(faults).toEqual(['written', 'full', 'read-only', 'read-only']);
});

test('its memory is told: which policy, whether it evicts, and how much is left', async () => {
  const told = async (limit: string, policy: string) => {
    await store.command('CONFIG', 'SET', 'maxmemory', limit);
    await store.command('CONFIG', 'SET', 'maxmemory-policy', policy);
    return store.memory();
  };
  expect(await told('100mb', 'volatile-lru')).toMatchObject({ policy: 'volatile-lru', evicts: true });
  // Without a limit nothing is ever evicted.
  expect(await told('0', 'volatile-lru')).toMatchObject({ policy: 'volatile-lru', evicts: false, limit: 0 });
  const memory = await told('100mb', 'noeviction');
  expect(memory).toMatchObject({
    policy: 'noeviction',
    evicts: false,
    evictedKeys: 0,
    limit: 100 * 1024 ** 2,
  });
  expect(memory?.used).toBeGreaterThan(0);
  await told('0', 'noeviction');
});

test('a hanging server is away within the timeout, and back when it answers again', async () => {
  server.kill('SIGSTOP');
  try {
    await expectAway(() => store.get('key'), 1_000);
    await expectAway(() => store.set('key', 'value', 60), 1_000);
  } finally {
    server.kill('SIGCONT');
  }
  await untilBack();
});

test('a dead server is away at once; nothing asked meanwhile is done later', async () => {
  server.kill('SIGKILL');
  await once(server, 'exit');
  await expectAway(() => store.set('ghost', 'x', 60), 1_000);
  await expectAway(() => store.run(script(`return redis.call('INCR', KEYS[1])`), ['ghost'], []), 1_000);
  server = await startServer();
  await untilBack();
  expect(await store.get('ghost')).toBeNull();
});

test('a client that gets no answer at start says so in time', async () => {
  server.kill('SIGSTOP');
  const early = new RedisStore({ url, prefix: 'x', command_timeout: 0.3 }, silent);
  try {
    await expectAway(() => early.ready(0.3), 1_000);
  } finally {
    early.close();
    server.kill('SIGCONT');
  }
  await untilBack();
});

test('the clock is the server’s', async () => {
  expect(Math.abs((await store.time()) - Date.now() / 1000)).toBeLessThan(1);
});

async function startServer(): Promise<ChildProcess> {
  const { PATH, REDIS_SERVER } = process.env;
  const socket = new URL(url).pathname;
  const words = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'];
  const child = spawn(
    findRedisBinary({ PATH, REDIS_SERVER }, () => {}),
    words,
    {
      argv0: 'redis-server',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(said)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (/ready to accept connections/i.test(said)) resolve();
    });
  });
  return child;
}

async function expectAway(ask: () => Promise<unknown>, most = 2_000): Promise<void> {
  const begun = performance.now();
  await expect(ask()).rejects.toMatchObject({ code: 'store-away' });
  expect(performance.now() - begun).toBeLessThan(most);
}

async function untilBack(): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    try {
      await store.command('PING');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
