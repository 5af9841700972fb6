import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { demoApps } from '../../src/demo/apps.ts';
import { DEMO_PASSWORD } from '../../src/demo/people.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { SigningKeys } from '../../src/keys/signing-keys.ts';
import { createLog } from '../../src/log.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { advance } from './advance.ts';
import { createTestDatabase } from './database.ts';
import { freePorts } from './ports.ts';
import { DEMO_PORTS, registrar, SECRETS, seed, seeded } from './seed.ts';

export { DEMO_PASSWORD, demoApps, freePorts };

/** For tests in which one person signs in many times at once, which the guard would take for guessing. */
export const CROWD = { 'lockout.failures': '100', 'lockout.security_check_after': '100' } as const;

/** Several service processes on one pair of stores, as replicas behind one issuer. */
export interface Portal {
  readonly issuer: string;
  /** Of the processes, in order; each answers for the issuer. */
  readonly ports: number[];
  readonly operationsPorts: number[];
  readonly processes: ChildProcess[];
  readonly db: Database;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  /** What the processes were started with, for operators' commands on the same stores. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the processes logged, JSON lines. */
  readonly logs: string[];
  /** Adds or changes an app, as `apps register` will. */
  register(app: object): Promise<void>;
  /** The keys that sign, private parts included: for tokens that the service never made. */
  signingKeys(): ReturnType<SigningKeys['jwks']>;
  /** Starts a process that has ended once more, where it was. */
  restart(index: number): Promise<void>;
  /** Moves the processes' clock (src/clock.ts) ahead, by ms, and begins what is due then. The stores' stays. */
  advance(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PortalOptions {
  /** Service processes; 1 unless given. */
  readonly processes?: number;
  /** Other stores than the run's own, for tests that kill them. The database must be empty. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  /** Settings by their paths: `{ 'session.idle': 'PT1M' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * https unless given. Over http cookies have no prefix, and the service runs in demo mode, which alone allows
   * it. `loopback` is http where the first process listens, for real clients.
   */
  readonly issuer?: string;
  /** Whether Eligibility demands its roles, as in the demo; otherwise every account may open it. */
  readonly demands?: boolean;
  readonly appPorts?: { claims: number; eligibility: number };
}

const root = join(import.meta.dirname, '../..');
/** As `npm run serve` has it: a fifth less of a sign-in's work. */
const YOUNG = '--max-semi-space-size=16';

/**
 * Starts `dist/main.js` (npm test builds it first) in as many processes as asked, with the demo's accounts and
 * apps. Passwords are hashed cheaply, except where `settings` says otherwise.
 */
export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const own = options.databaseUrl ? undefined : await createTestDatabase(seeded);
  const databaseUrl = options.databaseUrl ?? (own?.url as string);
  const redisUrl = options.redisUrl ?? (process.env.TEST_REDIS_URL as string);
  const redisPrefix = `test-${randomBytes(6).toString('hex')}`;
  const logs: string[] = [];
  const count = options.processes ?? 1;
  const ports = await freePorts(count * 2);
  const [publicPorts, operationsPorts] = [ports.slice(0, count), ports.slice(count)];
  const issuer =
    options.issuer === 'loopback'
      ? `http://localhost:${publicPorts[0]}`
      : (options.issuer ?? 'https://signin.example.test');
  const environment = {
    PATH: process.env.PATH,
    ...SECRETS,
    ISSUER: issuer,
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    VESTIBULE__redis__prefix: redisPrefix,
    VESTIBULE__operations__host: '127.0.0.1',
    VESTIBULE__password__hash__memory: '7168',
    VESTIBULE__password__hash__time: '1',
    VESTIBULE__egress__allow: '[localhost, 127.0.0.1, "::1"]',
    VESTIBULE__log__level: 'info',
    VESTIBULE__operator__name: 'Northwind Health Plan',
    ...Object.fromEntries(
      Object.entries(options.settings ?? {}).map(([path, value]) => [
        `VESTIBULE__${path.replaceAll('.', '__')}`,
        value,
      ]),
    ),
  };
  const begin = (index: number) =>
    startProcess(
      {
        ...environment,
        PORT: String(publicPorts[index]),
        OPERATIONS_PORT: String(operationsPorts[index]),
      },
      logs,
    );
  const processes = await Promise.all(publicPorts.map((_, index) => begin(index)));
  const log = createLog({ level: 'silent' });
  const db = openDatabase({ url: databaseUrl, pool_size: 4, connect_timeout: 5, query_timeout: 10 }, log);
  if (!own) await seed(db);
  const register = registrar(db);
  if (options.demands || options.appPorts) {
    for (const app of demoApps(options.appPorts ?? DEMO_PORTS)) {
      await register(options.demands ? app : { ...app, demands: {} });
    }
  }
  return {
    issuer,
    ports: publicPorts,
    operationsPorts,
    processes,
    db,
    databaseUrl,
    redisUrl,
    redisPrefix,
    environment,
    logs,
    register,
    signingKeys: () => new SigningKeys(db, new Sealer(SECRETS.VESTIBULE_MASTER_KEY)).jwks(),
    async restart(index) {
      processes[index] = await begin(index);
    },
    async advance(ms) {
      await Promise.all(processes.filter(({ connected }) => connected).map((child) => advance(child, ms)));
    },
    async stop() {
      await Promise.all(processes.map((child) => stopProcess(child)));
      await db.destroy();
      await own?.drop();
    },
  };
}

/** Starts one service process and waits until it serves; rejects with what it wrote when it ends instead. */
async function startProcess(
  environment: Record<string, string | undefined>,
  logs: string[],
): Promise<ChildProcess> {
  const entry = environment.ISSUER?.startsWith('http:') ? 'test/support/http-service.js' : 'dist/main.js';
  const clock = join(root, 'test/support/movable-clock.js');
  const child = spawn(process.execPath, [YOUNG, '--import', clock, join(root, entry)], {
    cwd: root,
    env: environment as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // For `advance`; open, it would keep a test worker from ending.
  child.channel?.unref();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  // One that dies in the midst of a test would only be seen as connections that are refused.
  child.once('exit', (code) => {
    if (code) process.stderr.write(`a service process ended with ${code}: ${errors}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${errors}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = String(chunk).split('\n').filter(Boolean);
      logs.push(...lines);
      if (lines.some((line) => line.includes('"serving"'))) resolve();
    });
  });
  return child;
}

/** SIGTERM, then waits for the end; the exit code. */
export async function stopProcess(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return ended;
}
