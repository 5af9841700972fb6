import type { Context } from '../../http/context.ts';
import type { RedisKeys } from '../../redis/keys.ts';
import { type RedisStore, script } from '../../redis/store.ts';
import { Problem } from '../problem.ts';

/** s */
const WINDOW = 60;

// The window begins with the first request in it, by the server's clock.
const COUNT = script<[number, number]>(`
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('TTL', KEYS[1])}`);

export interface RateDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Requests that a program may make in a minute. */
  readonly most: number;
}

/** How much one program may ask, on all replicas together; told in RateLimit headers (draft-ietf-httpapi). */
export class Rate {
  readonly #deps: RateDependencies;

  constructor(deps: RateDependencies) {
    this.#deps = deps;
  }

  /** Counts a request. @throws Problem 'too-many-requests'; AppError('store-away') */
  async take(ctx: Context, clientId: string): Promise<void> {
    const { redis, keys, most } = this.#deps;
    const counted = await redis.run(COUNT, [keys.apiRequests(clientId)], [WINDOW]);
    const [count, left] = counted.map(Number) as [number, number];
    const seconds = Math.max(1, left);
    ctx.set('RateLimit-Policy', `"program";q=${most};w=${WINDOW}`);
    ctx.set('RateLimit', `"program";r=${Math.max(0, most - count)};t=${seconds}`);
    if (count <= most) return;
    ctx.set('Retry-After', String(seconds));
    throw new Problem('too-many-requests', `Try again in ${seconds} seconds.`);
  }
}
