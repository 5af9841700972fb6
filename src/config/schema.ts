/**
 * What a setting may be. Defaults live in config/default.yaml alone; a description here completes the
 * sentence "give …" that a mistake is answered with.
 */

import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { readRedisAddress } from '../redis/address.ts';
import { ROLES } from '../roles.ts';
import { auditDelivery } from './audit-delivery.ts';
import { breachedListProblem } from './breached-list.ts';
import { country, duration, flag, isWeb, link, text, whole } from './kinds.ts';
import { notices } from './notices.ts';
import { isRange } from './ranges.ts';
import { secrets } from './secrets.ts';

/** Every URL we build starts with this, so it is an origin: a path would move all endpoints. */
const issuer = z
  .string('is not text')
  .refine(
    (value) => isWeb(value) && new URL(value).origin === value.replace(/\/$/, ''),
    'is not the origin of a web site',
  )
  .transform((value) => value.replace(/\/$/, ''))
  .describe('the origin people see, in lower case and without a path, such as https://signin.example.org');

const host = text(255, 'a host name or IP address to listen on, such as 127.0.0.1 or 0.0.0.0');
const port = whole(0, 65_535).describe('a port from 0 to 65535 (0: any free one)');

const range = z
  .string('is not text')
  .refine(isRange, 'is neither a network, an address nor a host name')
  .describe('a network such as 10.20.0.0/16, an address, or a host name such as apps.internal');

const activity = z
  .array(
    z.enum(['authorize', 'launcher', 'refresh'], 'is no activity (a poll means nobody)'),
    'is not a list',
  )
  .refine((kinds) => new Set(kinds).size === kinds.length, 'names an activity twice')
  .describe('a list of authorize, launcher, refresh');

