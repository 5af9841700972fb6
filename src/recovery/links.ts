import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { hashToken, isToken, newToken, type Seals } from './resets.ts';

/** Whom a link in a mail is for. */
export interface Linked {
  readonly account: string;
  readonly userId: string;
  readonly app?: string | undefined;
  /** When its reset was asked for, epoch ms by PostgreSQL's clock. */
  readonly begunAt: number;
}

export interface LinksDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly seals: Seals;
  readonly issuer: string;
  /** s */
  readonly life: number;
}

/**
 * Links that prove a mailbox, on whatever device they are opened. Opening one spends nothing, since mail
 * scanners open them first; what ends them is the new password. All methods throw AppError('store-away').
 */
export class Links {
  readonly #deps: LinksDependencies;

  constructor(deps: LinksDependencies) {
    this.#deps = deps;
  }

  /** A new link, built from the issuer alone. */
  async issue(linked: Linked): Promise<string> {
    const { redis, keys, seals, issuer, life } = this.#deps;
    const token = newToken();
    const hash = hashToken(token);
    const sealed = seals.seal(JSON.stringify(linked), placeOf(hash)).toString('base64');
    await redis.set(keys.resetLink(hash), sealed, life);
    return `${issuer}/recover/password/${token}`;
  }

  /** Undefined for what is unknown or too old. */
  async find(token: string): Promise<Linked | undefined> {
    if (!isToken(token)) return undefined;
    const { redis, keys, seals } = this.#deps;
    const hash = hashToken(token);
    const sealed = await redis.get(keys.resetLink(hash));
    if (sealed === null) return undefined;
    return JSON.parse(seals.open(Buffer.from(sealed, 'base64'), placeOf(hash)).toString()) as Linked;
  }
}

function placeOf(hash: string): string {
  return `redis:reset-link:${hash}`;
}
