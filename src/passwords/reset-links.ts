import { createHash, randomBytes } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import { RedisRecord, type Seals } from '../redis/record.ts';
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
  readonly redis: RedisStore;
  readonly keys: Pick<RedisKeys, 'resetLink'>;
  readonly seals: Seals;
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
  readonly #issuer: string;
  readonly #records: RedisRecord<Linked>;

  constructor({ redis, keys, seals, issuer, life }: ResetLinksDependencies) {
    this.#issuer = issuer;
    const sealed = { seals, as: 'reset-link' };
    this.#records = new RedisRecord(redis, { key: (hash) => keys.resetLink(hash), life, sealed });
  }

  /** A new link, built from the issuer alone: a Host header must not choose where the token goes. [rule 19] */
  async issue(linked: Linked): Promise<string> {
    const token = newToken();
    await this.#records.put(hashToken(token), linked);
    return `${this.#issuer}/recover/password/${token}`;
  }

  /** Undefined for what is unknown or too old. */
  async find(token: string): Promise<Linked | undefined> {
    return isToken(token) ? (await this.#records.read(hashToken(token)))?.value : undefined;
  }
}
