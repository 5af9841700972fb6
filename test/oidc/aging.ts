import { pino } from 'pino';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import type { Portal } from '../support/portal.ts';
import { claimsOf, redeem, type Tokens, type Visitor } from '../support/visitor.ts';

/** Sessions whose last use lies back, so that the next one is due to be written. */
export class Aging {
  readonly #portal: Portal;
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;

  private constructor(portal: Portal, redis: RedisStore) {
    this.#portal = portal;
    this.#redis = redis;
    this.#keys = new RedisKeys(portal.redisPrefix);
  }

  static async of(portal: Portal): Promise<Aging> {
    const settings = { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 15 };
    const redis = new RedisStore(settings, pino({ level: 'silent' }));
    await redis.ready(5);
    return new Aging(portal, redis);
  }

  close(): void {
    this.#redis.close();
  }

  /** Signs in to an app, and lets ten minutes go by. */
  async signIn(visitor: Visitor, app: string, more: Record<string, string> = {}) {
    const tokens = await redeem(this.#portal, await visitor.signIn(app, more));
    const uid = await this.uidOf(tokens);
    return { uid, tokens, sid: String(claimsOf(tokens.id_token).sid), ends: await this.age(uid) };
  }

  async uidOf({ id_token }: Pick<Tokens, 'id_token'>): Promise<string> {
    const row = await this.#portal.db
      .selectFrom('session_apps')
      .select('uid')
      .where('sid', '=', String(claimsOf(id_token).sid))
      .executeTakeFirstOrThrow();
    return row.uid;
  }

  /** So many seconds go by for a session; when it ends now, epoch seconds. */
  async age(uid: string, seconds = 600): Promise<number> {
    const fields = await this.#redis.hash(this.#keys.session(uid));
    const [seen, ends] = ['seen', 'ends'].map((name) => Number(fields.get(name)) - seconds);
    await this.#redis.command('HSET', this.#keys.session(uid), 'seen', Number(seen), 'ends', Number(ends));
    return Number(ends);
  }

  /** Makes a session so many seconds older, as if it had begun then. */
  async began(uid: string, seconds: number): Promise<void> {
    const key = this.#keys.session(uid);
    const started = Number((await this.#redis.hash(key)).get('started'));
    await this.#redis.command('HSET', key, 'started', started - seconds);
  }

  /** When a session ends if nothing happens, epoch seconds. */
  async endOf(uid: string): Promise<number> {
    return Number((await this.#redis.hash(this.#keys.session(uid))).get('ends'));
  }

  /** What the ledger says last counted. */
  async lastUse(uid: string): Promise<{ last_seen_by: string | null; last_seen_app: string | null }> {
    return this.#portal.db
      .selectFrom('sessions')
      .select(['last_seen_by', 'last_seen_app'])
      .where('uid', '=', uid)
      .executeTakeFirstOrThrow();
  }
}
