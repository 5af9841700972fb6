import { createHash } from 'node:crypto';
import type { RedisKeys } from '../../redis/keys.ts';
import { type RedisStore, script } from '../../redis/store.ts';
import { Problem } from '../problem.ts';

/** s that an answer is kept; a later request with the same key is done again. */
const KEPT = 24 * 3600;
/** s after which a request whose process died may be tried again. */
const IN_FLIGHT = 120;
/** A Structured Field string (RFC 9651 §3.3.3), or the same without its quotes, as most programs send it. */
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,128})"|([\x21\x23-\x2b\x2d-\x7e]{1,128}))$/;

// Only what this very request left in flight is replaced: another may have begun since it took too long.
const FINISH = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`);

/** An answer that is kept, to be given again. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Kept {
  readonly fingerprint: string;
  /** Named by a random text while in flight. */
  readonly inFlight?: string;
  readonly sealed?: string;
}

export interface IdempotencyDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Answers may hold a secret that was just made. */
  readonly seals: { seal(plain: string, aad: string): Buffer; open(sealed: Buffer, aad: string): Buffer };
}

export interface Asked {
  readonly clientId: string;
  /** The header as it came. */
  readonly key: string;
  /** What makes two requests the same: method, address and body. */
  readonly request: readonly (string | Buffer)[];
  /** Of this request alone. */
  readonly requestId: string;
}

/** Does a program's request once, however often it is sent (draft-ietf-httpapi-idempotency-key-header). */
export class Idempotency {
  readonly #deps: IdempotencyDependencies;

  constructor(parts: IdempotencyDependencies) {
    this.#deps = parts;
  }

  /**
   * The answer of `work`, or the one it gave before. A failure of ours is not kept, so that the request may be tried again.
   * @throws Problem 'key-reused', 'request-in-flight', 'invalid-request'; AppError('store-away')
   */
  async once(asked: Asked, work: () => Promise<Answer>): Promise<Answer> {
    const { redis, keys } = this.#deps;
    const place = keys.apiAnswer(placeOf(asked));
    const fingerprint = hash(...asked.request);
    const mine = JSON.stringify({ fingerprint, inFlight: asked.requestId } satisfies Kept);
    if (!(await redis.setOnce(place, mine, IN_FLIGHT))) return this.#again(place, fingerprint);
    const finish = (kept: string) => redis.run(FINISH, [place], [mine, kept, KEPT]);
    const answer = await work().catch(async (error: unknown) => {
      await finish('');
      throw error;
    });
    // It is done, and the answer may hold a secret that is told this once: given, whether or not it can be kept.
    await finish(this.#kept(place, fingerprint, answer)).catch(() => undefined);
    return answer;
  }

  async #again(place: string, fingerprint: string): Promise<Answer> {
    const found = await this.#deps.redis.get(place);
    if (!found) throw new Problem('request-in-flight');
    const kept = JSON.parse(found) as Kept;
    if (kept.fingerprint !== fingerprint) throw new Problem('key-reused');
    if (kept.sealed === undefined) throw new Problem('request-in-flight');
    return JSON.parse(this.#deps.seals.open(Buffer.from(kept.sealed, 'base64url'), place).toString());
  }

  #kept(place: string, fingerprint: string, answer: Answer): string {
    const sealed = this.#deps.seals.seal(JSON.stringify(answer), place).toString('base64url');
    return JSON.stringify({ fingerprint, sealed } satisfies Kept);
  }
}

function placeOf({ clientId, key }: Asked): string {
  const [, quoted, bare] = KEY.exec(key) ?? [];
  const given = quoted ?? bare;
  if (given !== undefined) return hash(clientId, given);
  const detail = 'must be 1 to 128 visible ASCII characters, in quotes';
  throw new Problem('invalid-request', undefined, [{ at: 'header.Idempotency-Key', detail }]);
}

function hash(...parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256');
  // With its length, so that no two lists of parts read the same.
  for (const part of parts) sum.update(`${Buffer.byteLength(part)}:`).update(part);
  return sum.digest('base64url');
}
