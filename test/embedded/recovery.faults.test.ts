import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { stopOrphans } from '../../src/embedded/child.ts';
import { Claim } from '../../src/embedded/claim.ts';
import { processIdentity } from '../../src/embedded/processes.ts';
import { type EmbeddedStores, type StoreName, startEmbeddedStores } from '../../src/embedded/stores.ts';

const base = mkdtempSync(join(tmpdir(), 'vestibule-recovery-'));
const ended: StoreName[] = [];
let stores: EmbeddedStores;

beforeAll(async () => {
  const { PATH, REDIS_SERVER } = process.env;
  const environment = { PATH, REDIS_SERVER };
  // Passable, so that root's data, too, is where this test looks for it.
  rmSync(base, { recursive: true });
  stores = await startEmbeddedStores({ directory: base, environment, onExit: (name) => ended.push(name) });
});

afterAll(async () => {
  await stores?.stop();
  rmSync(base, { recursive: true, force: true });
});

test('a store that dies is reported and, started again, is back on the same socket with its data', async () => {
  const redis = new Redis(new URL(stores.redisUrl).pathname, {
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  await redis.connect();
  await redis.set('word', 'kept');
  await query("create table kept as select 'kept' as word");

  const { postgres, redis: redisPid } = stores.pids;
  process.kill(redisPid, 'SIGKILL');
  process.kill(postgres, 'SIGKILL');
  await until(() => ended.length === 2);
  expect([...ended].sort()).toEqual(['postgres', 'redis']);

  await Promise.all([stores.restart('postgres'), stores.restart('redis')]);
  expect(await query('select word from kept')).toEqual([{ word: 'kept' }]);
  await redis.connect();
  expect(await redis.get('word')).toBe('kept');
  redis.disconnect();
});

test('a pid file whose number now belongs to another process does not keep PostgreSQL from starting', async () => {
  const file = join(base, 'postgres/postmaster.pid');
  process.kill(stores.pids.postgres, 'SIGKILL');
  await until(() => processIdentity(stores.pids.postgres) === undefined);
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
  await stores.restart('postgres');
  expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('what merely mentions the data directory is never stopped', async () => {
  const bystander = idle('/srv/data');
  try {
    await stopOrphans('redis-server', '--dir', '/srv/data', 'SIGTERM');
    await stopOrphans('node', '--dir', '/srv/dat', 'SIGTERM');
    expect(processIdentity(bystander.pid ?? -1)).toBeDefined();
    await stopOrphans('node', '--dir', '/srv/data', 'SIGTERM');
    expect(processIdentity(bystander.pid ?? -1)).toBeUndefined();
  } finally {
    bystander.kill('SIGKILL');
  }
});

test('a claim passes on once its process is gone, though another has its number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-claim-'));
  const other = idle('/srv/other');
  const { pid = -1 } = other;
  const claimed = { pid, identity: processIdentity(pid), sockets: '/tmp/vestibule-gone' };
  writeFileSync(join(folder, 'embedded.json'), JSON.stringify(claimed));
  expect(() => new Claim(folder, '/tmp/vestibule-new')).toThrow(`Process ${pid} already runs`);

  writeFileSync(join(folder, 'embedded.json'), JSON.stringify({ ...claimed, identity: `${pid} 1` }));
  expect(new Claim(folder, '/tmp/vestibule-new').abandoned).toBe('/tmp/vestibule-gone');
  expect(() => new Claim(folder, '/tmp/vestibule-new')).toThrow('already runs');
  other.kill('SIGKILL');
  await once(other, 'exit');
  rmSync(folder, { recursive: true });
});

test('stopping leaves no child and no socket, and may be asked for twice', async () => {
  const { postgres, redis } = stores.pids;
  const before = ended.length;
  await Promise.all([stores.stop(), stores.stop()]);
  expect([processIdentity(postgres), processIdentity(redis)]).toEqual([undefined, undefined]);
  expect(ended).toHaveLength(before);
  await expect(query('select 1')).rejects.toThrow('ENOENT');
});

function idle(directory: string): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', '--dir', directory], {
    stdio: 'ignore',
  });
}

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stores.databaseUrl });
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10);
}
