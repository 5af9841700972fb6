import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { variables } from '../../src/config/variables.ts';
import { loadConfig } from '../../src/config.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';
import { parseDockerfile } from './dockerfile.ts';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: string[] | Record<string, { condition: string }>;
  readonly healthcheck?: object;
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly stop_grace_period?: string;
}

const project = join(import.meta.dirname, '../..');
const text = readFileSync(join(project, 'compose.yaml'), 'utf8');
const compose: { services: Record<string, Service>; volumes: Record<string, null> } = parse(text);
const { vestibule, ...others } = compose.services;
const scratch = mkdtempSync(join(tmpdir(), 'vestibule-compose-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What the commands in docs/deploying.md write, by running them. */
function writtenByTheDocs(): Record<string, string> {
  const docs = readFileSync(join(project, 'docs/deploying.md'), 'utf8');
  const commands = /```sh\n([^`]*compose\.env[^`]*?)docker compose[^`]*```/.exec(docs)?.[1] ?? 'exit 1';
  execFileSync('bash', ['-euc', commands], { cwd: scratch });
  const lines = readFileSync(join(scratch, '.data/compose.env'), 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** As Compose fills in `${NAME:?message}`; nothing else is used here. */
function filled(value: string, from: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+):\?[^}]*\}/g, (_all, name: string) => {
    if (!from[name]) throw new Error(`${name} is not set`);
    return from[name];
  });
}

test('says at its head that it was not run', () => {
  expect(text.slice(0, 400)).toContain('NOT RUN');
});

test("the service's settings, with what the docs' commands write, pass the check", () => {
  const written = writtenByTheDocs();
  const environment = Object.fromEntries(
    Object.entries(vestibule?.environment ?? {}).map(([name, value]) => [name, filled(value, written)]),
  );
  const config = loadConfig({ mode: 'production', environment });
  expect(new URL(config.database.url).password).toBe(written.POSTGRES_PASSWORD);
  expect(config.secrets.cookie_keys).toHaveLength(1);
  // Its neighbours have no business with metrics.
  expect(config.operations.host).toBe('127.0.0.1');
  // The proxy is the one hop in front.
  expect(config.trusted_proxies).toBe(1);
  // Caddy keeps its idle connections for two minutes: whoever closes first must be Caddy.
  expect(config.server.keep_alive).toBeGreaterThan(120);
  const known = ['VESTIBULE__server__keep_alive', ...variables.map(({ name }) => name)];
  expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
});

test('no secret stands in it', () => {
  const secrets = variables.filter(({ secret }) => secret).map(({ name }) => name);
  for (const { environment = {} } of Object.values(compose.services)) {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|KEY/.test(name) || (secrets.includes(name) && value.includes('@')))
        expect(value).toMatch(/\$\{\w+:\?/);
    }
  }
});

test('the service is built from the Dockerfile and confined as it allows', () => {
  expect(vestibule).toMatchObject({ build: '.', read_only: true, cap_drop: ['ALL'] });
  const { drain } = loadConfig({
    mode: 'production',
    environment: {
      ...vestibule?.environment,
      DATABASE_URL: 'postgres://db/v',
      VESTIBULE_MASTER_KEY: masterKeyOf('a'),
      COOKIE_KEYS: cookieKey('a'),
    },
  });
  expect(Number.parseInt(vestibule?.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(2 * drain.grace + 5);
});

test('addresses name services and ports that are there', () => {
  const { DATABASE_URL = '', REDIS_URL = '', SMTP_URL = '', ISSUER = '' } = vestibule?.environment ?? {};
  const hosts = [DATABASE_URL.replace(/\$\{.*?\}/, 'x'), REDIS_URL, SMTP_URL].map(
    (url) => new URL(url).hostname,
  );
  expect(hosts).toEqual(['postgres', 'redis', 'mail']);
  expect(Object.keys(others)).toEqual(expect.arrayContaining(hosts));
  const exposed = parseDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))
    .at(-1)
    ?.steps.find(({ name }) => name === 'EXPOSE');
  const [, from = '', to = ''] = /--from (\S+) --to (\S+)/.exec(others.proxy?.command ?? '') ?? [];
  expect(from).toBe(ISSUER);
  expect(others.proxy?.ports).toEqual([`127.0.0.1:${new URL(ISSUER).port}:${new URL(ISSUER).port}`]);
  expect(new URL(to).hostname).toBe('vestibule');
  expect(exposed?.text.split(' ')[0]).toBe(new URL(to).port);
});

test('the proxy waits until the service should get requests, and no check asks whether a store is there', () => {
  expect(others.proxy?.depends_on).toEqual({ vestibule: { condition: 'service_healthy' } });
  const check = parseDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))
    .at(-1)
    ?.steps.find(({ name }) => name === 'HEALTHCHECK');
  expect(check?.text).toContain("'/ready'");
});

test('everything waited for and every volume exists; ports are opened to this machine alone', () => {
  for (const { depends_on = {}, volumes = [], ports = [] } of Object.values(compose.services)) {
    const waits = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
    for (const name of waits) expect(compose.services).toHaveProperty(name);
    if (!Array.isArray(depends_on)) {
      // What is built here brings its own.
      const checked = waits.filter((name) => !compose.services[name]?.build);
      for (const name of checked) expect(compose.services[name]).toHaveProperty('healthcheck');
    }
    for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});