const operator = z.strictObject({
  name: text(80, 'the name of the organisation that people sign in to'),
  support: z.strictObject({
    text: text(300, 'one sentence that says whom to ask'),
    phone: text(40, 'a telephone number').optional(),
    url: link.optional(),
  }),
  help_url: link.optional(),
  privacy_url: link.optional(),
  accessibility_url: link.optional(),
  logo: z
    .string('is not text')
    .regex(/\.(svg|png)$/, 'is no .svg or .png file')
    .refine(
      (file) => existsSync(file) && statSync(file).size <= 200_000,
      'is not there, or larger than 200 kB',
    )
    .describe('the path of an .svg or .png file of at most 200 kB')
    .optional(),
  notice: z
    .strictObject({ en: text(300), es: text(300).optional() })
    .describe('en and, if you like, es: what everybody should know now')
    .optional(),
  accent: z
    .string('is not text')
    .regex(/^#[0-9a-f]{6}$/i, 'is not a colour')
    .describe('a colour such as "#0b5d66" (in quotes: # starts a comment)')
    .optional(),
});

export const schema = z.strictObject({
  issuer,
  host,
  port,
  trusted_proxies: whole(0, 16),
  server: z.strictObject({ keep_alive: duration('PT1S', 'PT1H'), header_size: whole(8_192, 1_048_576) }),
  operations: z.strictObject({ host, port }),
  database: z.strictObject({
    url: z
      .string('is not text')
      .regex(/^postgres(ql)?:\/\/./, 'is not a PostgreSQL URL')
      .describe('a URL such as postgres://user:password@db.internal:5432/vestibule'),
    pool_size: whole(1, 200),
    connect_timeout: duration('PT0.1S', 'PT30S'),
    query_timeout: duration('PT0.1S', 'PT60S'),
  }),
  redis: z.strictObject({
    url: z
      .string('is not text')
      .superRefine((url, context) => {
        try {
          readRedisAddress(url);
        } catch (error) {
          context.addIssue(messageOf(error));
        }
      })
      .describe(
        'a URL such as rediss://:password@redis.internal:6379/0, unix:///run/redis.sock, redis+cluster://:password@a:6379,b:6379,c:6379 or redis+sentinel://:password@a:26379,b:26379,c:26379/mymaster (rediss+… with TLS)',
      ),
    prefix: z
      .string('is not text')
      // A brace would be read as a hash tag and scatter a script's keys over a cluster.
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'holds other characters')
      .describe('up to 64 letters, digits, dots, dashes and underscores'),
    command_timeout: duration('PT0.1S', 'PT30S'),
  }),
  secrets,
  session: z.strictObject({
    idle: duration('PT1M', 'P7D'),
    absolute: duration('PT1M', 'P30D'),
    public_idle: duration('PT1M', 'P1D'),
    per_account: whole(1, 1_000).optional(),
    activity,
    place_header: z
      .string('is not text')
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'is not the name of a header')
      .describe('the name of a header, such as CF-IPCountry')
      .optional(),
  }),
  sign_in: z.strictObject({
    interaction_life: duration('PT1M', 'P1D'),
    restart_horizon: duration('PT1M', 'P1D'),
    remember_user_id: flag,
    public_computer: z
      .enum(['offered', 'always', 'never'], 'is none of these')
      .describe('offered, always or never'),
  }),
  tokens: z.strictObject({
    code: duration('PT5S', 'PT10M'),
    access: duration('PT10S', 'PT1H'),
    id: duration('PT10S', 'P1D'),
    refresh: duration('PT1M', 'P365D'),
    grant: duration('PT1M', 'P730D'),
  }),
  accounts: z.strictObject({
    activation_life: duration('PT1M', 'P90D'),
    contact_code_life: duration('PT1M', 'PT1H'),
    undo_life: duration('PT1H', 'P30D'),
  }),
  keys: z.strictObject({
    propagation: duration('PT2S', 'P7D'),
    rsa_bits: z.literal([2048, 3072, 4096], 'is no size of a key').describe('2048, 3072 or 4096'),
  }),
  lockout: z.strictObject({
    failures: whole(1, 100),
    window: duration('PT10S', 'P1D'),
    lock: duration('PT1S', 'P1D'),
    repeat_lock: duration('PT1S', 'P1D'),
    repeat_within: duration('PT1M', 'P30D'),
    security_check_after: whole(1, 100),
    security_check_work: whole(1_000, 20_000_000),
    address_failures: whole(1, 100_000),
    device_failures: whole(1, 100),
    failures_in_a_row: whole(1, 100),
    sprayed_accounts: whole(2, 100_000),
  }),
  strangers: z.strictObject({
    most_requests: whole(10, 1_000_000),
    pushed_requests: whole(1, 1_000_000),
    wrong_secrets: whole(1, 100_000),
  }),
  recovery: z.strictObject({
    code_life: duration('PT1M', 'PT1H'),
    link_life: duration('PT1M', 'P1D'),
    resend_wait: duration('PT1S', 'PT10M'),
    requests_per_account: whole(1, 1_000),
    requests_in_all: whole(1, 10_000),
    requests_per_address: whole(1, 100_000),
    default_country: country.describe('an ISO 3166 country such as US'),
    unproved: z
      .enum(['allow', 'refuse'], 'is neither allow nor refuse')
      .describe('allow or refuse')
      .optional(),
  }),
  second_factor: z.strictObject({
    roles: z
      .array(z.enum(ROLES, 'is no role'), 'is not a list')
      .refine((roles) => new Set(roles).size === roles.length, 'names a role twice')
      .describe(`a list of ${ROLES.join(', ')}`),
    remember_device: duration('PT0S', 'P365D'),
    fresh: duration('PT1M', 'PT1H'),
  }),
  helpdesk: z.strictObject({ code_life: duration('PT1M', 'PT1H'), hold: duration('PT1H', 'P30D') }),
  password: z.strictObject({
    minimum_length: whole(8, 64),
    composition: z
      .array(
        z.enum(['letters', 'numbers', 'symbols'], 'is neither letters, numbers nor symbols'),
        'is not a list',
      )
      .describe('a list of letters, numbers, symbols; empty for none'),
    breached_list: z
      .string('is not text')
      .superRefine((path, context) => {
        const problem = breachedListProblem(path);
        if (problem) context.addIssue(problem);
      })
      .describe(
        'the path of a file of SHA1:COUNT lines in order of hash, or of a folder with a file for each prefix of five digits, as Have I Been Pwned gives them out',
      )
      .optional(),
    hash: z.strictObject({ memory: whole(7_168, 1_048_576), time: whole(1, 10), parallelism: whole(1, 16) }),
    pool: z.strictObject({
      workers: z
        .union([z.literal('auto'), z.int().min(1).max(64)], 'is neither auto nor a whole number from 1 to 64')
        .describe('auto, or a whole number from 1 to 64'),
      queue: whole(1, 10_000),
    }),
  }),
  egress: z.strictObject({
    allow: z.array(range, 'is not a list').describe('a list of networks, addresses or host names'),
    timeout: duration('PT0.1S', 'PT60S'),
  }),
  admin: z.strictObject({ api_requests: whole(1, 1_000_000) }),
  logout_notices: z.strictObject({
    retries: whole(0, 50),
    first_delay: duration('PT1S', 'PT1H'),
    longest_delay: duration('PT1S', 'P1D'),
  }),
  notices,
  audit: z.strictObject({
    seal_every: duration('PT1S', 'PT10M'),
    retention: duration('P30D', 'P36500D').optional(),
    anchors: z.strictObject({
      file: text(1024, 'the path of a file that is only added to').optional(),
      webhook: link.describe('an https URL that takes a POST').optional(),
      log: flag,
    }),
    delivery: auditDelivery,
  }),
  drain: z.strictObject({ grace: duration('PT0S', 'PT10M') }),
  operator,
  demo: z.strictObject({ claims_port: port, eligibility_port: port }).optional(),
  log: z.strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'is no log level')
      .describe('trace, debug, info, warn, error, fatal or silent'),
  }),
});

/** Settings as they are written: durations as text. */
export type Settings = z.input<typeof schema>;
