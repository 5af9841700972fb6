import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import pg from 'pg';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Practices } from '../../src/accounts/practices.ts';
import { AppRegistry } from '../../src/apps/registry.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { seedApps } from '../../src/demo/apps.ts';
import { seedPeople } from '../../src/demo/people.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { createLog } from '../../src/log.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { freePorts, type Portal } from '../support/portal.ts';
import type { Container } from './container.ts';
import { environmentOf, filesOf, the } from './manifests.ts';
import { Relay } from './relay.ts';

/** A service that runs in a pod. */
export interface Served {
  readonly child: ChildProcess;
  readonly portal: Portal;
  readonly environment: Readonly<Record<string, string>>;
  /** The status of a path on the operations port. */
  status(path: string): Promise<number>;
}

/** A pod of k8s/ on this machine: its files and environment, on an empty database and a part of Redis. */
export class Pod {
  readonly db: Database;
  readonly environment: Readonly<Record<string, string>>;
  readonly #container: Container;
  readonly #database: TestDatabase;
  readonly #relays: Relay[];
  readonly #masterKey: string;

  private constructor(
    container: Container,
    database: TestDatabase,
    relays: Relay[],
    environment: Record<string, string>,
    masterKey: string,
  ) {
    this.#container = container;
    this.#database = database;
    this.#relays = relays;
    this.#masterKey = masterKey;
    this.environment = environment;
    const settings = { url: database.url, pool_size: 2, connect_timeout: 5, query_timeout: 10 };
    this.db = openDatabase(settings, createLog({ level: 'silent' }));
  }

  /** @param place where what is mounted into the pod lies on this machine */
  static async on(container: Container, spec: IPodSpec, place: string): Promise<Pod> {
    const database = await createTestDatabase();
    const relays: Relay[] = [];
    await emptyDatabase(database.url);
    const secrets = {
      'database-url': await reachable(database.url, relays),
      'redis-url': await reachable(process.env.TEST_REDIS_URL ?? '', relays),
      'master-key': `test:${randomBytes(32).toString('base64url')}`,
      'cookie-keys': randomBytes(32).toString('hex'),
      'smtp-url': '',
      'twilio-auth-token': '',
      'audit-webhook-secret': '',
      'audit-webhook-authorization': '',
    };
    const group = spec.securityContext?.fsGroup ?? -1;
    for (const [path, text] of filesOf(spec, secrets)) writeMounted(join(place, path), text, group);
    // Redis is shared with other tests.
    const prefix = `test-${randomBytes(6).toString('hex')}`;
    const environment = { ...environmentOf(spec, place), VESTIBULE__redis__prefix: prefix };
    return new Pod(container, database, relays, environment, secrets['master-key']);
  }

  /** Runs a command to its end. */
  run(words: readonly string[], more: Readonly<Record<string, string>> = {}) {
    return this.#container.run(words, { ...this.environment, ...more });
  }

  /** Starts the service, on ports of its own, and waits until it serves; rejects with what it said instead. */
  async serve(words: readonly string[]): Promise<Served> {
    const [port = 0, operations = 0] = await freePorts(2);
    const environment = { ...this.environment, PORT: String(port), OPERATIONS_PORT: String(operations) };
    const child = this.#container.start(words, environment);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk) => {
          said += chunk;
          if (said.includes('"serving"')) resolve();
        });
      }
    });
    return {
      child,
      environment,
      portal: this.#portal(port),
      status: async (path) => (await fetch(`http://127.0.0.1:${operations}${path}`)).status,
    };
  }

  /** The demo's people and apps: the image has none. */
  async seed(): Promise<void> {
    const { db } = this;
    const cheap = { memory: 7168, time: 1, parallelism: 1 };
    const hasher = new PasswordHasher({ hash: cheap, pool: { workers: 1, queue: 16 } });
    const apps = new AppRegistry(db, new Sealer(this.#masterKey));
    const people = { db, accounts: new Accounts(db), practices: new Practices(db), trail: new AuditTrail() };
    await seedPeople({ ...people, hasher });
    await seedApps({ ...people, apps }, { claims: 3101, eligibility: 3102 });
    await hasher.close();
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await Promise.all(this.#relays.map((relay) => relay.close()));
    await this.#database.drop();
  }

  /** As much of a portal as visitors use, under the issuer of k8s/vestibule.yaml. */
  #portal(port: number): Portal {
    const issuer = /^issuer: (\S+)$/m.exec(the('ConfigMap').data?.['vestibule.yaml'] ?? '')?.[1] ?? '';
    return { issuer, ports: [port] } as unknown as Portal;
  }
}

/** A file as the kubelet mounts it: root's, readable to the pod's group alone. */
function writeMounted(path: string, text: string, group: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`, { mode: 0o440 });
  if (process.getuid?.() === 0) chownSync(path, 0, group);
}

/** The same store as a URL that any user of this machine can use. */
async function reachable(url: string, relays: Relay[]): Promise<string> {
  const { protocol, pathname, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const socket = protocol === 'unix:' ? pathname : folder && join(folder, '.s.PGSQL.5432');
  if (!socket) return url;
  const relay = await Relay.to(socket);
  relays.push(relay);
  if (!folder) return `redis://127.0.0.1:${relay.port}/0`;
  return `postgres://${searchParams.get('user')}@127.0.0.1:${relay.port}${pathname}`;
}

/** Without the tables that test databases come with. */
async function emptyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  for (const { name } of rows) await client.query(`drop schema ${client.escapeIdentifier(name)} cascade`);
  await client.query('create schema public');
  await client.end();
}
