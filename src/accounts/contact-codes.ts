import { createHash, timingSafeEqual } from 'node:crypto';
import { digitsOf, newCode } from '../http/six-digits.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type ReadRecord, RedisRecord, type Seals } from '../redis/record.ts';
import { type RedisStore, script } from '../redis/store.ts';

export interface ContactCodesDependencies {
  readonly redis: Pick<RedisStore, 'get' | 'set' | 'claim' | 'run' | 'time' | 'delete'>;
  readonly keys: Pick<RedisKeys, 'contactCode' | 'contactCodesSent'>;
  readonly seals: Seals;
  /** s that a code is good for. */
  readonly life: number;
}

/** An address that waits for its code. */
export interface PendingContact {
  readonly channel: NoticeChannel;
  readonly to: string;
}

interface Kept extends PendingContact {
  readonly code: string;
  /** Those of earlier messages, which are taken no more. */
  readonly earlier?: readonly string[];
  /** Epoch s on Redis's clock. */
  readonly sentAt: number;
}

/** `sent`: the code, to be sent now; `wait`: one went there a moment ago; `many`: enough for this hour. */
export type Begun = { readonly code: string } | 'wait' | 'many';
export type CodeChecked = 'wrong' | 'gone' | PendingContact;

/** s before the same address is sent another code. */
const RESEND_WAIT = 60;
/** Codes that an account may have sent in an hour: other people's mailboxes are not to be filled. */
const MOST = 10;
const HOUR = 3600;
const DIGITS = 6;

const COUNT = script(`
local sent = redis.call('INCR', KEYS[1])
if sent == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return sent`);

/**
 * The codes that prove a new address. An `owner` (a session's uid) has one going for an account at a time. The
 * caller counts guesses: a new code gives no fresh ones. All methods throw AppError('store-away').
 */
export class ContactCodes {
  readonly #deps: ContactCodesDependencies;
  readonly #records: RedisRecord<Kept>;

  constructor(deps: ContactCodesDependencies) {
    this.#deps = deps;
    const { redis, keys, seals, life } = deps;
    this.#records = new RedisRecord(redis, {
      key: (id) => keys.contactCode(id),
      life,
      sealed: { seals, as: 'contact-code' },
    });
  }

  /** A new code for an address; the one before is dead. */
  async begin(owner: string, account: string, { channel, to }: PendingContact): Promise<Begun> {
    const { redis, keys } = this.#deps;
    const now = await redis.time();
    const before = await this.#read(owner, account);
    if (before?.value.to === to && now - before.value.sentAt < RESEND_WAIT) return 'wait';
    if (Number(await redis.run(COUNT, [keys.contactCodesSent(account)], [HOUR])) > MOST) return 'many';
    const code = newCode();
    const earlier = before ? [...(before.value.earlier ?? []), before.value.code] : [];
    await this.#records.put(ownerHash(owner, account), { channel, to, code, earlier, sentAt: now });
    return { code };
  }

  /**
   * The address that waits; undefined when none does, or its code has expired.
   * @returns wait: s until it may be sent another one
   */
  async pending(owner: string, account: string): Promise<(PendingContact & { wait: number }) | undefined> {
    const kept = (await this.#read(owner, account))?.value;
    if (!kept) return undefined;
    const since = (await this.#deps.redis.time()) - kept.sentAt;
    return { channel: kept.channel, to: kept.to, wait: Math.max(0, Math.ceil(RESEND_WAIT - since)) };
  }

  /** Why a text cannot be a code at all; undefined when it could be one. */
  fault(typed: string): 'missing' | 'too-short' | undefined {
    const digits = digitsOf(typed);
    if (!digits) return 'missing';
    return /^\d+$/.test(digits) && digits.length < DIGITS ? 'too-short' : undefined;
  }

  /** The address waits no longer. */
  async forget(owner: string, account: string): Promise<void> {
    await this.#records.forget(ownerHash(owner, account));
  }

  /** The address, if the code is its own, once: of any number of parallel calls one gets it. */
  async check(owner: string, account: string, typed: string): Promise<CodeChecked> {
    const found = await this.#read(owner, account);
    // Counted as a guess, so that waiting for the expiry gives no free ones.
    if (!found) return 'wrong';
    const { value: kept, seen } = found;
    if (!same(kept.code, digitsOf(typed))) return 'wrong';
    const won = await this.#records.take(ownerHash(owner, account), seen);
    return won ? { channel: kept.channel, to: kept.to } : 'gone';
  }

  /** Whether a code is that of an earlier message: right once, and taken no more. */
  async isEarlier(owner: string, account: string, typed: string): Promise<boolean> {
    const kept = (await this.#read(owner, account))?.value;
    return kept?.earlier?.some((code) => same(code, digitsOf(typed))) ?? false;
  }

  #read(owner: string, account: string): Promise<ReadRecord<Kept> | undefined> {
    return this.#records.read(ownerHash(owner, account));
  }
}

function ownerHash(owner: string, account: string): string {
  return createHash('sha256').update(`${owner}\0${account}`).digest('base64url');
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
