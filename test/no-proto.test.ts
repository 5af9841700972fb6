import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from './postgres/until.ts';
import { evaluate } from './support/inspector.ts';
import { freePorts, type Portal } from './support/portal.ts';
import { sharedPortal } from './support/shared.ts';
import { flow, formPost, Visitor } from './support/visitor.ts';

const root = join(import.meta.dirname, '..');
/** Has a process say at its end whether its objects have `__proto__`. */
const probe = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(2, '<' + ('__proto__' in {}) + '>'));
`)}`;

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

test('the service that runs has no __proto__, in its main thread nor in those that hash passwords', async () => {
  const [port, operations] = await freePorts(2);
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', join(root, 'dist/main.js')], {
    env: { ...portal.environment, PORT: String(port), OPERATIONS_PORT: String(operations) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [address, said] = [
      await lineOf(child, 'stderr', /ws:\/\/\S+/),
      lineOf(child, 'stdout', /"serving"/),
    ];
    await said;
    const here = { ...portal, ports: [Number(port)], processes: [child] };
    // A thread that hashes is there from the first password on.
    const visitor = new Visitor(here);
    const page = await visitor.open(flow('claims').url);
    await visitor.request(page.url.pathname, formPost(page, { user_id: 'dr.rivera', password: 'wrong' }));
    expect(await evaluate(address, "'__proto__' in {}", 1)).toEqual([false, false]);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

test.each(['dist/main.js', 'dist/demo.js', 'dist/cli.js'])('%s runs without __proto__', async (entry) => {
  // Each ends soon, for want of a port and of words.
  const child = spawn(process.execPath, ['--import', probe, join(root, entry)], {
    env: { PATH: process.env.PATH, PORT: 'none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  await once(child, 'close');
  expect(errors).toMatch(/<false>$/);
});

test('whatever Node is started with takes __proto__ away before it imports anything else', () => {
  const entries = ['main.ts', 'demo.ts', 'cli.ts', 'passwords/worker.ts'];
  const first = entries.map((entry) => /^import .*$/m.exec(read(`src/${entry}`))?.[0]);
  expect(first).toEqual([...Array(3).fill("import './no-proto.ts';"), "import '../no-proto.ts';"]);
  // And there is nothing else that it is started with.
  const { scripts, bin } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const started = [...Object.values(scripts ?? {}), ...Object.values(bin ?? {}), read('Dockerfile')].join(
    '\n',
  );
  const entered = new Set([...started.matchAll(/\bdist\/([\w/]+)\.js\b/g)].map(([, name]) => `${name}.ts`));
  expect(entries).toEqual(expect.arrayContaining([...entered]));
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

async function lineOf(child: ChildProcess, stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
  let text = '';
  child[stream]?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  await until(async () => pattern.test(text) || child.exitCode !== null);
  return pattern.exec(text)?.[0] ?? '';
}
