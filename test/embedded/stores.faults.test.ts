import { chownSync, existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { processIdentity } from '../../src/embedded/processes.ts';
import { copyMade, type Parent, type Stores, startParent, type User, users } from './owner-process.ts';

let directory: string;
let parents: Parent[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vestibule-embedded-'));
  parents = [];
});

afterEach(async () => {
  for (const { process: parent, stores } of parents) {
    parent.kill('SIGKILL');
    for (const pid of [stores.pids.postgres, stores.pids.redis]) if (runs(pid)) process.kill(pid, 'SIGKILL');
    rmSync(socketsOf(stores), { recursive: true, force: true });
  }
  removeData(directory);
});

afterAll(() => {
  const copy = copyMade();
  if (copy) rmSync(copy, { recursive: true });
});

describe.each(users())('as $name', (user: User) => {
  const data = (): string => {
    if (!user.ids) return join(directory, 'data');
    chownSync(directory, ...user.ids);
    return join(directory, 'data');
  };
  const start = async (): Promise<Parent> => {
    const parent = await startParent(data(), user);
    parents.push(parent);
    return parent;
  };

  test('the data outlives a parent killed with -9, and nothing it started stays', async () => {
    const killed = await start();
    await write(killed.stores);
    await killed.end('SIGKILL');
    expect(anyRuns(killed.stores)).toBe(true);

    const next = await start();
    expect(anyRuns(killed.stores)).toBe(false);
    expect(await read(next.stores)).toEqual({ row: 'kept', key: 'kept' });
    expect(existsSync(socketsOf(killed.stores))).toBe(false);

    expect(await next.end('SIGTERM')).toBe(0);
    expect(anyRuns(next.stores)).toBe(false);
    expect(existsSync(socketsOf(next.stores))).toBe(false);
  });

  test('a second start on the same data is told in one line, and the first runs on', async () => {
    const first = await start();
    const pid = first.process.pid;
    await expect(start()).rejects.toThrow(
      new RegExp(
        `^Process ${pid} already runs the private PostgreSQL and Redis of [^\\n]*; stop it first\\.$`,
      ),
    );
    await write(first.stores);
  });

  test('no port is open, and what is confirmed is on disk', async () => {
    const { stores } = await start();
    expect(await settings(stores)).toEqual({ listen: '', fsync: 'on', port: '0', appendonly: 'yes' });
  });
});

function runs(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

function anyRuns({ pids }: Stores): boolean {
  return runs(pids.postgres) || runs(pids.redis);
}

function socketsOf({ redisUrl }: Stores): string {
  return dirname(new URL(redisUrl).pathname);
}

/** The data of root's PostgreSQL may lie elsewhere, behind a link. */
function removeData(folder: string): void {
  const link = join(folder, 'data/postgres');
  try {
    rmSync(dirname(readlinkSync(link)), { recursive: true, force: true });
  } catch {
    // No link: the data is in the folder itself.
  }
  rmSync(folder, { recursive: true, force: true });
}

async function write(stores: Stores): Promise<void> {
  await withClients(stores, async (database, redis) => {
    await database.query("create table kept as select 'kept' as word");
    await redis.set('word', 'kept');
  });
}

function read(stores: Stores): Promise<{ row: unknown; key: unknown }> {
  return withClients(stores, async (database, redis) => ({
    row: (await database.query('select word from kept')).rows[0]?.word,
    key: await redis.get('word'),
  }));
}

function settings(stores: Stores): Promise<Record<string, unknown>> {
  return withClients(stores, async (database, redis) => ({
    listen: (await database.query('show listen_addresses')).rows[0].listen_addresses,
    fsync: (await database.query('show fsync')).rows[0].fsync,
    port: ((await redis.config('GET', 'port')) as string[])[1],
    appendonly: ((await redis.config('GET', 'appendonly')) as string[])[1],
  }));
}

async function withClients<T>(
  stores: Stores,
  use: (database: pg.Client, redis: Redis) => Promise<T>,
): Promise<T> {
  const database = new pg.Client({ connectionString: stores.databaseUrl });
  const redis = new Redis(new URL(stores.redisUrl).pathname);
  try {
    await database.connect();
    return await use(database, redis);
  } finally {
    await database.end();
    redis.disconnect();
  }
}
