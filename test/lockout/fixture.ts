import { createHash, randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { AuditTrail } from '../../src/audit/trail.ts';
import { hashSubject } from '../../src/lockout/attempt.ts';
import { type Attempt, AttemptLimiter, type AttemptToken } from '../../src/lockout/attempt-limiter.ts';
import { LockStore } from '../../src/lockout/lock-store.ts';
import { Streaks } from '../../src/lockout/streaks.ts';
import type { Database } from '../../src/postgres/database.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { settings as databaseSettings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

/** The defaults of config/default.yaml, with a check that few tests want. */
export const SETTINGS = {
  failures: 5,
  window: 900,
  lock: 900,
  repeat_lock: 1800,
  repeat_within: 86_400,
  security_check_after: 3,
  security_check_work: 1000,
  address_failures: 100,
  device_failures: 5,
  sprayed_accounts: 20,
  failures_in_a_row: 100,
};

export const origin = { address: '192.0.2.1', userAgent: 'test', request: 'r' };

const PASSWORDS = randomBytes(32);

/** Two replicas' guards, each with connections of its own, on stores that they share. */
export class Door {
  readonly db: Database;
  readonly #drop: () => Promise<void>;
  readonly #url: string;
  readonly #prefix = `test-${randomBytes(6).toString('hex')}`;
  readonly #redis: RedisStore[] = [];
  readonly #databases: Database[] = [];

  private constructor({ url, drop }: { url: string; drop: () => Promise<void> }) {
    this.#url = url;
    this.#drop = drop;
    this.db = this.openDatabase();
  }

  static async open(): Promise<Door> {
    return new Door(await createTestDatabase());
  }

  async close(): Promise<void> {
    for (const redis of this.#redis) redis.close();
    await Promise.all(this.#databases.map((db) => db.destroy()));
    await this.#drop();
  }

  get keys(): RedisKeys {
    return new RedisKeys(this.#prefix);
  }

  /** @param options of its sessions, such as `default_transaction_read_only=on` */
  openDatabase(options?: string): Database {
    const url = new URL(this.#url);
    if (options) url.searchParams.set('options', `-c TimeZone=UTC -c ${options}`);
    const db = openDatabase(
      { ...databaseSettings(url.href), connect_timeout: 20, query_timeout: 20 },
      silent,
    );
    this.#databases.push(db);
    return db;
  }

  async openRedis(): Promise<RedisStore> {
    const url = process.env.TEST_REDIS_URL as string;
    const redis = new RedisStore({ url, prefix: this.#prefix, command_timeout: 15 }, silent);
    await redis.ready(5);
    this.#redis.push(redis);
    return redis;
  }

  /** @param more settings that differ, and a database that fails */
  async limiter(more: Partial<typeof SETTINGS> = {}, broken?: Database): Promise<AttemptLimiter> {
    return limiterOn(await this.openRedis(), this.keys, broken ?? this.openDatabase(), {
      ...SETTINGS,
      ...more,
    });
  }

  lockStore(): LockStore {
    return mirrorOn(this.openDatabase(), SETTINGS.repeat_within);
  }

  streaks(): Streaks {
    return streaksOn(this.openDatabase(), SETTINGS.failures_in_a_row);
  }

  /** The one for a test's own look at what is stored. */
  async redis(): Promise<RedisStore> {
    return this.#redis[0] ?? this.openRedis();
  }

  /** What a Redis that lost its memory knows, of this file's keys. */
  async emptyRedis(): Promise<void> {
    const redis = await this.redis();
    const keys = (await redis.command('KEYS', `${this.#prefix}:*`)) as string[];
    for (const key of keys) await redis.delete(key);
    expect(keys.length).toBeGreaterThan(0);
  }

  /** The audit rows of a subject's locks and refusals, the oldest first. */
  async rows(subject: string) {
    const rows = await this.db.selectFrom('audit_events').selectAll().orderBy('at').execute();
    const prefix = hashSubject(subject).slice(0, 12);
    return rows.filter((row) => (row.after?.subject ?? row.before?.subject) === prefix);
  }

  async refusals(account: string) {
    return this.db
      .selectFrom('audit_events')
      .selectAll()
      .where('event', '=', 'sign-in.refused')
      .where('account', '=', account)
      .orderBy('at')
      .execute();
  }

  locks(subject: string) {
    return this.db
      .selectFrom('locks')
      .selectAll()
      .where('subject', '=', hashSubject(subject))
      .orderBy('began_at')
      .execute();
  }
}

function mirrorOn(db: Database, repeatWithin: number): LockStore {
  const trail = new AuditTrail();
  return new LockStore({ db, repeatWithin, append: (tx, event, from) => trail.append(tx, event, from) });
}

function streaksOn(db: Database, limit: number): Streaks {
  const trail = new AuditTrail();
  return new Streaks({ db, limit, append: (tx, event, from) => trail.append(tx, event, from) });
}

export function limiterOn(
  redis: RedisStore,
  keys: RedisKeys,
  db: Database,
  settings: typeof SETTINGS,
): AttemptLimiter {
  const trail = new AuditTrail();
  return new AttemptLimiter({
    redis,
    keys,
    settings,
    secret: PASSWORDS,
    lockStore: mirrorOn(db, settings.repeat_within),
    streaks: streaksOn(db, settings.failures_in_a_row),
    append: (event, from) => trail.append(db, event, from),
  });
}

export const someone = () => `person-${randomBytes(9).toString('base64url').toLowerCase()}`;

/** An attempt that solved its check, from an address that nobody shares. */
export function attemptAt(subject: string, more: Partial<Attempt> = {}): Attempt {
  const [a, b, c] = createHash('sha256').update(subject).digest();
  return { secret: 'password', subject, address: `10.${a}.${b}.${c}`, checked: true, ...more };
}

/** Reserves; it must be let through. */
export async function take(limiter: AttemptLimiter, attempt: Attempt): Promise<AttemptToken> {
  const verdict = await limiter.reserve(attempt, origin);
  if (verdict.verdict !== 'go') throw new Error(`refused: ${verdict.verdict}`);
  return verdict.token;
}

/** Fails so many times in a row; what the last one led to. */
export async function failTimes(limiter: AttemptLimiter, attempt: Attempt, times: number) {
  let last = await limiter.lockState(attempt);
  for (let n = 0; n < times; n += 1) last = await limiter.fail(await take(limiter, attempt), origin);
  return last;
}
