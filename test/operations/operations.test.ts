import { afterEach, describe, expect, test } from '@jest/globals';
import { clock } from '../../src/clock.ts';
import type { Dependency } from '../../src/operations/health.ts';
import { Operations } from '../../src/operations/operations.ts';
import { recordingLog } from '../http/server.ts';

const connections = { keep_alive: 75, header_size: 32_768 };
const running: Operations[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const rightTime = async () => Date.now() / 1000;

interface Started {
  readonly operations: Operations;
  readonly get: (path: string, method?: string) => Promise<Response>;
  readonly lines: string[];
}

async function start(dependencies: Dependency[] = [], storeTime = rightTime): Promise<Started> {
  const { log, lines } = recordingLog();
  const config = { host: '127.0.0.1', port: 0 };
  const operations = new Operations({ config, connections, dependencies, storeTime, log });
  running.push(operations);
  await operations.start();
  return {
    operations,
    lines,
    get: (path, method = 'GET') => fetch(`http://127.0.0.1:${operations.port}${path}`, { method }),
  };
}

function dependency(name: string, look: Dependency['look']): Dependency {
  return { name, look, faultOf: (error) => (String(error).includes('OOM') ? 'full' : 'refused') };
}

const good = dependency('postgresql', async () => ({}));
const away = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7'));
const full = () => Promise.reject(new Error('OOM command not allowed'));

describe('/ready', () => {
  test('is 503 until the public port listens, and from the moment draining begins; /live goes on', async () => {
    const { operations, get } = await start([good]);
    const ready = async () => {
      const response = await get('/ready');
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([503, { status: 'starting' }]);
    operations.serving();
    expect(await ready()).toEqual([200, { status: 'ready' }]);
    operations.drainBegins();
    expect(await ready()).toEqual([503, { status: 'draining' }]);
    expect((await get('/live')).status).toBe(200);
  });

  test('asks no store: with all of them away this replica still gets requests, and shows our page', async () => {
    const never = () => new Promise<never>(() => undefined);
    const { operations, get } = await start(
      [dependency('redis', away), dependency('postgresql', never)],
      away,
    );
    operations.serving();
    expect((await get('/ready')).status).toBe(200);
  });

  test('is 503 while this clock is more than 5 s off the store’s, however slow the store is', async () => {
    let off = 0;
    let asked = 0;
    const { operations, get, lines } = await start([], async () => {
      asked += 1;
      if (Number.isNaN(off)) throw new Error('away');
      return Date.now() / 1000 + off;
    });
    operations.serving();
    const seen: unknown[] = [];
    // Away, it is known no better than before.
    for (off of [4, 6, Number.NaN, -6, -4, Number.NaN]) {
      await operations.look();
      seen.push(((await (await get('/ready')).json()) as { status: string }).status);
    }
    expect(seen).toEqual(['ready', 'clock-wrong', 'clock-wrong', 'clock-wrong', 'ready', 'ready']);
    expect(asked).toBe(6);
    expect(lines.filter((line) => line.includes('NTP'))).toHaveLength(1);
  });
});

describe('/health', () => {
  test('names each dependency, with what is worth knowing of it', async () => {
    const { get } = await start([
      good,
      dependency('redis', async () => ({ detail: { evicted_keys: 3 }, warning: 'it may forget' })),
    ]);
    const response = await get('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'working',
      dependencies: {
        postgresql: { state: 'working' },
        redis: { state: 'working', evicted_keys: 3 },
      },
      warnings: ['it may forget'],
    });
  });

  test('is 503 when one takes no writes, says which and why in a word, and keeps the cause to the log', async () => {
    const { get, lines } = await start([good, dependency('redis', full), dependency('other', away)]);
    const response = await get('/health');
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 'failing',
      dependencies: {
        postgresql: { state: 'working' },
        redis: { state: 'failing', error: 'full' },
        other: { state: 'failing', error: 'refused' },
      },
    });
    expect(text).not.toContain('10.0.0.7');
    expect(lines.join('')).toContain('10.0.0.7');
    expect(await (await get('/metrics')).text()).toContain(
      'vestibule_dependency_working{dependency="redis"} 0',
    );
  });

  test('however many ask, the stores are asked once a second', async () => {
    let looks = 0;
    const { get } = await start([
      dependency('redis', async () => {
        looks += 1;
        return {};
      }),
    ]);
    await Promise.all(Array.from({ length: 20 }, () => get('/health')));
    expect(looks).toBe(1);
    clock.advance(1_000);
    await get('/health');
    expect(looks).toBe(2);
  });

  test('heals by itself; a state that lasts is logged once a minute, a change at once', async () => {
    let isAway = true;
    const { get, lines } = await start([dependency('redis', async () => (isAway ? away() : {}))]);
    const ask = async (after: number) => {
      clock.advance(after);
      return (await get('/health')).status;
    };
    expect([await ask(0), await ask(1_000), await ask(1_000), await ask(60_000)]).toEqual([
      503, 503, 503, 503,
    ]);
    isAway = false;
    expect([await ask(1_000), await ask(1_000)]).toEqual([200, 200]);
    expect(lines.filter((line) => line.includes('sign-in does not work'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('works again'))).toHaveLength(1);
  });
});

test('/metrics has the process and the requests by route, each instance its own', async () => {
  const [one, other] = [await start(), await start()];
  one.operations.metrics.observe({ method: 'GET', route: '/sign-in/:uid', status: 200, seconds: 0.012 });
  const text = await (await one.get('/metrics')).text();
  expect(text).toContain('process_cpu_seconds_total');
  expect(text).toContain(
    'http_request_duration_seconds_count{method="GET",route="/sign-in/:uid",status="200"} 1',
  );
  expect(await (await other.get('/metrics')).text()).not.toContain('/sign-in/:uid');
});

test('anything else is refused', async () => {
  const { get } = await start();
  expect((await get('/nothing')).status).toBe(404);
  expect((await get('/live', 'POST')).status).toBe(405);
  expect((await get('/live?probe=1')).status).toBe(200);
  expect((await get('/live', 'HEAD')).status).toBe(200);
});

test('a taken port rejects the start', async () => {
  const { operations } = await start();
  const { log } = recordingLog();
  const config = { host: '127.0.0.1', port: operations.port };
  const second = new Operations({ config, connections, dependencies: [], storeTime: rightTime, log });
  await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.stop();
});

test('stopping twice is fine', async () => {
  const { operations } = await start();
  await operations.stop();
  await operations.stop();
});
