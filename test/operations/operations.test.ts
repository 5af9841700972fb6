import { afterEach, describe, expect, test } from '@jest/globals';
import { Operations } from '../../src/operations/operations.ts';
import type { Check } from '../../src/operations/readiness.ts';
import { recordingLog } from '../http/server.ts';
import { TWO_SECONDS } from '../support/limits.ts';

const running: Operations[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function start(checks: Check[] = []): Promise<{
  operations: Operations;
  get: (path: string, method?: string) => Promise<Response>;
  lines: string[];
}> {
  const { log, lines } = recordingLog();
  const operations = new Operations({ config: { host: '127.0.0.1', port: 0 }, checks, log });
  running.push(operations);
  await operations.start();
  return {
    operations,
    lines,
    get: (path, method = 'GET') => fetch(`http://127.0.0.1:${operations.port}${path}`, { method }),
  };
}

const good: Check = { name: 'postgres', check: async () => undefined };
const bad: Check = { name: 'redis', check: async () => Promise.reject(new Error('connect ECONNREFUSED')) };
const hanging: Check = { name: 'clock', check: () => new Promise(() => undefined) };
const throwing: Check = {
  name: 'jobs',
  check: () => {
    throw new Error('at once');
  },
};

describe('/ready', () => {
  test('names each dependency', async () => {
    const { get } = await start([good, { ...good, name: 'redis' }]);
    const response = await get('/ready');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ready',
      dependencies: { postgres: { state: 'ready' }, redis: { state: 'ready' } },
    });
  });

  test('is 503 within about a second when one fails, throws or hangs, says which, and keeps the cause to the log', async () => {
    const { get, lines } = await start([good, bad, hanging, throwing]);
    const begin = performance.now();
    const response = await get('/ready');
    expect(performance.now() - begin).toBeLessThan(TWO_SECONDS);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 'away',
      dependencies: {
        postgres: { state: 'ready' },
        redis: { state: 'away' },
        clock: { state: 'away' },
        jobs: { state: 'away' },
      },
    });
    expect(text).not.toContain('ECONNREFUSED');
    expect(lines.join('')).toContain('ECONNREFUSED');
  });

  test('is 503 from the moment draining begins, while /live goes on', async () => {
    const { operations, get } = await start([good]);
    operations.drainBegins();
    const response = await get('/ready');
    expect([response.status, await response.json()]).toMatchObject([503, { status: 'draining' }]);
    expect((await get('/live')).status).toBe(200);
  });

  test('heals by itself', async () => {
    let away = true;
    const { get } = await start([
      { name: 'redis', check: async () => (away ? Promise.reject(new Error('away')) : undefined) },
    ]);
    expect((await get('/ready')).status).toBe(503);
    away = false;
    expect((await get('/ready')).status).toBe(200);
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
  const second = new Operations({ config: { host: '127.0.0.1', port: operations.port }, checks: [], log });
  await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.stop();
});

test('stopping twice is fine', async () => {
  const { operations } = await start();
  await operations.stop();
  await operations.stop();
});
