import { createHash } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import type { Seals } from './changes.ts';

/**
 * Recovery codes between being made and being put away: sealed in Redis, for the one sign-in or session that
 * made them, so that a reload or a lost answer does not cost the person their codes.
 */
export class FreshCodes {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #seals: Seals;
  readonly #life: number;

  /** @param life s that codes wait to be put away */
  constructor(redis: RedisStore, keys: RedisKeys, seals: Seals, life: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#seals = seals;
    this.#life = life;
  }

  /** Keeps codes for `owner`, instead of earlier ones. @throws AppError('store-away') */
  async keep(owner: string, account: string, codes: readonly string[]): Promise<void> {
    const sealed = this.#seals.seal(JSON.stringify(codes), placeOf(owner, account));
    await this.#redis.set(this.#key(owner, account), sealed.toString('base64'), this.#life);
  }

  /** What is to be shown to `owner`; undefined when there is nothing. @throws AppError('store-away') */
  async of(owner: string, account: string): Promise<readonly string[] | undefined> {
    const sealed = await this.#redis.get(this.#key(owner, account));
    if (sealed === null) return undefined;
    const plain = this.#seals.open(Buffer.from(sealed, 'base64'), placeOf(owner, account));
    return JSON.parse(plain.toString()) as string[];
  }

  /** The person has put them away: they are shown no more. @throws AppError('store-away') */
  async forget(owner: string, account: string): Promise<void> {
    await this.#redis.delete(this.#key(owner, account));
  }

  #key(owner: string, account: string): string {
    return this.#keys.freshCodes(ownerHash(owner, account));
  }
}

/** Names an owner and an account together: neither sees what the other began. */
export function ownerHash(owner: string, account: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, account]))
    .digest('base64url');
}

function placeOf(owner: string, account: string): string {
  return `redis:fresh-codes:${ownerHash(owner, account)}`;
}
