import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { processIdentity } from '../../src/embedded/processes.ts';
import { until } from '../postgres/until.ts';
import { freePorts, type Portal } from '../support/portal.ts';
import { pageName, redeem, refresh, userinfo, Visitor } from '../support/visitor.ts';
import { CLEAN, childrenOf, terminate } from './processes.ts';

const root = join(import.meta.dirname, '../..');
let checkout: string;
let portal: Portal;
let environment: NodeJS.ProcessEnv;
const started: ChildProcess[] = [];

beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), 'vestibule-demo-'));
  // The private PostgreSQL of root runs as another user.
  chmodSync(checkout, 0o755);
  for (const part of ['dist', 'config', 'package.json']) {
    cpSync(join(root, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(root, 'node_modules')), join(checkout, 'node_modules'));
  const [port, operations, claims, eligibility] = (await freePorts(4)).map(String);
  const { PATH, REDIS_SERVER } = process.env;
  environment = {
    PATH,
    ...(REDIS_SERVER ? { REDIS_SERVER } : {}),
    PORT: port,
    OPERATIONS_PORT: operations,
    DEMO_CLAIMS_PORT: claims,
    DEMO_ELIGIBILITY_PORT: eligibility,
  };
  portal = { issuer: `http://localhost:${port}`, ports: [Number(port)] } as Portal;
});

afterEach(async () => {
  for (const demo of started.splice(0)) {
    if (demo.exitCode === null && demo.signalCode === null) await terminate(demo);
  }
});

afterAll(() => {
  // Where others cannot reach the folder, root's PostgreSQL keeps its data elsewhere, behind a link.
  const link = join(checkout, '.data/postgres');
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) {
    rmSync(dirname(readlinkSync(link)), { recursive: true, force: true });
  }
  rmSync(checkout, { recursive: true, force: true });
});

/** `node dist/demo.js`, once it has begun to start. */
function spawnDemo(): ChildProcess {
  const demo = spawn(process.execPath, ['dist/demo.js'], { cwd: checkout, env: environment });
  demo.stderr.pipe(process.stderr);
  started.push(demo);
  return demo;
}

/** The demo, once it serves, and the stores that it has started. */
async function startDemo(): Promise<{ demo: ChildProcess; stores: number[] }> {
  const demo = spawnDemo();
  let printed = '';
  demo.stdout?.on('data', (text) => {
    printed += text;
  });
  await until(() => printed.includes('Ctrl-C stops everything') || demo.exitCode !== null, 60_000);
  expect(demo.exitCode).toBeNull();
  const stores = childrenOf(demo.pid as number);
  expect(stores).toHaveLength(2);
  return { demo, stores };
}

test('the demo ends with its stores, comes back after kill -9, and keeps who is signed in', async () => {
  const redirect_uri = `http://localhost:${environment.DEMO_CLAIMS_PORT}/callback`;
  const first = await startDemo();
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims', { redirect_uri }));
  expect(await terminate(first.demo)).toEqual(CLEAN);

  const second = await startDemo();
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
  const renewed = await refresh(portal, 'claims', tokens.refresh_token);
  second.demo.kill('SIGKILL');
  await once(second.demo, 'exit');

  const third = await startDemo();
  expect(second.stores.filter((pid) => processIdentity(pid))).toEqual([]);
  expect(pageName(await visitor.request('/'))).toBe('launcher');
  expect((await refresh(portal, 'claims', renewed.refresh_token)).status).toBe(200);
  const { answer } = await visitor.signIn('claims', { redirect_uri });
  expect(answer.headers.get('location')).toContain(redirect_uri);
  expect(await terminate(third.demo, { signal: 'SIGINT' })).toEqual(CLEAN);
});

test('a demo that is asked to end while it starts leaves nothing running', async () => {
  const demo = spawnDemo();
  await until(() => childrenOf(demo.pid as number).length === 2, 60_000);
  expect(await terminate(demo, { limit: 30_000 })).toEqual(CLEAN);
});

test('a closed terminal ends it; so does a Ctrl-C that comes twice, from the terminal and through npm', async () => {
  for (const signals of [['SIGHUP'], ['SIGINT', 'SIGTERM']] as const) {
    const { demo } = await startDemo();
    const [first, second] = signals;
    const end = terminate(demo, { signal: first });
    if (second) demo.kill(second);
    expect(await end).toEqual(CLEAN);
  }
});

test('whoever cannot wait for a request under way ends it at once, and its stores all the same', async () => {
  const { demo, stores } = await startDemo();
  const half = connect(portal.ports[0] as number, '127.0.0.1');
  half.on('error', () => undefined);
  await once(half, 'connect');
  half.write('POST /sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc');
  await until(() => !demo.kill('SIGINT') || demo.exitCode !== null, 5000);
  expect(demo.exitCode).toBe(130);
  await until(() => stores.every((pid) => processIdentity(pid) === undefined));
});
