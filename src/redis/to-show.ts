import { createHash } from 'node:crypto';
import type { RedisKeys } from './keys.ts';
import type { RedisStore } from './store.ts';

/** Encryption at rest, bound to the place that a value stands in. */
interface Seals {
  seal(plain: string, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

export interface ToShowDependencies {
  readonly redis: Pick<RedisStore, 'get' | 'set' | 'delete'>;
  readonly keys: Pick<RedisKeys, 'toShow'>;
  readonly seals: Seals;
}

/** What was made: recovery codes, or the secret of an app. */
export type ShownKind = 'fresh-codes' | 'fresh-secret';

/**
 * What is made by a form and shown once, between being made and being put away: sealed in Redis, for the one sign-in
 * or session that made it. So the page that shows it is opened by its address, and neither a reload nor a lost answer
 * makes another or costs the person theirs. All methods throw AppError('store-away').
 */
export class ToShow<T> {
  readonly #deps: ToShowDependencies;
  readonly #kind: ShownKind;
  readonly #life: number;

  /** @param life s that it waits to be put away */
  constructor(deps: ToShowDependencies, kind: ShownKind, life: number) {
    this.#deps = deps;
    this.#kind = kind;
    this.#life = life;
  }

  /** Keeps it for `owner`, the uid of a sign-in or session, instead of an earlier one of the same account or app. */
  async keep(owner: string, of: string, made: T): Promise<void> {
    const sealed = this.#deps.seals.seal(JSON.stringify(made), this.#place(owner, of));
    await this.#deps.redis.set(this.#key(owner, of), sealed.toString('base64'), this.#life);
  }

  /** What is to be shown to `owner`; undefined when there is nothing. */
  async find(owner: string, of: string): Promise<T | undefined> {
    const sealed = await this.#deps.redis.get(this.#key(owner, of));
    if (sealed === null) return undefined;
    const plain = this.#deps.seals.open(Buffer.from(sealed, 'base64'), this.#place(owner, of));
    return JSON.parse(plain.toString()) as T;
  }

  /** The person has put it away: it is shown no more. */
  async forget(owner: string, of: string): Promise<void> {
    await this.#deps.redis.delete(this.#key(owner, of));
  }

  #key(owner: string, of: string): string {
    return this.#deps.keys.toShow(this.#kind, ownerHash(owner, of));
  }

  #place(owner: string, of: string): string {
    return `redis:${this.#kind}:${ownerHash(owner, of)}`;
  }
}

/** Names an owner and an account or app together: neither sees what the other began. */
export function ownerHash(owner: string, of: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, of]))
    .digest('base64url');
}
