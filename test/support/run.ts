import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisBinary } from '../../src/embedded/redis-binary.ts';
import type { EmbeddedStores } from '../../src/embedded/stores.ts';
import { findChromium } from './chromium.ts';
import { type Count, countTests, lineOf, slowest } from './count.ts';
import { startStoresOfRun } from './stores.ts';

// npm test, test:faults and test:long [-- patterns]: builds, checks types and style, starts PostgreSQL and Redis,
// runs jest on the tier's files, stops all, says what was slow, and prints the count last. The checks of types
// and style come with the first tier, where no patterns are given. Jest's own results are kept in the folder
// TEST_RESULTS, if that is set.

/** What npm test runs, what takes outages, crowds and many rounds, and both. */
const TIERS = ['tests', 'faults', 'all'] as const;
type Tier = (typeof TIERS)[number];

const root = join(import.meta.dirname, '../..');
const { tier, patterns } = readWords(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), 'vestibule-run-'));
const results = join(scratch, 'jest.json');
const running = new Set<ChildProcess>();
let interrupted: NodeJS.Signals | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = signal;
    endAll();
  });
}

const begin = performance.now();
const count = await run();
rmSync(scratch, { recursive: true, force: true });
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
process.stdout.write(`\n${tier}: ${Math.round((performance.now() - begin) / 1000)} s\n${lineOf(count)}\n`);

/** `--tier NAME`, then jest's own words. */
function readWords(words: string[]): { tier: Tier; patterns: string[] } {
  if (words[0] !== '--tier') return { tier: 'tests', patterns: words };
  const tier = TIERS.find((name) => name === words[1]);
  if (!tier) throw new Error(`--tier is one of ${TIERS.join(', ')}`);
  return { tier, patterns: words.slice(2) };
}

async function run(): Promise<Count> {
  let starting: Promise<EmbeddedStores> | undefined;
  try {
    const { PATH, REDIS_SERVER, CHROMIUM_PATH } = process.env;
    const found = {
      REDIS_SERVER: findRedisBinary({ PATH, REDIS_SERVER }, console.log),
      CHROMIUM_PATH: findChromium({ PATH, CHROMIUM_PATH }, console.log),
    };
    starting = startStoresOfRun();
    await Promise.all([starting, check()]);
    const { databaseUrl, redisUrl } = await starting;
    await jest({ ...found, TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl });
    const json = readFileSync(results, 'utf8');
    if (process.env.TEST_RESULTS) copyFileSync(results, join(process.env.TEST_RESULTS, `${tier}.json`));
    process.stdout.write(`\nSlowest files:\n${slowest(json, root).join('\n')}\n`);
    const count = countTests(json);
    return interrupted ? { ...count, failed: count.failed + 1 } : count;
  } catch (error) {
    console.error(interrupted ? `Ended by ${interrupted}.` : error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    endAll();
    const stores = await starting?.catch(() => undefined);
    await stores?.stop();
  }
}

/** Everything that must hold before a test is worth running; the first failure ends the others. */
async function check(): Promise<void> {
  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  const build = command('The build', process.execPath, ['scripts/build.ts']);
  const checks = [
    build.then(() => command('Loading the service', process.execPath, ['test/support/compile.js'])),
  ];
  if (patterns.length === 0 && tier !== 'faults') {
    checks.push(
      command('The type check', bin('tsc'), ['--noEmit', '-p', 'tsconfig.test.json']),
      command('Biome', bin('biome'), ['check', '--error-on-warnings', '.']),
    );
  }
  await Promise.all(checks);
}

/** Runs quietly; rejects with all that was printed when it fails. */
function command(title: string, file: string, words: string[]): Promise<void> {
  const child = start(file, words, process.env, 'pipe');
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (printed += data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${printed}\n${title} failed.`)),
    );
  });
}

/** Resolves when jest has ended, however: its results say how. */
function jest(environment: Record<string, string>): Promise<void> {
  // Jest's workers inherit them. With room for what is young the collector comes by less often.
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16'];
  const words = ['--json', `--outputFile=${results}`, ...patterns];
  const child = start(
    process.execPath,
    [...flags, 'node_modules/jest/bin/jest.js', ...words],
    { ...process.env, TEST_TIER: tier, ...environment },
    'inherit',
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      // What a worker that was killed left behind: the services that it shared.
      signal(child, 'SIGKILL');
      resolve();
    });
  });
}

function start(
  file: string,
  words: string[],
  env: NodeJS.ProcessEnv,
  output: 'inherit' | 'pipe',
): ChildProcess {
  if (interrupted) throw new Error(`Ended by ${interrupted}.`);
  // A group of its own: jest's workers and their services end with it, however it ends.
  const child = spawn(file, words, { cwd: root, env, stdio: ['ignore', output, output], detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

function endAll(): void {
  for (const child of running) signal(child, 'SIGTERM');
}

/** To a child and all that it started. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, name);
  } catch {
    // It has ended, and so have the others.
  }
}
