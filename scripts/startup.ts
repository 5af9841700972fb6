import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createTestDatabase } from '../test/support/database.ts';
import { freePorts } from '../test/support/portal.ts';
import { startStoresOfRun } from '../test/support/stores.ts';

// npm run startup [-- ROUNDS]: what a start costs on stores that are there, what a process holds at rest, and
// which packages cost a start most.

const root = join(import.meta.dirname, '..');
const rounds = Number(process.argv[2] ?? 7);
/** s without a request, after which a process is at rest. */
const REST = 10;
/** A start's worth of reports: more would be a process that hangs. */
const PATIENCE = 60_000;

/** What is loaded before anything runs; not `import()`. */
const IMPORT = /^(?:import|export)\b[^'"`;=]*?\bfrom\s*['"]([^'"]+)['"]/gm;

interface Figures {
  /** ms */
  readonly wall: number;
  /** ms */
  readonly processor: number;
  /** bytes */
  readonly rss: number;
  readonly heap: number;
}

type Use = Omit<Figures, 'wall'>;

/**
 * Loaded before what is measured. Writes what the process has used so far, a JSON line, to its descriptor 3: when
 * it is asked by SIGUSR2, and when it ends. Plain JavaScript: to read TypeScript costs a process 10 MB.
 */
const PROBE = `
  import { writeSync } from 'node:fs';
  const report = () => {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed: heap } = process.memoryUsage();
    writeSync(3, JSON.stringify({ processor: (user + system) / 1000, rss, heap }) + '\\n');
  };
  process.on('SIGUSR2', report);
  process.on('exit', report);`;

/** A process that the probe reports on. */
class Probed {
  readonly child: ChildProcess;
  readonly #began = performance.now();
  readonly #reports: Use[] = [];
  #printed = '';

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv) {
    const probe = `data:text/javascript,${encodeURIComponent(PROBE)}`;
    this.child = spawn(process.execPath, ['--import', probe, ...words], {
      cwd: root,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    this.child.stdout?.on('data', (text) => {
      this.#printed += text;
      this.child.emit('printed');
    });
    this.child.stdio[3]?.on('data', (text) => {
      this.#reports.push(
        ...String(text)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Use),
      );
      this.child.emit('reported');
    });
    this.child.once('exit', (code) => {
      if (code) throw new Error(`${words.join(' ')} ended with ${code}: ${this.#printed}`);
    });
  }

  /** Until it has printed this. */
  async prints(text: string): Promise<Figures> {
    while (!this.#printed.includes(text)) await once(this.child, 'printed', timely());
    const wall = performance.now() - this.#began;
    return { wall, ...(await this.use()) };
  }

  async use(): Promise<Use> {
    this.child.kill('SIGUSR2');
    await once(this.child, 'reported', timely());
    return this.#reports.at(-1) as Use;
  }

  /** Until it ends by itself. */
  async ends(): Promise<Figures> {
    await once(this.child, 'close', timely());
    return { wall: performance.now() - this.#began, ...(this.#reports.at(-1) as Use) };
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await once(this.child, 'close', timely());
  }
}

spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
const stores = await startStoresOfRun();
const data = mkdtempSync(join(tmpdir(), 'vestibule-startup-'));
try {
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  const { url } = await createTestDatabase();
  const environment = await serviceEnvironment(url, stores.redisUrl);
  console.log(`median of ${rounds}; ms from its spawn; MB\n`);
  const head = ['', 'wall', 'processor', 'RSS', 'heap'];
  console.log(row(head));
  const service = [...flagsOf('serve'), 'dist/main.js'];
  await start(service, environment, '"serving"', 0); // makes the keys
  await print('service, when it serves', () => start(service, environment, '"serving"', 0));
  await print(`service, ${REST} s later`, () => start(service, environment, '"serving"', REST), 3);
  const demo = [...flagsOf('start'), '--input-type=module', '-e', demoProgram(data)];
  const demoEnvironment = await demoPorts();
  await start(demo, demoEnvironment, 'Ctrl-C', 0); // makes its stores and accounts
  await print('demo, when it serves', () => start(demo, demoEnvironment, 'Ctrl-C', 0), 3);
  await print(`demo, ${REST} s later`, () => start(demo, demoEnvironment, 'Ctrl-C', REST), 3);
  await print('vestibule --help', () => new Probed(['dist/cli.js', '--help'], {}).ends());
  const list = ['dist/cli.js', 'accounts', 'list'];
  await print('vestibule accounts list', () => new Probed(list, environment).ends());
  const nothing = await print('node, with nothing', () => load([]));
  console.log('\nthe ten dearest packages, each loaded by itself, beyond what Node takes\n');
  await printPackages(nothing);
} finally {
  await stores.stop();
  rmSync(data, { recursive: true, force: true });
}

async function start(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  ready: string,
  rest: number,
): Promise<Figures> {
  const probed = new Probed(words, environment);
  try {
    const figures = await probed.prints(ready);
    await wait(rest * 1000);
    return rest > 0 ? { wall: figures.wall, ...(await probed.use()) } : figures;
  } finally {
    await probed.stop();
  }
}

function load(specifiers: readonly string[]): Promise<Figures> {
  const text = specifiers.map((specifier) => `import '${specifier}';`).join('');
  return new Probed(['--input-type=module', '-e', text], {}).ends();
}

async function print(name: string, measure: () => Promise<Figures>, times = rounds): Promise<Figures> {
  const figures = await medians(measure, times);
  const { wall, processor, rss, heap } = figures;
  console.log(row([name, whole(wall), whole(processor), megabytes(rss), megabytes(heap)]));
  return figures;
}

async function printPackages(nothing: Figures): Promise<void> {
  const found: { name: string; figures: Figures }[] = [];
  for (const name of packagesOf(join(root, 'dist/service.js'))) {
    found.push({ name, figures: await medians(() => load([name]), 3) });
  }
  const dearest = found.sort((a, b) => b.figures.processor - a.figures.processor).slice(0, 10);
  for (const { name, figures } of dearest) {
    const [wall, processor] = [figures.wall - nothing.wall, figures.processor - nothing.processor];
    const [rss, heap] = [figures.rss - nothing.rss, figures.heap - nothing.heap];
    console.log(row([name, whole(wall), whole(processor), megabytes(rss), megabytes(heap)]));
  }
}

/** What a built file loads from packages before anything runs, by way of all our files that it imports. */
function packagesOf(entry: string): string[] {
  const seen = new Set<string>([entry]);
  const packages = new Set<string>();
  for (const file of seen) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (specifier.startsWith('.')) seen.add(join(dirname(file), specifier));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  return [...packages];
}

async function medians(measure: () => Promise<Figures>, times: number): Promise<Figures> {
  const all: Figures[] = [];
  for (let round = 0; round < times; round += 1) all.push(await measure());
  const median = (of: (figures: Figures) => number) =>
    all.map(of).sort((a, b) => a - b)[times >> 1] as number;
  return {
    wall: median(({ wall }) => wall),
    processor: median(({ processor }) => processor),
    rss: median(({ rss }) => rss),
    heap: median(({ heap }) => heap),
  };
}

async function serviceEnvironment(databaseUrl: string, redisUrl: string): Promise<NodeJS.ProcessEnv> {
  const [port, operations] = await freePorts(2);
  return {
    ISSUER: 'https://signin.example.test',
    HOST: '127.0.0.1',
    PORT: String(port),
    OPERATIONS_PORT: String(operations),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    VESTIBULE_MASTER_KEY: `startup:${randomBytes(32).toString('base64url')}`,
    COOKIE_KEYS: randomBytes(32).toString('hex'),
  };
}

/** What a script of package.json gives Node before the file. */
function flagsOf(script: 'serve' | 'start'): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return String(scripts[script]).match(/(?<= )--max\S+/g) ?? [];
}

/** dist/demo.js, on data of its own: a demo that runs in this checkout is left alone. */
function demoProgram(directory: string): string {
  return `
    (await import('./dist/compile-cache.js')).keepCompiled();
    const { Demo } = await import('./dist/demo/demo.js');
    const { pathToFileURL } = await import('node:url');
    const demo = new Demo({ directory: pathToFileURL(${JSON.stringify(directory)}) });
    process.once('SIGTERM', () => demo.stop().then(() => process.exit()));
    process.stdout.write(await demo.start());`;
}

async function demoPorts(): Promise<NodeJS.ProcessEnv> {
  const [port, operations, claims, eligibility] = (await freePorts(4)).map(String);
  return {
    PORT: port,
    OPERATIONS_PORT: operations,
    DEMO_CLAIMS_PORT: claims,
    DEMO_ELIGIBILITY_PORT: eligibility,
    REDIS_SERVER: process.env.REDIS_SERVER,
  };
}

function timely(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(PATIENCE) };
}

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(32) : cell.padStart(10))).join('');
}

function whole(figure: number): string {
  return figure.toFixed(0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
