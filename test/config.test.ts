import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../src/config/mistakes.ts';
import { allPaths } from '../src/config/shape.ts';
import {
  describeMistakes,
  formatDuration,
  type LoadOptions,
  loadConfig,
  parseDuration,
} from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';
import { cookieKey, masterKeyOf } from './support/keys.ts';

const masterKey = masterKeyOf('k1');
const production = {
  ISSUER: 'https://signin.example.org/',
  DATABASE_URL: 'postgres://v:pw@db/vestibule',
  REDIS_URL: 'rediss://:pw@redis:6379/0',
  VESTIBULE_MASTER_KEY: masterKey,
  COOKIE_KEYS: `${cookieKey('a')}, ${cookieKey('b')}`,
};
const demo = {
  DATABASE_URL: 'postgres:///v?host=/tmp/x',
  REDIS_URL: 'unix:///tmp/r.sock',
  VESTIBULE_MASTER_KEY: masterKey,
  COOKIE_KEYS: cookieKey('c'),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function load(environment: NodeJS.ProcessEnv, options: Partial<LoadOptions> = {}) {
  return loadConfig({ mode: 'production', environment, ...options });
}

function mistakes(environment: NodeJS.ProcessEnv, options: Partial<LoadOptions> = {}): Map<string, string> {
  try {
    load(environment, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return new Map(error.mistakes.map(({ path, problem, mend }) => [path, `${problem}. ${mend}`]));
  }
  return new Map();
}

describe('layers', () => {
  test('production loads with what it demands, durations in seconds, the issuer without its slash', () => {
    const config = load(production);
    expect(config).toMatchObject({
      mode: 'production',
      issuer: 'https://signin.example.org',
      host: '0.0.0.0',
      port: 3000,
    });
    expect(config.session).toMatchObject({ idle: 1800, absolute: 43_200 });
    expect(config.database.query_timeout).toBe(1.5);
    expect(config.secrets.cookie_keys).toEqual([cookieKey('a'), cookieKey('b')]);
    expect(config.demo).toBeUndefined();
  });

  test('later layers win: file over mode, named variable over file, path over name, overrides over all', () => {
    const own = file(
      'own.yaml',
      'port: 4000\nsession: { idle: PT10M }\nlog: { level: debug }\negress: { allow: [10.0.0.0/8] }\noperations:\n',
    );
    const environment = { ...production, VESTIBULE_CONFIG: own, PORT: '5000', VESTIBULE__log__level: 'warn' };
    expect(load(environment)).toMatchObject({
      port: 5000,
      session: { idle: 600, absolute: 43_200 },
      log: { level: 'warn' },
      egress: { allow: ['10.0.0.0/8'] },
    });
    expect(load({ ...environment, VESTIBULE__PORT: '6000' }).port).toBe(6000);
    expect(load(environment, { overrides: { port: 7000, log: { level: 'silent' } } })).toMatchObject({
      port: 7000,
      log: { level: 'silent' },
    });
  });

  test('secrets come from files, without the newline at their end', () => {
    const { VESTIBULE_MASTER_KEY: _, ...rest } = production;
    const config = load({ ...rest, VESTIBULE_MASTER_KEY_FILE: file('key', `${masterKey}\n`) });
    expect(config.secrets.master_key).toBe(masterKey);
  });

  test('values from the environment are YAML, but text stays text', () => {
    const config = load({
      ...production,
      VESTIBULE__operator__name: '12345',
      VESTIBULE__operator__support__phone: '0800: 123',
      VESTIBULE__session__activity: '[authorize, refresh]',
      VESTIBULE__password__pool__workers: '3',
      PORT: '',
    });
    expect(config.operator).toMatchObject({ name: '12345', support: { phone: '0800: 123' } });
    expect(config.session.activity).toEqual(['authorize', 'refresh']);
    expect(config.password.pool.workers).toBe(3);
    expect(config.port).toBe(3000);
  });

  test('the demo takes its issuer from its port and ignores what shells call HOST', () => {
    const config = load({ ...demo, PORT: '3300', HOST: 'my-laptop' }, { mode: 'demo' });
    expect(config).toMatchObject({
      issuer: 'http://localhost:3300',
      host: '127.0.0.1',
      demo: { claims_port: 3101 },
      notices: { transport: 'outbox' },
    });
  });

  test('nothing in it can be changed', () => {
    const config = load(production) as unknown as { session: { activity: string[] }; port: number };
    expect(() => config.session.activity.push('x')).toThrow(TypeError);
    expect(() => {
      config.port = 1;
    }).toThrow(TypeError);
  });
});

describe('mistakes', () => {
  test('all are told at once, each with its name and its mend', () => {
    const own = file(
      'bad.yaml',
      'sesion: 3\nsession: { absolut: PT1H }\nidle: PT1M\nlog: info\negress: { allow: [10.0.0.0/99] }\n',
    );
    const found = mistakes({
      ISSUER: 'http://a.example/path',
      PORT: 'x',
      TRUSTED_PROXIES: '1.5',
      VESTIBULE__session__idle: '30m',
      VESTIBULE__tokens__cod: 'PT1M',
      COOKIE_KEYS: 'short',
      VESTIBULE_MASTER_KEY_FILE: join(folder, 'none'),
      VESTIBULE_CONFIG: own,
    });
    const told: [string, string][] = [
      ['ISSUER', 'https'],
      ['PORT', 'whole number'],
      ['TRUSTED_PROXIES', 'whole number'],
      ['VESTIBULE__session__idle', 'PT15M'],
      ['VESTIBULE__tokens__cod', 'Did you mean VESTIBULE__tokens__code?'],
      ['COOKIE_KEYS', '32 characters'],
      ['VESTIBULE_MASTER_KEY_FILE', 'cannot be read'],
      ['DATABASE_URL', 'DATABASE_URL_FILE'],
      ['REDIS_URL', 'is missing'],
      ['sesion', 'Did you mean session?'],
      ['session.absolut', own],
      ['idle', 'Did you mean session.idle?'],
      ['log', 'section'],
      ['egress.allow.0', '10.20.0.0/16'],
    ];
    for (const [path, text] of told) expect(found.get(path)).toContain(text);
    expect(found.size).toBe(told.length);
  });

  test.each([
    ['an issuer without TLS', { ISSUER: 'http://signin.example.org' }, 'ISSUER'],
    ['a path in the issuer', { ISSUER: 'https://example.org/sso' }, 'ISSUER'],
    ['a script as issuer', { ISSUER: 'javascript:alert(1)' }, 'ISSUER'],
    [
      'a short cookie key',
      { COOKIE_KEYS: `${cookieKey('a')},${cookieKey('b').slice(0, 31)}` },
      'COOKIE_KEYS',
    ],
    ['a short master key', { VESTIBULE_MASTER_KEY: 'k1:c2hvcnQ' }, 'VESTIBULE_MASTER_KEY'],
    ['one key id twice', { VESTIBULE_MASTER_KEY: `${masterKey},${masterKey}` }, 'VESTIBULE_MASTER_KEY'],
    ['a secret given twice', { DATABASE_URL_FILE: '/etc/hostname' }, 'DATABASE_URL'],
    ['another database', { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
    [
      'passwords under eight',
      { VESTIBULE__password__minimum_length: '7' },
      'VESTIBULE__password__minimum_length',
    ],
    ['idle beyond absolute', { VESTIBULE__session__idle: 'P1D' }, 'VESTIBULE__session__idle'],
    [
      'more failures in a window than in a row',
      { VESTIBULE__lockout__failures: '60', VESTIBULE__lockout__failures_in_a_row: '50' },
      'VESTIBULE__lockout__failures',
    ],
    ['one port twice', { OPERATIONS_PORT: '3000' }, 'OPERATIONS_PORT'],
    [
      'a script as link',
      { VESTIBULE__operator__help_url: 'javascript:alert(1)' },
      'VESTIBULE__operator__help_url',
    ],
    [
      'settings of the demo',
      { VESTIBULE__demo__claims_port: '1', VESTIBULE__demo__eligibility_port: '2' },
      'VESTIBULE__demo__claims_port',
    ],
    ['the outbox', { VESTIBULE__notices__transport: 'outbox' }, 'VESTIBULE__notices__transport'],
    ['a part of Twilio', { TWILIO_AUTH_TOKEN: 'x' }, 'TWILIO_AUTH_TOKEN'],
    ['mail by another protocol', { SMTP_URL: 'https://mail.example.org' }, 'SMTP_URL'],
    [
      'a sender that is two',
      { VESTIBULE__notices__from: 'a@example.org, b@example.org' },
      'VESTIBULE__notices__from',
    ],
    ['a prototype', { VESTIBULE____proto____x: '1' }, 'VESTIBULE____proto____x'],
    ['a file that is none', { VESTIBULE_CONFIG: '/nowhere.yaml' }, 'VESTIBULE_CONFIG'],
  ])('production refuses %s', (_what, environment, path) => {
    const found = mistakes({ ...production, ...environment });
    expect([...found.keys()]).toEqual([path]);
  });

  test.each(Object.keys(production))(
    'production refuses to start without %s, and nothing is invented',
    (name) => {
      expect([...mistakes({ ...production, [name]: undefined }).keys()]).toEqual([name]);
      if (name !== 'ISSUER')
        expect(mistakes({ ...demo, [name]: undefined }, { mode: 'demo' }).has(name)).toBe(true);
    },
  );

  test.each([
    ['equal letters', 'a'.repeat(36)],
    ['two letters in turn', 'ab'.repeat(18)],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['a word again and again', 'change-me-change-me-change-me-change-me'],
  ])('a key that somebody thought up is refused, and told how to make one: %s', (_what, key) => {
    for (const keys of [key, `${cookieKey('a')},${key}`]) {
      const told = mistakes({ ...production, COOKIE_KEYS: keys }).get('COOKIE_KEYS') ?? '';
      expect(told).toContain('can be guessed');
      expect(told).toContain('openssl rand -hex 32');
      expect(told).not.toContain(key);
    }
  });

  test('a master key of equal letters seals nothing, and what it sealed can be sealed anew; random ones are taken', () => {
    const weak = `k2:${'A'.repeat(43)}`;
    const told = mistakes({ ...production, VESTIBULE_MASTER_KEY: `${weak},${masterKey}` });
    expect(told.get('VESTIBULE_MASTER_KEY')).toMatch(/can be guessed.*openssl rand 32/s);
    expect(mistakes({ ...production, VESTIBULE_MASTER_KEY: `${masterKey},${weak}` })).toEqual(new Map());
    const made = Array.from({ length: 40 }, () => randomBytes(32));
    for (const bytes of made) {
      const secrets = {
        VESTIBULE_MASTER_KEY: `k1:${bytes.toString('base64url')}`,
        COOKIE_KEYS: bytes.toString('hex').slice(0, 32),
      };
      expect(mistakes({ ...production, ...secrets })).toEqual(new Map());
    }
  });

  test('metrics are on loopback unless that is asked for', () => {
    expect(load(production).operations.host).toBe('127.0.0.1');
    const asked = { ...production, VESTIBULE__operations__host: '0.0.0.0' };
    expect(load(asked).operations.host).toBe('0.0.0.0');
  });

  test('a webhook for the audit log without its secret, or with none of Standard Webhooks, is a mistake', () => {
    const url = { ...production, VESTIBULE__audit__delivery__webhook__url: 'https://siem.example.org/in' };
    expect([...mistakes(url).values()].join()).toMatch(/without audit\.delivery\.webhook\.secret/);
    const weak = mistakes({ ...url, AUDIT_WEBHOOK_SECRET: 'hunter2' });
    expect([...weak.values()].join()).toMatch(/is no key of Standard Webhooks/);
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const config = load({ ...url, AUDIT_WEBHOOK_SECRET: `${secret},${secret}` });
    expect(config.audit.delivery.webhook.secret).toBe(`${secret},${secret}`);
  });

  test('the demo opens itself to the network in a container alone', () => {
    const open = { ...demo, DEMO_BIND: '0.0.0.0' };
    expect([...mistakes(open, { mode: 'demo', container: false }).keys()]).toEqual(['DEMO_BIND']);
    expect(load(open, { mode: 'demo', container: true }).host).toBe('0.0.0.0');
  });

  test('broken YAML and YAML that is no section are mistakes, not crashes', () => {
    for (const content of ['a: [', '- 1', 'x', 'port: 1\nport: 2']) {
      expect([...mistakes({ ...production, VESTIBULE_CONFIG: file('odd.yaml', content) }).keys()]).toEqual([
        'VESTIBULE_CONFIG',
      ]);
    }
  });

  test('the text for a terminal shows every mistake and no secret', () => {
    const environment = {
      ...production,
      VESTIBULE_MASTER_KEY: 'hush-hush',
      COOKIE_KEYS: 'hush-hush',
      DATABASE_URL: 'hush-hush',
    };
    expect(() => load(environment)).toThrow(ConfigError);
    try {
      load(environment);
    } catch (error) {
      const text = describeMistakes(error as ConfigError);
      expect(text).toMatch(/^3 settings are wrong:\n {2}DATABASE_URL /);
      expect(`${text}${String(error)}`).not.toContain('hush');
    }
  });

  test('a list of breached passwords that is none is told with its mend, at start', () => {
    const setting = 'VESTIBULE__password__breached_list';
    const told = (path: string) => mistakes({ ...production, [setting]: path }).get(setting);
    expect(told(join(folder, 'nowhere'))).toMatch(
      /^is not there\. Give the path of a file of SHA1:COUNT lines/,
    );
    expect(told(file('words.txt', 'letmein\n'.repeat(99)))).toMatch(
      /^names a file with other lines than SHA1:COUNT\. Give the path/,
    );
    const list = `${'0'.repeat(40)}:3\n${'F'.repeat(40)}:1\n`;
    const config = load({ ...production, [setting]: file('list.txt', list) });
    expect(config.password.breached_list).toBe(join(folder, 'list.txt'));
  });

  test('whatever stands in a setting, the answer is a Config or a ConfigError', () => {
    const paths = fc.constantFrom(...allPaths());
    fc.assert(
      fc.property(
        paths,
        fc.oneof(fc.string(), fc.json(), fc.constantFrom('null', '{}', '[]', '~', '&a *a', '!!binary x')),
        (path, value) => {
          mistakes({ ...production, [`VESTIBULE__${path.replaceAll('.', '__')}`]: value });
        },
      ),
    );
  });

  test('a name far from all is not guessed at', () => {
    expect(nearest('colour', ['host', 'port'])).toBeUndefined();
    expect(nearest('prot', ['host', 'port'])).toBe('port');
  });
});

test('default.yaml or demo.yaml shows every setting, with a comment', () => {
  const text = ['default', 'demo']
    .map((name) => readFileSync(new URL(`../config/${name}.yaml`, import.meta.url), 'utf8'))
    .join('\n');
  for (const path of allPaths()) expect(text).toMatch(new RegExp(`^ *(# )?${path.split('.').at(-1)}:`, 'm'));
});

describe('durations', () => {
  test.each([
    ['PT15M', 900],
    ['P30D', 2_592_000],
    ['PT1.5S', 1.5],
    ['P1DT12H', 129_600],
    ['P2W', 1_209_600],
    ['PT0S', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    'P',
    'PT',
    'P1',
    '15M',
    'PT15',
    'P1Y',
    'P1M',
    'PT1S1M',
    '-PT1S',
    'PT1.S',
    'pt1s',
    'P1DT',
    ' PT1S',
    'PT1S\n',
    'PT1,5S',
  ])('%p is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('every length written out reads back as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (ms) => {
        expect(parseDuration(formatDuration(ms / 1000))).toBe(ms / 1000);
      }),
    );
  });
});
