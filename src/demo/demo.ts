import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newSecrets } from '../config/secrets.ts';
import { type Config, loadConfig, readMachine } from '../config.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../embedded/stores.ts';
import { createLog, type Log } from '../log.ts';
import { Service } from '../service.ts';
import { seedApps } from './apps.ts';
import { DEMO_PASSWORD, demoPeople, seedPeople } from './people.ts';
import { takenPorts } from './ports.ts';
import { createRelyingParty, type RelyingParty } from './relying-party.ts';
import { demoSecrets } from './secrets.ts';

/** Everything the demo runs, in the order in which it starts; it stops in reverse. */
export class Demo {
  readonly #directory: string;
  #stores: EmbeddedStores | undefined;
  #service: Service | undefined;
  #apps: RelyingParty[] = [];

  constructor({ directory }: { directory: URL }) {
    this.#directory = fileURLToPath(directory);
  }

  /**
   * Starts it all, and returns what to print.
   * @throws ConfigError; Error whose message is one line for the terminal
   */
  async start(): Promise<string> {
    // Ports first: a second demo should hear of the taken port, not of the taken data.
    const settings = loadConfig({ mode: 'demo', overrides: placeholders });
    await refuseTakenPorts(settings);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    this.#stores = await startEmbeddedStores({
      directory: this.#directory,
      environment: embeddedEnvironment(),
      log: (line) => process.stdout.write(`${line}\n`),
    });
    const { databaseUrl, redisUrl } = this.#stores;
    const config = loadConfig({
      mode: 'demo',
      overrides: {
        database: { url: databaseUrl },
        redis: { url: redisUrl },
        secrets: demoSecrets(this.#directory),
      },
    });
    const log = createLog({ ...config.log, pretty: true });
    this.#service = await Service.start(config, log);
    await seedPeople(this.#service.app);
    await seedApps(this.#service.app, portsOf(config));
    await this.#startApps(config, log);
    this.#tellCommands(config);
    return banner(config);
  }

  async stop(): Promise<void> {
    // Without a service of its own it was refused, and the file is that of the demo that runs.
    if (this.#service) rmSync(join(this.#directory, 'demo.json'), { force: true });
    await Promise.all(this.#apps.map((app) => app.stop()));
    await this.#service?.stop();
    await this.#stores?.stop();
  }

  async #startApps(config: Config, log: Log): Promise<void> {
    const { claims, eligibility } = portsOf(config);
    const common = { issuer: config.issuer, host: config.host, log };
    this.#apps = [
      createRelyingParty({ ...common, ...registered('claims', 'Claims', claims) }),
      createRelyingParty({ ...common, ...registered('eligibility', 'Eligibility', eligibility) }),
    ];
    await Promise.all(this.#apps.map((app) => app.start()));
  }

  /** Where operators' commands find the demo's stores. */
  #tellCommands(config: Config): void {
    const file = join(this.#directory, 'demo.json');
    const { issuer, database, redis, secrets } = config;
    const facts = { pid: process.pid, issuer, database_url: database.url, redis_url: redis.url, secrets };
    writeFileSync(file, `${JSON.stringify(facts)}\n`, { mode: 0o600 });
  }
}

/** Stands in until the stores run: the settings are checked, and the ports, before anything is started. */
const placeholders = {
  database: { url: 'postgresql://placeholder/demo' },
  redis: { url: 'unix:///placeholder' },
  secrets: newSecrets('demo'),
};

function embeddedEnvironment() {
  const { path, redisServer } = readMachine();
  return { PATH: path, ...(redisServer ? { REDIS_SERVER: redisServer } : {}) };
}

function portsOf(config: Config) {
  const { claims_port = 3101, eligibility_port = 3102 } = config.demo ?? {};
  return { claims: claims_port, eligibility: eligibility_port };
}

function registered(name: string, title: string, port: number) {
  const clientSecret = `${name}-demo-secret`;
  return { name, title, clientId: name, clientSecret, baseUrl: `http://localhost:${port}`, port };
}

async function refuseTakenPorts(config: Config): Promise<void> {
  const { claims, eligibility } = portsOf(config);
  const { host, operations } = config;
  const taken = await takenPorts([
    { port: config.port, host, variable: 'PORT' },
    { port: operations.port, host: operations.host, variable: 'OPERATIONS_PORT' },
    { port: claims, host, variable: 'DEMO_CLAIMS_PORT' },
    { port: eligibility, host, variable: 'DEMO_ELIGIBILITY_PORT' },
  ]);
  if (taken.length === 0) return;
  const list = taken.map(({ port, variable }) => `port ${port} is in use: set ${variable} to a free port`);
  throw new Error(list.join('\n'));
}

function banner(config: Config): string {
  const { claims, eligibility } = portsOf(config);
  const people = demoPeople.map(({ userId, about }) => `    ${userId.padEnd(12)}${about}`);
  return [
    '',
    `  Vestibule        ${config.issuer}`,
    `  Claims           http://localhost:${claims}`,
    `  Eligibility      http://localhost:${eligibility}`,
    `  Email and texts  ${config.issuer}/dev/outbox`,
    `  Operations       http://localhost:${config.operations.port}/health`,
    '',
    `  Sign in with the password ${DEMO_PASSWORD} as`,
    ...people,
    '',
    '  State is kept in .data; Ctrl-C stops everything.',
    '',
    '',
  ].join('\n');
}
