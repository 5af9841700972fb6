import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { PrivateServer, unprivileged } from '../postgres/private-server.ts';
import { until } from '../postgres/until.ts';
import { RedisNode } from '../redis/node.ts';
import { PgBouncer } from '../support/pgbouncer.ts';
import { CROWD, DEMO_PASSWORD, freePorts, type Portal, startPortal } from '../support/portal.ts';
import { SlowRelay } from '../support/slow-relay.ts';
import { SmallDisk } from '../support/small-disk.ts';
import { type Answer, flow, pageName, Visitor } from '../support/visitor.ts';
import { health, internalErrors, readiness } from './health.ts';

// Rule 39: whether a sign-in would work now is one question, whether this replica should get requests another.

interface Cell {
  readonly store: 'redis' | 'postgresql';
  readonly state: string;
  /** What /health says of the store; undefined where all works. */
  readonly fault?: string;
  begin(): unknown;
  end(): unknown;
}

let redis: RedisNode;
let relay: SlowRelay;
let server: PrivateServer;
let disk: SmallDisk | undefined;
let bouncer: PgBouncer;
let portal: Portal;
let pooled: Portal;
const table: string[][] = [];

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  redis = await RedisNode.start({ port, settings: [] });
  relay = await SlowRelay.before(port);
  server = await PrivateServer.start();
  disk = SmallDisk.isPossible ? new SmallDisk(256, unprivileged()) : undefined;
  await administer(
    ...['alter system set autovacuum = off', 'select pg_reload_conf()'],
    ...(disk ? [`create tablespace small location '${disk.directory}'`] : []),
    `create database portal ${disk ? 'tablespace small' : ''}`,
    'create database pooled',
  );
  bouncer = await PgBouncer.before(database('pooled'), { connections: 10 });
  const redisUrl = `redis://127.0.0.1:${relay.port}`;
  portal = await startPortal({ databaseUrl: database('portal'), redisUrl, settings: CROWD });
  pooled = await startPortal({ databaseUrl: bouncer.url, redisUrl, settings: CROWD });
});

afterAll(async () => {
  print(table);
  await Promise.all([portal?.stop(), pooled?.stop()]);
  await bouncer?.stop();
  await server?.remove();
  disk?.remove();
  await relay?.close();
  await redis?.remove();
});

const cells: readonly Cell[] = [
  { store: 'redis', state: 'as it should be', begin: () => undefined, end: () => undefined },
  {
    store: 'redis',
    state: 'full',
    fault: 'full',
    begin: () => redis.call('CONFIG', 'SET', 'maxmemory', 1),
    end: () => redis.call('CONFIG', 'SET', 'maxmemory', 0),
  },
  {
    store: 'redis',
    state: 'demoted',
    fault: 'read-only',
    begin: () => redis.call('REPLICAOF', '127.0.0.1', 1),
    end: () => redis.call('REPLICAOF', 'NO', 'ONE'),
  },
  { store: 'redis', state: 'emptied', begin: () => redis.call('FLUSHALL'), end: () => undefined },
  {
    store: 'redis',
    state: 'slow (2 s)',
    fault: 'timeout',
    begin: () => setDelay(2_000),
    end: () => setDelay(0),
  },
  {
    store: 'redis',
    state: 'evicting since it started',
    begin: () => redis.call('CONFIG', 'SET', 'maxmemory', '200mb', 'maxmemory-policy', 'volatile-lru'),
    end: () => redis.call('CONFIG', 'SET', 'maxmemory', 0, 'maxmemory-policy', 'noeviction'),
  },
  {
    store: 'postgresql',
    state: 'read-only',
    fault: 'read-only',
    begin: () => administer('alter system set default_transaction_read_only = on', 'select pg_reload_conf()'),
    end: () =>
      administer(
        'set default_transaction_read_only = off',
        'alter system reset default_transaction_read_only',
        'select pg_reload_conf()',
      ),
  },
  ...(SmallDisk.isPossible
    ? ([
        { store: 'postgresql', state: 'full', fault: 'full', begin: fillUp, end: () => disk?.empty() },
      ] as const)
    : []),
];

