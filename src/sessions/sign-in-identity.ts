import { createHmac, randomBytes } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { hashId } from './hash.ts';

/** How long tabs that sign in at once are taken for one, seconds. */
const TOGETHER = 10;

/**
 * The uid and cookie id of a session that is about to begin. Two tabs of one browser that finish signing in
 * to the same account at the same moment get the same ones, and so one session between them; otherwise one
 * of the two would be left alive with no cookie that leads to it. Redis holds a nonce, not the id.
 */
export class SignInIdentity {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #secret: Buffer;

  constructor(redis: RedisStore, keys: RedisKeys, secret: Buffer) {
    this.#redis = redis;
    this.#keys = keys;
    this.#secret = secret;
  }

  /**
   * @param browser names the browser by a secret that only it holds
   * @param isOver whether a session, if it has begun, can no longer be used
   */
  async of(
    browser: string,
    account: string,
    isOver: (uid: string) => Promise<boolean>,
  ): Promise<{ uid: string; id: string }> {
    const slot = this.#keys.browserSignIn(hashId(`${browser} ${account}`));
    const mine = randomBytes(24).toString('base64url');
    const claim = (seen: string) => this.#redis.claim(slot, seen, mine, TOGETHER);
    const nonce = await claim('');
    const identity = this.#derive(nonce);
    if (nonce === mine || !(await isOver(identity.uid))) return identity;
    // Signed out or revoked again within the ten seconds: that session stays dead, and a new one begins, the
    // same for all tabs that find it so.
    return this.#derive(await claim(nonce));
  }

  #derive(nonce: string): { uid: string; id: string } {
    const part = (name: string) =>
      createHmac('sha256', this.#secret).update(`${name} ${nonce}`).digest('base64url');
    return { uid: part('uid').slice(0, 21), id: part('id') };
  }
}
