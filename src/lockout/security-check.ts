import { createHash, randomInt } from 'node:crypto';
import { type Challenge, createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';

/** Seconds in which a challenge is to be solved and sent back. */
const LIFE = 300;

/** Seconds that a passed check waits for its attempt. */
const PASS_LIFE = 600;

/**
 * Rounds of PBKDF2 in one try. With plain SHA-256 a browser spends its time on the call and not on the hash (on
 * one machine 50,000 hashes a second; with 500 rounds a call it is a million), and an attacker's own program
 * would be that much faster than the people it competes with.
 */
const ROUNDS = 500;

/** The counter is 32 bits wide. */
const MOST_TRIES = 2 ** 30;

/** Characters; a real one has about 700. */
const LONGEST_PAYLOAD = 4096;

const Payload = z.object({
  challenge: z.object({
    parameters: z.strictObject({
      algorithm: z.string(),
      cost: z.number(),
      data: z.strictObject({ binding: z.string(), expires: z.number() }),
      keyLength: z.number(),
      keyPrefix: z.string(),
      nonce: z.string(),
      salt: z.string(),
    }),
    signature: z.string(),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string() }),
});

type Payload = z.infer<typeof Payload>;

/** Expiry and first use in one step, on the store's clock: a replica's own clock decides nothing. */
const SPEND = script(`
local left = tonumber(ARGV[1]) - tonumber(redis.call('TIME')[1])
if left <= 0 then return 0 end
return redis.call('SET', KEYS[1], '1', 'NX', 'EX', left) and 1 or 0`);

/**
 * The security check: a proof of work that the browser does (ALTCHA, self-hosted), so that guessing costs time
 * and nobody has to read or click pictures. Challenges are signed, not stored; only that one was redeemed is.
 * All methods throw AppError('store-away').
 */
export class SecurityCheck {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #secrets: readonly string[];
  readonly #signsWith: string;

  /**
   * @param secrets derived for this purpose alone; the first signs, all verify
   * @throws TypeError without a secret
   */
  constructor(redis: RedisStore, keys: RedisKeys, secrets: readonly Buffer[]) {
    const [current] = secrets;
    if (!current) throw new TypeError('SecurityCheck needs a secret');
    this.#signsWith = current.toString('base64');
    this.#redis = redis;
    this.#keys = keys;
    this.#secrets = secrets.map((secret) => secret.toString('base64'));
  }

  /**
   * A challenge for the page, good for 5 minutes and for this binding alone.
   * @param binding what it is solved for, such as an interaction's uid; not readable in the challenge
   * @param work hash rounds that a solver does on average, at least 500; never more than twice as many
   */
  async challenge(binding: string, work: number): Promise<Challenge> {
    const expires = Math.floor(await this.#redis.time()) + LIFE;
    const tries = Math.min(Math.max(1, Math.round(work / ROUNDS)), MOST_TRIES);
    return createChallenge({
      algorithm: 'PBKDF2/SHA-256',
      cost: ROUNDS,
      // Drawn evenly, so that giving up a long search for a new challenge gains nothing. A search for a prefix
      // of zeros could only be made harder sixteenfold, and would now and then take a person many times longer.
      counter: randomInt(2 * tries),
      // Not altcha's `expiresAt`: its widget compares that with the person's clock, which may be wrong by hours,
      // and its server half with this replica's.
      data: { binding: hash(binding), expires },
      deriveKey,
      hmacSignatureSecret: this.#signsWith,
    });
  }

  /**
   * Whether `payload`, what the widget sent, solves a challenge made for `binding`. True once: of any number of
   * parallel calls, on any replica, one. Anything else that is sent is false.
   */
  async redeem(binding: string, payload: string): Promise<boolean> {
    const sent = parse(payload);
    if (!sent || !(await this.#isSolved(sent))) return false;
    const { parameters, signature } = sent.challenge;
    if (parameters.data.binding !== hash(binding)) return false;
    const key = this.#keys.securityCheckSpent(signature);
    return (await this.#redis.run(SPEND, [key], [parameters.data.expires])) === 1;
  }

  /** Notes, for 10 minutes, that one attempt for this subject (a folded user ID) may be made. */
  async pass(binding: string, subject: string): Promise<void> {
    await this.#redis.set(this.#pass(binding, subject), '1', PASS_LIFE);
  }

  /** Takes the one attempt; of any number of parallel calls one gets it. False where there is none. */
  async takePass(binding: string, subject: string): Promise<boolean> {
    return (await this.#redis.command('GETDEL', this.#pass(binding, subject))) !== null;
  }

  #pass(binding: string, subject: string): string {
    return this.#keys.securityCheckPass(hash(JSON.stringify([binding, subject])));
  }

  /** The signature is checked before anything is computed from what was sent. */
  async #isSolved({ challenge, solution }: Payload): Promise<boolean> {
    for (const hmacSignatureSecret of this.#secrets) {
      const options = { challenge, solution, deriveKey, hmacSignatureSecret };
      if ((await verifySolution(options)).verified) return true;
    }
    return false;
  }
}

/** What the widget sends: JSON in Base64. Undefined for anything else. */
function parse(payload: string): Payload | undefined {
  if (payload.length > LONGEST_PAYLOAD) return undefined;
  try {
    return Payload.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
