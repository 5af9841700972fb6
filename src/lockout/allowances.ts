import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { networkOf } from './attempt.ts';
import type { DeviceCookie } from './device-cookie.ts';

/** How often something may be done within a window. */
export interface Allowance {
  /** A fixed word; each has counters of its own. */
  readonly what: string;
  /** So often without a security check. */
  readonly free: number;
  /** So often in all, each beyond `free` after a security check. */
  readonly most: number;
  /** s; the window begins with the first. */
  readonly window: number;
}

/** `first` is the first refusal in its window, which is enough for the audit log. */
export interface Taken {
  readonly verdict: 'go' | 'check' | 'first' | 'refused';
  /** s until the window ends. */
  readonly left: number;
}

/** Who spends: a browser, by what it proves of itself, or anything else that has an allowance of its own. */
export type Spender = Context | string;

export interface AllowancesDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly device: DeviceCookie;
  /** The live session of a browser. */
  readonly sessionOf: (ctx: Context) => Promise<string | undefined>;
}

/** So many networks together may spend all that is theirs. */
const NETWORKS = 50;

/** ARGV: free, most, window, whether a check was passed. What is refused for want of a check is not counted. */
const TAKE = script<[Taken['verdict'], number]>(`
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
local function left() return math.max(1, redis.call('TTL', KEYS[1])) end
if count > tonumber(ARGV[2]) then return {'refused', left()} end
if count >= tonumber(ARGV[1]) and count < tonumber(ARGV[2]) and ARGV[4] == '0' then return {'check', left()} end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return {count < tonumber(ARGV[2]) and 'go' or 'first', left()}`);

/**
 * What somebody who is not signed in can cause: bounded by address (IPv6: a /64), since a stranger has nothing else
 * of their own. A session and a device that somebody has signed in on have allowances of their own, so that a stranger
 * behind the same address uses up nobody's. One step in Redis counts and decides, for all replicas. [rule 37]
 */
export class Allowances {
  readonly #deps: AllowancesDependencies;

  constructor(deps: AllowancesDependencies) {
    this.#deps = deps;
  }

  /** Takes one, if one is left. @param checked whether a security check was passed for it. @throws AppError `store-away` */
  async take(spender: Spender, { what, free, most, window }: Allowance, checked: boolean): Promise<Taken> {
    const { redis, keys } = this.#deps;
    const whose = typeof spender === 'string' ? spender : await this.#browser(spender);
    const hash = createHash('sha256').update(`vestibule allowance\0${what}\0${whose}`).digest('base64url');
    const args = [free, most, window, checked ? 1 : 0];
    const [verdict, left] = await redis.run(TAKE, [keys.spent(hash)], args);
    return { verdict, left };
  }

  /**
   * Counts a request that an app without a secret pushes: it is kept for a minute, so is its count. Nobody is at a
   * program's endpoint to do a security check.
   * @throws AppError `too-many-requests`, `store-away`
   */
  async admitPush(ctx: Context, most: number): Promise<void> {
    const bounds = [
      { spender: `network ${networkOf(ctx.state.address)}`, most },
      { spender: 'everybody', most: most * NETWORKS },
    ];
    for (const bound of bounds) {
      const allowance = { what: 'push', free: bound.most, most: bound.most, window: 60 };
      const { verdict, left } = await this.take(bound.spender, allowance, false);
      if (verdict !== 'go') throw new AppError('too-many-requests', { retryAfter: left });
    }
  }

  async #browser(ctx: Context): Promise<string> {
    const { device, sessionOf } = this.#deps;
    const session = await sessionOf(ctx);
    if (session !== undefined) return `session ${session}`;
    const known = device.browser(ctx);
    return known === undefined ? `network ${networkOf(ctx.state.address)}` : `device ${known}`;
  }
}
