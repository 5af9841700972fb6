import { randomBytes } from 'node:crypto';
import { AuditTrail } from '../../src/audit/trail.ts';
import { JobQueue } from '../../src/jobs/queue.ts';
import { LogoutNotices } from '../../src/oidc/logout-notices.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { Ledger } from '../../src/sessions/ledger.ts';
import { type SessionLives, SessionStore, type SessionWrite } from '../../src/sessions/session-store.ts';
import { Sessions, type Trail } from '../../src/sessions/sessions.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

/** Redis under a prefix of this file's own. */
export async function openTestRedis(): Promise<{ redis: RedisStore; keys: RedisKeys }> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const url = process.env.TEST_REDIS_URL as string;
  const redis = new RedisStore({ url, prefix, command_timeout: 15 }, silent);
  await redis.ready(5);
  return { redis, keys: new RedisKeys(prefix) };
}

export const newName = () => randomBytes(12).toString('base64url');

/** The first write of a session, with what `more` says otherwise. */
export function firstWrite(more: Partial<SessionWrite> = {}): SessionWrite {
  return {
    uid: newName(),
    id: newName(),
    loadedIdHash: '',
    login: { accountId: 'somebody', loginTs: Math.floor(Date.now() / 1000), amr: ['pwd'] },
    authorizations: {},
    ...more,
  };
}

/** What two replicas share, and a way to make replicas. */
export class SharedStores {
  readonly db: Database;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly #url: string;
  readonly #drop: () => Promise<void>;

  private constructor(
    { url, drop }: { url: string; drop: () => Promise<void> },
    { redis, keys }: { redis: RedisStore; keys: RedisKeys },
  ) {
    this.#url = url;
    this.#drop = drop;
    this.redis = redis;
    this.keys = keys;
    this.db = openDatabase(settings(url), silent);
  }

  static async open(): Promise<SharedStores> {
    return new SharedStores(await createTestDatabase(), await openTestRedis());
  }

  async close(): Promise<void> {
    this.redis.close();
    await this.db.destroy();
    await this.#drop();
  }

  /** Another pool on the same database, for the caller to close. */
  openDatabase(): Database {
    return openDatabase(settings(this.#url), silent);
  }

  /** One replica's sessions; `more` puts a broken part in. */
  replica(lives: SessionLives, more: { db?: Database; trail?: Trail; perAccount?: number } = {}): Sessions {
    const { redis, keys } = this;
    const db = more.db ?? this.db;
    const notices = new LogoutNotices({
      db,
      jobs: new JobQueue(db, silent),
      // Nothing is delivered here.
      provider: undefined as never,
      post: undefined as never,
      append: (tx, event, origin) => new AuditTrail().append(tx, event, origin),
      log: silent,
      settings: { retries: 1, first_delay: 1, longest_delay: 1, timeout: 1 },
    });
    return new Sessions({
      store: this.store(lives),
      ledger: new Ledger(db, lives),
      trail: more.trail ?? new AuditTrail(),
      redis,
      keys,
      db,
      notices,
      log: silent,
      perAccount: more.perAccount,
    });
  }

  /** What is in Redis of sessions, without what the ledger says. */
  store(lives: SessionLives): SessionStore {
    return new SessionStore(this.redis, this.keys, lives);
  }

  /** The sub of a new account. */
  async createAccount(): Promise<string> {
    const sub = newName();
    await this.db
      .insertInto('accounts')
      .values({
        sub,
        user_id: sub,
        user_id_folded: sub.toLowerCase() + sub,
        given_name: 'Robin',
        family_name: 'Ray',
        status: 'active',
      })
      .execute();
    return sub;
  }
}
