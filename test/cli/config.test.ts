import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { settingsSchema } from '../../src/config.ts';
import { createTestDatabase } from '../support/database.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';
import { each, failure, json, PATIENT, run, runAlone } from './operator.ts';

const root = join(import.meta.dirname, '../..');
const masterKey = masterKeyOf('k1');
const right = {
  ISSUER: 'https://signin.example.org',
  DATABASE_URL: 'postgres://vestibule:hush-database@db.internal:5432/vestibule?sslpassword=hush-query',
  REDIS_URL: 'rediss://:hush-redis@redis.internal:6379/0',
  VESTIBULE_MASTER_KEY: masterKey,
  COOKIE_KEYS: `hush-cookie-${cookieKey('c')}`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string, name = 'own.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Twenty mistakes, each with the name that it is told by and how it is mended. */
const mistakes: readonly [
  what: string,
  change: Record<string, string | undefined>,
  path: string,
  mend: string,
][] = [
  ['no issuer', { ISSUER: undefined }, 'ISSUER', 'Set ISSUER to the origin'],
  ['no master key', { VESTIBULE_MASTER_KEY: undefined }, 'VESTIBULE_MASTER_KEY', 'openssl rand'],
  ['no Redis', { REDIS_URL: undefined }, 'REDIS_URL', 'REDIS_URL_FILE'],
  ['an issuer without TLS', { ISSUER: 'http://signin.example.org' }, 'ISSUER', 'Give an https origin'],
  ['an issuer with a path', { ISSUER: 'https://example.org/sso' }, 'ISSUER', 'without a path'],
  ['another database', { DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL', 'postgres://'],
  ['another store', { REDIS_URL: 'http://redis' }, 'REDIS_URL', 'rediss://'],
  ['a short cookie key', { COOKIE_KEYS: 'short' }, 'COOKIE_KEYS', 'at least 32 characters'],
  ['a short master key', { VESTIBULE_MASTER_KEY: 'k1:c2hvcnQ' }, 'VESTIBULE_MASTER_KEY', '32 random bytes'],
  ['a secret given twice', { COOKIE_KEYS_FILE: '/etc/hostname' }, 'COOKIE_KEYS', 'Keep one of'],
  [
    'a secret’s file that is none',
    { REDIS_URL: undefined, REDIS_URL_FILE: '/nowhere' },
    'REDIS_URL_FILE',
    'Name a file',
  ],
  ['a port that is a word', { PORT: 'http' }, 'PORT', 'a port from 0 to 65535'],
  ['one port twice', { OPERATIONS_PORT: '3000' }, 'OPERATIONS_PORT', 'Give another port'],
  ['hops by the half', { TRUSTED_PROXIES: '1.5' }, 'TRUSTED_PROXIES', 'a whole number from 0 to 16'],
  ['minutes by another name', { VESTIBULE__session__idle: '30m' }, 'VESTIBULE__session__idle', 'PT15M'],
  ['a month', { VESTIBULE__tokens__refresh: 'P1M' }, 'VESTIBULE__tokens__refresh', 'P30D'],
  ['idle beyond absolute', { VESTIBULE__session__idle: 'P1D' }, 'VESTIBULE__session__idle', 'PT12H or less'],
  [
    'passwords under eight',
    { VESTIBULE__password__minimum_length: '7' },
    'VESTIBULE__password__minimum_length',
    'from 8 to 64',
  ],
  ['a slip of the hand', { VESTIBULE__sesion__idle: 'PT5M' }, 'VESTIBULE__sesion', 'Did you mean'],
  ['a name elsewhere', { VESTIBULE_CONFIG: 'idle: PT5M' }, 'idle', 'Did you mean session.idle?'],
  ['a value for a section', { VESTIBULE_CONFIG: 'log: info' }, 'log', 'a section with level'],
  ['YAML that is none', { VESTIBULE_CONFIG: 'a: [' }, 'VESTIBULE_CONFIG', 'Give a readable YAML file'],
  [
    'a network that is none',
    { VESTIBULE_CONFIG: 'egress: { allow: [10.0.0.0/99] }' },
    'egress.allow.0',
    '10.20.0.0/16',
  ],
  ['a colour by name', { VESTIBULE_CONFIG: 'operator: { accent: teal }' }, 'operator.accent', '#0b5d66'],
];

test(
  'each of twenty mistakes in the settings is a line with its path and its mend',
  async () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(20);
    await each(mistakes, async ([what, { VESTIBULE_CONFIG: yaml, ...change }, path, mend], index) => {
      const own = yaml === undefined ? {} : { VESTIBULE_CONFIG: file(yaml, `${index}.yaml`) };
      const outcome = await run({ ...right, ...change, ...own }, ['config', 'check']);
      expect({ what, code: outcome.code, stdout: outcome.stdout }).toEqual({ what, code: 1, stdout: '' });
      const [count, line, ...more] = outcome.stderr.trimEnd().split('\n');
      expect({ what, lines: [count, ...more] }).toEqual({ what, lines: ['One setting is wrong:'] });
      expect(line).toMatch(/^ {2}\S+ .+\. .+[.?…]$/);
      expect(line?.split(' ')[2]).toContain(path);
      expect(line).toContain(mend);
      expect(outcome.stderr).not.toContain('hush');
    });
  },
  PATIENT,
);

test('right settings are said to be right; mistakes are told to programs too', async () => {
  const outcome = await runAlone(right, ['config', 'check']);
  expect(outcome).toEqual({ code: 0, stdout: 'The settings for production are valid.\n', stderr: '' });
  const wrong = await runAlone({ ...right, PORT: 'x' }, ['config', 'check', '--json']);
  expect({ ...wrong, stdout: JSON.parse(wrong.stdout) }).toMatchObject({
    code: 1,
    stderr: '',
    stdout: { ok: false, mistakes: [{ path: 'PORT', mend: expect.stringContaining('Give') }] },
  });
});

test('the settings are printed with where they came from, and no secret is', async () => {
  const environment = { ...right, VESTIBULE_CONFIG: file('session: { idle: PT10M }\n'), PORT: '4000' };
  const { stdout } = await runAlone(environment, ['config', 'print']);
  expect(stdout).toMatch(/^port: 4000 {2}# PORT$/m);
  expect(stdout).toMatch(/^session\.idle: "PT10M" {2}# .*own\.yaml$/m);
  expect(stdout).toMatch(/^session\.absolute: "PT12H" {2}# config\/default\.yaml$/m);
  expect(stdout).toContain('database.url: "postgres://***@db.internal:5432/vestibule?***"');
  expect(stdout).toMatch(/^secrets\.cookie_keys: "\*\*\*"/m);
  const { items } = await json<{ items: { path: string; value: unknown }[] }>(environment, 'config', 'print');
  expect(items).toContainEqual({
    path: 'redis.url',
    value: 'rediss://***@redis.internal:6379/0',
    from: 'REDIS_URL',
  });
  for (const text of [stdout, JSON.stringify(items)]) {
    expect(text).not.toContain('hush');
    expect(text).not.toContain(masterKey.slice(3));
  }
});

test.each([
  'postgres://user:hush/slash@db/x',
  'postgres://user:12/hush@db/x',
  'postgres://user:hush?q@db/x',
  'postgres://user:hush#h@db/x',
  'postgres://user:a@hush@db/x',
  'postgres:///x?password=hush',
])('a badly written address gives nothing away either: %s', async (DATABASE_URL) => {
  const outcome = await run({ ...right, DATABASE_URL }, ['config', 'print']);
  expect(outcome.code).toBe(0);
  expect(outcome.stdout).not.toContain('hush-');
  expect(outcome.stdout.split('\n').find((line) => line.startsWith('database.url'))).not.toContain('hush');
});

test('config/schema.json is what `config schema` prints, and the YAML files name it', async () => {
  const { stdout } = await run({}, ['config', 'schema']);
  expect(JSON.parse(stdout)).toEqual(settingsSchema());
  expect(JSON.parse(readFileSync(join(root, 'config/schema.json'), 'utf8'))).toEqual(settingsSchema());
  for (const name of ['default', 'demo', 'production']) {
    const [first] = readFileSync(join(root, `config/${name}.yaml`), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=schema.json');
  }
});

test('without a demo and without a database there is one line and exit 1', async () => {
  for (const words of [['accounts', 'list'], ['migrate'], ['keys', 'rotate'], ['audit', 'tail']]) {
    expect(await failure({}, words, 1)).toMatch(/no database to use.*npm start.*DATABASE_URL/);
  }
});

test('settings that cannot be used, and a store that is away, are one line and exit 1', async () => {
  expect(await failure({ ...right, PORT: 'x' }, ['accounts', 'list'], 1)).toMatch(
    /PORT is not a whole number/,
  );
  const away = { ...right, DATABASE_URL: 'postgres://vestibule:hush@127.0.0.1:1/vestibule' };
  const line = await failure(away, ['accounts', 'list'], 1);
  expect(line).toMatch(/cannot be reached.*ECONNREFUSED/);
  expect(line).not.toContain('hush');
});

/** A checkout of its own, whose `.data` says that a demo runs. */
async function withDemo(pid: number, work: (checkout: string) => Promise<void>): Promise<void> {
  const checkout = mkdtempSync(join(folder, 'checkout-'));
  const database = await createTestDatabase();
  for (const name of ['dist', 'config', 'package.json'])
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, '.data'));
  const facts = {
    pid,
    issuer: 'http://localhost:3999',
    database_url: database.url,
    redis_url: process.env.TEST_REDIS_URL,
    secrets: { master_key: masterKey, cookie_keys: [cookieKey('c')] },
  };
  writeFileSync(join(checkout, '.data/demo.json'), JSON.stringify(facts));
  try {
    await work(checkout);
  } finally {
    await database.drop();
  }
}

const create = ['accounts', 'create', '--given-name', 'Ada', '--family-name', 'Byron'];

test('where the demo runs, commands act on its stores', async () => {
  await withDemo(process.pid, async (checkout) => {
    const outcome = await run({}, create, { root: checkout });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('http://localhost:3999/activate/');
    expect((await run({}, ['config', 'check'], { root: checkout })).stdout).toMatch(/for demo are valid/);
    // Somebody who names a database means that one.
    const named = await run({ ...right, DATABASE_URL: 'postgres://127.0.0.1:1/x' }, create, {
      root: checkout,
    });
    expect(named).toMatchObject({ code: 1, stdout: '' });
  });
});

test('what a demo left behind that was killed is not taken for a demo', async () => {
  await withDemo(2 ** 30, async (checkout) => {
    const outcome = await run({}, ['accounts', 'list'], { root: checkout });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('no database to use') });
  });
});
