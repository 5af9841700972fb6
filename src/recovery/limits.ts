import { createHash } from 'node:crypto';
import { networkOf } from '../lockout/attempt.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';

/** What a request is counted by. */
export interface Asking {
  /** The folded user ID, or an address or number, whether or not anybody has it. */
  readonly subject: string;
  readonly address: string;
  /** A known device of the subject. */
  readonly device?: string | undefined;
}

export interface LimitsDependencies {
  readonly redis: Pick<RedisStore, 'run'>;
  readonly keys: Pick<RedisKeys, 'recoveryBudget'>;
  readonly settings: {
    /** For a user ID, address or number, from one network or one known device. */
    readonly requests_per_account: number;
    /** For the same, from all networks together. */
    readonly requests_in_all: number;
  };
}

/** s in which a bucket that is empty fills up. */
const HOUR = 3600;

/**
 * A bucket that is full at first and fills up evenly, by Redis's clock. So a stranger who empties it keeps the owner
 * from no message for long, and the link of the last one is good until the next may be sent. ARGV: how many it holds,
 * s in which it fills. Answers 1 for a message, 0 for none, -1 for the first refusal since the last message.
 */
const TAKE = script(`
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local step = ARGV[2] / ARGV[1]
local full = math.max(now, tonumber(redis.call('HGET', KEYS[1], 'full') or 0))
if full + step - now > ARGV[2] + 0.001 then return redis.call('HSETNX', KEYS[1], 'told', 1) == 1 and -1 or 0 end
redis.call('HSET', KEYS[1], 'full', string.format('%.6f', full + step))
redis.call('HDEL', KEYS[1], 'told')
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`);

type Taken = 'allowed' | 'first' | 'refused';

/** How many messages may be asked for of one account, for all replicas together. */
export class Limits {
  readonly #deps: LimitsDependencies;

  constructor(deps: LimitsDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts a request; whether a message may be sent for it. What strangers ask for on one network leaves the
   * owner's on another, and a known device asks apart from them all. `first` says so of the first that may not,
   * which is enough for the audit log.
   * @throws AppError('store-away')
   */
  async take({ subject, address, device }: Asking): Promise<Taken> {
    const { requests_per_account: own, requests_in_all: all } = this.#deps.settings;
    const network = networkOf(address);
    const buckets: [string, number][] = [[`subject ${device ?? network} ${subject}`, own]];
    if (device === undefined) buckets.push([`subject ${subject}`, all]);
    // One after the other: what one refuses uses up nothing of the next.
    for (const [what, most] of buckets) {
      const taken = await this.#take(what, most);
      if (taken !== 'allowed') return taken;
    }
    return 'allowed';
  }

  async #take(what: string, most: number): Promise<Taken> {
    // Hashed: people type passwords where the user ID belongs.
    const hash = createHash('sha256').update(`vestibule recovery\0${what}`).digest('base64url');
    const taken = await this.#deps.redis.run(TAKE, [this.#deps.keys.recoveryBudget(hash)], [most, HOUR]);
    if (taken === 1) return 'allowed';
    return taken === -1 ? 'first' : 'refused';
  }
}
