import { createHash, randomBytes } from 'node:crypto';
import type { Sealer } from '../keys/sealer.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';

/** Whom a link in a mail is for. */
export interface Linked {
  readonly account: string;
  readonly userId: string;
  readonly app?: string | undefined;
  /** When its reset was asked for, epoch ms by PostgreSQL's clock. */
  readonly begunAt: number;
}

export interface ResetLinksDependencies {
  readonly redis: Pick<RedisStore, 'get' | 'set'>;
  readonly keys: Pick<RedisKeys, 'resetLink'>;
  readonly seals: Pick<Sealer, 'seal' | 'open'>;
  readonly issuer: string;
  /** s */
  readonly life: number;
}

const TOKEN = /^[\w-]{43}$/;

/** Whether a text can be a token at all. */
export function isToken(text: string | undefined): text is string {
  return text !== undefined && TOKEN.test(text);
}

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the stores know of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * Mailed links that prove a mailbox, on any device they are opened on. Opening one spends nothing, since mail
 * scanners open them first; the new password ends them. All methods throw AppError('store-away').
 */
export class ResetLinks {
  readonly #deps: ResetLinksDependencies;

  constructor(deps: ResetLinksDependencies) {
    this.#deps = deps;
  }

  /** A new link, built from the issuer alone: a Host header must not choose where the token goes. [rule 19] */
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
