import { createHash } from 'node:crypto';
import { networkOf } from '../lockout/network.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';

/** What a request is counted by. */
export interface Asking {
  /** The folded user ID, or an address or number, whether or not anybody has it. */
  readonly subject: string;
  readonly address: string;
  /** A known device of the subject: strangers who use up the subject's requests leave it its own. */
  readonly device?: string | undefined;
}

export interface LimitsParts {
  readonly redis: Pick<RedisStore, 'run'>;
  readonly keys: Pick<RedisKeys, 'recoveryRequests'>;
  readonly settings: { readonly requests_per_account: number; readonly requests_per_address: number };
}

/** s; it begins with the first request. */
const HOUR = 3600;

const COUNT = script(`
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count`);

/** How many messages may be asked for, by Redis's clock, for all replicas together. */
export class Limits {
  readonly #parts: LimitsParts;

  constructor(parts: LimitsParts) {
    this.#parts = parts;
  }

  /**
   * Counts a request; whether a message may be sent for it. `first` says so of the first that may not within
   * its hour, which is enough for the audit log.
   * @throws AppError('store-away')
   */
  async take({ subject, address, device }: Asking): Promise<'allowed' | 'first' | 'refused'> {
    const { requests_per_account: forAccount, requests_per_address: forAddress } = this.#parts.settings;
    const [bySubject, byAddress] = await Promise.all([
      this.#count(`subject ${device ?? ''} ${subject}`),
      this.#count(`address ${networkOf(address)}`),
    ]);
    if (bySubject <= forAccount && byAddress <= forAddress) return 'allowed';
    return bySubject === forAccount + 1 || byAddress === forAddress + 1 ? 'first' : 'refused';
  }

  async #count(what: string): Promise<number> {
    // Hashed: people type passwords where the user ID belongs.
    const hash = createHash('sha256').update(`vestibule recovery\0${what}`).digest('base64url');
    return Number(await this.#parts.redis.run(COUNT, [this.#parts.keys.recoveryRequests(hash)], [HOUR]));
  }
}
