import { randomBytes } from 'node:crypto';
import { Accounts } from '../../src/accounts/accounts.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { JobQueue } from '../../src/jobs/queue.ts';
import { LogoutNotices } from '../../src/oidc/logout-notices.ts';
import type { AccountStatus } from '../../src/postgres/schema.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore, script } from '../../src/redis/store.ts';
import { Ledger } from '../../src/sessions/ledger.ts';
import { SessionStore } from '../../src/sessions/session-store.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import { silent } from '../postgres/settings.ts';
import type { Portal } from '../support/portal.ts';

/** As the services have them by default, seconds. */
const LIVES = { idle: 1800, absolute: 43_200 };

const COPY_ALL = script(`
-- ARGV from to
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do
  redis.call('COPY', key, ARGV[2] .. string.sub(key, #ARGV[1] + 1), 'REPLACE')
end`);

const DELETE_ALL = script(
  `for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do redis.call('DEL', key) end`,
);

/** What an operator's process does to a portal's sessions, beside its service processes. */
export class ThirdProcess {
  readonly sessions: Sessions;
  readonly #portal: Portal;
  readonly #redis: RedisStore;
  readonly #accounts: Accounts;
  readonly #trail = new AuditTrail();

  private constructor(portal: Portal, redis: RedisStore) {
    const { db } = portal;
    this.#portal = portal;
    this.#redis = redis;
    this.#accounts = new Accounts(db);
    const keys = new RedisKeys(portal.redisPrefix);
    const ledger = new Ledger(db, LIVES);
    const store = new SessionStore(redis, keys, LIVES);
    const notices = new LogoutNotices({
      db,
      jobs: new JobQueue(db, silent),
      // The services deliver; here notices are only put where they find them.
      provider: undefined as never,
      post: undefined as never,
      append: (tx, event, origin) => this.#trail.append(tx, event, origin),
      log: silent,
      settings: { retries: 1, first_delay: 1, longest_delay: 1, timeout: 1 },
    });
    this.sessions = new Sessions({
      store,
      ledger,
      redis,
      keys,
      db,
      trail: this.#trail,
      notices,
      log: silent,
    });
  }

  static async start(portal: Portal): Promise<ThirdProcess> {
    const settings = { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 5 };
    const redis = new RedisStore(settings, silent);
    await redis.ready(5);
    return new ThirdProcess(portal, redis);
  }

  stop(): void {
    this.#redis.close();
  }

  /** A new account with the demo's password; its user ID. One for each round: a sign-in in the second in which
   * all sessions of its account were revoked would be refused. */
  async createAccount(): Promise<{ sub: string; userId: string }> {
    const { db } = this.#portal;
    const model = await this.#accounts.findByUserId('dr.rivera');
    const userId = `round.${randomBytes(6).toString('hex')}`;
    const passwordHash = String(model?.passwordHash);
    const account = { userId, givenName: 'Robin', familyName: 'Ray', passwordHash };
    return db
      .transaction()
      .execute((tx) => this.#accounts.create(tx, account, (t, change) => this.#trail.append(t, change, {})));
  }

  async setStatus(sub: string, status: AccountStatus): Promise<void> {
    await this.#portal.db
      .transaction()
      .execute((tx) =>
        this.#accounts.setStatus(tx, sub, status, (t, change) => this.#trail.append(t, change, {})),
      );
  }

  /** Remembers all that Redis holds of the portal; the answer puts Redis back to it, like a failover to a
   * replica that had not heard of anything since. */
  async snapshot(): Promise<() => Promise<void>> {
    const { redisPrefix } = this.#portal;
    const kept = `kept-${redisPrefix}`;
    await this.#redis.run(DELETE_ALL, [], [kept]);
    await this.#redis.run(COPY_ALL, [], [redisPrefix, kept]);
    return async () => {
      await this.#redis.run(DELETE_ALL, [], [redisPrefix]);
      await this.#redis.run(COPY_ALL, [], [kept, redisPrefix]);
    };
  }

  /** Removes what snapshots left. */
  async tidy(): Promise<void> {
    await this.#redis.run(DELETE_ALL, [], [`kept-${this.#portal.redisPrefix}`]);
  }
}
