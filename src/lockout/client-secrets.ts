import type { Note } from '../audit-events.ts';
import { AppError } from '../errors.ts';
import type { Origin } from '../http/origin.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { networkOf } from './attempt.ts';
import { REFUSE } from './scripts.ts';

export interface ClientSecretsDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Wrong secrets for one app from one network within a minute. */
  readonly most: number;
  readonly append: Note;
}

/** s */
const WINDOW = 60;
/** s that a count waits for the next audit row. */
const COUNT_KEPT = 24 * 3600;

/** ARGV: most, window, whether the secret was right. */
const JUDGE = script<[number, number]>(`
local wrong = tonumber(redis.call('GET', KEYS[1]) or '0')
local open = wrong < tonumber(ARGV[1])
if ARGV[3] == '0' and redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return {open and 1 or 0, math.max(1, redis.call('TTL', KEYS[1]))}`);

/**
 * Guesses at an app's secret, at every endpoint that takes it. Counted by app and network (IPv6: a /64), so that a
 * stranger elsewhere never stops the app's own servers; beyond the limit the right secret is refused like a wrong one.
 */
export class ClientSecrets {
  readonly #deps: ClientSecretsDependencies;

  constructor(deps: ClientSecretsDependencies) {
    this.#deps = deps;
  }

  /**
   * What the app is told of a secret that was compared.
   * @throws AppError `too-many-requests`, right or wrong; `store-away`
   */
  async judge(clientId: string, right: boolean, origin: Origin & { address: string }): Promise<boolean> {
    const { redis, keys, most } = this.#deps;
    const whose = `${networkOf(origin.address)} ${clientId}`;
    const args = [most, WINDOW, right ? 1 : 0];
    const [open, left] = await redis.run(JUDGE, [keys.wrongSecrets(whose)], args);
    if (!right || !open) await this.#record(whose, clientId, origin);
    if (!open) throw new AppError('too-many-requests', { retryAfter: left });
    return right;
  }

  /** One row a minute for each app and network, with how many there were. */
  async #record(whose: string, app: string, origin: Origin): Promise<void> {
    const { redis, keys, append } = this.#deps;
    const args = [WINDOW * 1_000_000, COUNT_KEPT * 1000];
    const failed = await redis.run(REFUSE, [keys.refusals(`secrets ${whose}`)], args);
    if (failed === 0) return;
    const event = { event: 'app.not-authenticated', outcome: 'failure', reason: 'wrong-secret' } as const;
    await append({ ...event, app, after: { failed } }, origin);
  }
}