describe('/health says what a real sign-in meets, /ready stays 200, and the page is ours:', () => {
  test.each(cells)('$store $state', async ({ store, state, fault, begin, end }) => {
    await begin();
    try {
      const said = await untilSaid(portal, store, fault);
      const met = await signIn(portal);
      const after = await health(portal);
      note(store, state, said.status, fault, met, await readiness(portal));
      expect([said.status, ...after.map(({ status }) => status)]).toEqual(
        met === 'signed in' ? [200, 200] : [503, 503],
      );
      expect(met).toBe(fault ? 'our page' : 'signed in');
      expect(await readiness(portal)).toEqual([200]);
    } finally {
      await end();
    }
    await untilSaid(portal, store, undefined);
    expect(await signIn(portal)).toBe('signed in');
    expect(internalErrors(portal)).toEqual([]);
  });

  test('postgresql behind PgBouncer', async () => {
    const said = await untilSaid(pooled, 'postgresql', undefined);
    const met = await signIn(pooled);
    note('postgresql', 'behind PgBouncer', said.status, undefined, met, await readiness(pooled));
    expect([said.status, met, await readiness(pooled)]).toEqual([200, 'signed in', [200]]);
  });
});

test('a policy that was changed to evict while we ran is a warning and an alert, and no outage', async () => {
  await redis.call('CONFIG', 'SET', 'maxmemory', '200mb', 'maxmemory-policy', 'allkeys-lru');
  const [port] = portal.operationsPorts;
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  await until(async () => (await ask('/health')).includes('maxmemory-policy allkeys-lru'));
  expect(JSON.parse(await ask('/health'))).toMatchObject({
    status: 'working',
    dependencies: { redis: { maxmemory_policy: 'allkeys-lru', evicted_keys: 0 } },
  });
  expect(await ask('/metrics')).toContain('vestibule_redis_evicts{policy="allkeys-lru"} 1');
  expect(await ask('/metrics')).toMatch(/vestibule_redis_memory_bytes\{of="left"\} \d{7,}/);
  expect(portal.logs.filter((line) => line.includes('allkeys-lru')).length).toBeGreaterThan(0);
  await redis.call('CONFIG', 'SET', 'maxmemory', 0, 'maxmemory-policy', 'noeviction');
});

/** What a person meets who signs in with a browser that was never here. */
async function signIn(where: Portal): Promise<'signed in' | 'our page' | string> {
  const visitor = new Visitor(where);
  let answer = await visitor.open(flow('claims').url);
  if (pageName(answer) === 'sign-in') {
    answer = await visitor.submit(answer, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  }
  if (answer.headers.get('location')?.includes('code=')) return 'signed in';
  return isOurPage(answer) ? 'our page' : `${answer.status} ${answer.body.slice(0, 200)}`;
}

function isOurPage({ status, headers, body }: Answer): boolean {
  const html = headers.get('content-type')?.startsWith('text/html') ?? false;
  return status === 503 && html && headers.has('retry-after') && body.includes('id="error-code">store-away<');
}

async function untilSaid(where: Portal, store: string, fault: string | undefined) {
  const expected = fault ? { state: 'failing', error: fault } : { state: 'working' };
  let said = await health(where);
  const isSaid = async () => {
    said = await health(where);
    return said.every(({ dependencies }) => {
      const found = dependencies[store];
      return found?.state === expected.state && found.error === fault;
    });
  };
  await until(isSaid).catch(() => undefined);
  const [first] = said as [(typeof said)[0]];
  expect(first.dependencies[store]).toMatchObject(expected);
  return first;
}

/** Nor is there room in what the tables and their indexes have already: sign-ins use it up. */
async function fillUp(): Promise<void> {
  disk?.fill();
  const insert = sql`insert into audit_events (event, outcome) values ('sign-in.failed', 'failure')`;
  const refused = () =>
    insert.execute(portal.db).then(
      () => false,
      () => true,
    );
  await until(refused);
  let inARow = 0;
  await until(async () => {
    inARow = (await signIn(portal)) === 'signed in' ? 0 : inARow + 1;
    return inARow === 5;
  });
}

function setDelay(ms: number): void {
  relay.delay = ms;
}

function database(name: string): string {
  return server.url.replace('/postgres?', `/${name}?`);
}

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function note(
  store: string,
  state: string,
  status: number,
  fault: string | undefined,
  met: string,
  ready: number[],
) {
  table.push([store, state, String(status), fault ?? '', met, ready.join(' ')]);
}

function print(rows: readonly (readonly string[])[]): void {
  const all = [['store', 'state', '/health', 'fault', 'a real sign-in', '/ready'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = all.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!SmallDisk.isPossible)
    process.stdout.write('postgresql full: not tried, nothing can be mounted here\n');
}
