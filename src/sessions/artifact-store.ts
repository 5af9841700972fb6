import type { AdapterPayload } from 'oidc-provider';
import type { RedisKeys } from '../redis/keys.ts';
import { fromJson } from '../redis/record.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { hashId } from './hash.ts';

/** What oidc-provider keeps of one of its models. */
export type Payload = AdapterPayload;

/** What `consume` found: it was the one to consume, someone was before it, or there is nothing. */
export type Consumption = 'consumed' | 'replayed' | 'missing';

const PUT = script(`
redis.call('HSET', KEYS[1], 'payload', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])`);

/** What a consumed refresh token must still say for its replay to be recognised and its family revoked. */
export const TOMBSTONE_FIELDS = [
  'kind',
  'clientId',
  'accountId',
  'grantId',
  'exp',
  'iat',
  'iiat',
  'scope',
  'jkt',
  'x5t#S256',
  'sessionUid',
  'expiresWithSession',
] as const;

// EXISTS first: HSET on a key that was deleted a moment ago would bring a code back to life.
const CONSUME = script<Consumption>(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'missing' end
if redis.call('HSETNX', KEYS[1], 'consumed', redis.call('TIME')[1]) == 0 then return 'replayed' end
if #ARGV > 0 then
  local payload, kept = cjson.decode(redis.call('HGET', KEYS[1], 'payload')), {}
  for _, field in ipairs(ARGV) do kept[field] = payload[field] end
  redis.call('HSET', KEYS[1], 'payload', cjson.encode(kept))
end
return 'consumed'`);

/** Marks grants that were destroyed a moment ago, for requests that still hold one in memory. */
const DEAD_GRANT = 'DeadGrant';
/** Longer than any request takes, seconds. */
const IN_FLIGHT = 60;

/** Codes, tokens, interactions and session-bound grants: short-lived, under the hash of their value. */
export class ArtifactStore {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;

  constructor(redis: RedisStore, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** @param seconds life, at least 1 */
  async put(model: string, id: string, payload: Payload, seconds: number): Promise<void> {
    await this.#redis.run(PUT, [this.#key(model, id)], [JSON.stringify(payload), Math.max(1, seconds)]);
  }

  async find(model: string, id: string): Promise<Payload | undefined> {
    const fields = await this.#redis.hash(this.#key(model, id));
    const payload = fields.get('payload');
    if (!payload) return undefined;
    const consumed = fields.get('consumed');
    return { ...fromJson<Payload>(payload), ...(consumed ? { consumed: Number(consumed) } : {}) };
  }

  /** One compare-and-set: of parallel callers exactly one is told `consumed`. */
  async consume(model: string, id: string): Promise<Consumption> {
    const kept = model === 'RefreshToken' ? TOMBSTONE_FIELDS : [];
    return this.#redis.run(CONSUME, [this.#key(model, id)], kept);
  }

  /** True for the one caller that first marks `id`. */
  async once(model: string, id: string, seconds: number): Promise<boolean> {
    return this.#redis.setOnce(this.#key(model, id), '1', seconds);
  }

  async destroy(model: string, id: string): Promise<void> {
    await this.#redis.delete(this.#key(model, id));
  }

  /** Destroys a grant for good: a request that holds it in memory and saves it finds the mark. */
  async buryGrant(idHash: string): Promise<void> {
    // The mark first: who saves the grant after the deletion finds it.
    const mark = this.#keys.artifact(DEAD_GRANT, idHash);
    await this.#redis.run(PUT, [mark], ['{}', IN_FLIGHT]);
    await this.#redis.delete(this.#keys.artifact('Grant', idHash));
  }

  async isBuriedGrant(id: string): Promise<boolean> {
    return (await this.find(DEAD_GRANT, id)) !== undefined;
  }

  #key(model: string, id: string): string {
    return this.#keys.artifact(model, hashId(id));
  }
}
