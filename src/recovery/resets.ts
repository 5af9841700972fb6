import { createHmac, timingSafeEqual } from 'node:crypto';
import { LinkCookie } from '../http/link-cookie.ts';
import { newCode } from '../http/six-digits.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import { hashToken, isToken, newToken } from '../passwords/reset-links.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type ReadRecord, RedisRecord, type Seals } from '../redis/record.ts';
import { type RedisStore, script } from '../redis/store.ts';

/** A reset of a password in progress, of one browser. */
export interface Reset {
  /** As it was typed, whether or not anybody has it. */
  readonly userId: string;
  readonly channel: NoticeChannel;
  /** When it began, epoch ms by PostgreSQL's clock: what was revoked since ends it. */
  readonly begunAt: number;
  /** Whose password it is, and what proved that. */
  readonly proved?: { readonly account: string; readonly by: 'code' | 'link' };
  readonly factor?: 'totp' | 'recovery-code';
}

/** A reset as it was read; `seen` is what it is compared with when it is changed. */
export interface ReadReset extends Pick<ReadRecord<Reset>, 'seen'> {
  readonly id: string;
  readonly reset: Reset;
}

/** What a code is compared with. */
export interface SentCode {
  readonly mac: string;
  /** The account to which it was sent; undefined when to nobody: then no code is right. */
  readonly account: string | undefined;
}

export interface ResetsDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly seals: Seals;
  /** 32 bytes: six digits without a key are found by trying. */
  readonly secret: Buffer;
  /** s; `link_life` is also how long a reset may pause. */
  readonly settings: { readonly code_life: number; readonly link_life: number; readonly resend_wait: number };
}

const REPLACE = script(`
local before = redis.call('GET', KEYS[1])
if before then
  redis.call('SADD', KEYS[2], before)
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])`);

/** As long as a reset can take at most, ms. */
const COOKIE_LIFE = 24 * 3600 * 1000;

/** Which reset a browser has under way: a secret that proves things. */
export function resetCookie(secure: boolean): LinkCookie {
  return new LinkCookie({ name: 'recovery', path: '/recover', life: COOKIE_LIFE, secure, isToken });
}

/**
 * Resets in progress, in Redis, sealed: people type passwords where the user ID belongs. Changes are
 * compare-and-set, so that of two posts at once one counts. All methods throw AppError('store-away').
 */
export class Resets {
  readonly #deps: ResetsDependencies;
  readonly #records: RedisRecord<Reset>;

  constructor(deps: ResetsDependencies) {
    const { redis, keys, seals, settings } = deps;
    this.#deps = deps;
    const sealed = { seals, as: 'reset' };
    this.#records = new RedisRecord(redis, { key: (id) => keys.reset(id), life: settings.link_life, sealed });
  }

  /** Begins a reset; the token of its browser, 43 characters, of which only a hash is kept. */
  async begin(reset: Reset): Promise<{ token: string; id: string }> {
    const token = newToken();
    const id = hashToken(token);
    await this.#records.put(id, reset);
    return { token, id };
  }

  async read(token: string): Promise<ReadReset | undefined> {
    const id = hashToken(token);
    const read = await this.#records.read(id);
    return read && { id, seen: read.seen, reset: read.value };
  }

  /** True when nobody changed it since it was read; else the caller looks at the reset again. */
  write({ id, seen }: ReadReset, reset: Reset): Promise<boolean> {
    return this.#records.replace(id, seen, reset);
  }

  async forget({ id }: ReadReset): Promise<void> {
    const { redis, keys } = this.#deps;
    const rest = [keys.resetSentTo(id), keys.resetWait(id), keys.resetEarlierCodes(id)];
    await redis.command('DEL', keys.reset(id), keys.resetCode(id), ...rest);
  }

  /** Begins the wait for the next code. Of parallel calls one is true; none is before the wait is over. */
  async mayMakeCode(id: string): Promise<boolean> {
    const { redis, keys, settings } = this.#deps;
    return redis.setOnce(keys.resetWait(id), '1', settings.resend_wait);
  }

  /** Makes a code, instead of an earlier one; for nobody too, so that it costs the same. */
  async makeCode(id: string): Promise<string> {
    const { redis, keys, settings } = this.#deps;
    const code = newCode();
    const { code_life: life, link_life } = settings;
    const names = [keys.resetCode(id), keys.resetEarlierCodes(id)];
    await redis.run(REPLACE, names, [this.#mac(id, code), Math.ceil(life), Math.ceil(link_life)]);
    return code;
  }

  /** Whether these digits are those of an earlier message: right once, and taken no more. */
  async isEarlierCode(id: string, digits: string): Promise<boolean> {
    const { redis, keys } = this.#deps;
    return (await redis.command('SISMEMBER', keys.resetEarlierCodes(id), this.#mac(id, digits))) === 1;
  }

  /** Seconds until another code may be made, by Redis's clock. */
  async wait(id: string): Promise<number> {
    const left = Number(await this.#deps.redis.command('PTTL', this.#deps.keys.resetWait(id)));
    return Math.max(0, Math.ceil(left / 1000));
  }

  /** Notes that this account is being sent the code. */
  async sendingTo(id: string, account: string): Promise<void> {
    const { redis, keys, settings } = this.#deps;
    await redis.set(keys.resetSentTo(id), account, settings.link_life);
  }

  /** Undefined when the code has expired. */
  async sentCode(id: string): Promise<SentCode | undefined> {
    const { redis, keys } = this.#deps;
    const [mac, account] = await Promise.all([
      redis.get(keys.resetCode(id)),
      redis.get(keys.resetSentTo(id)),
    ]);
    return mac === null ? undefined : { mac, account: account ?? undefined };
  }

  /** Whose code this is; undefined when it is wrong. The same work even if it was sent to nobody. */
  accountOf(id: string, { mac, account }: SentCode, digits: string): string | undefined {
    const matches = timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(id, digits)));
    return matches ? account : undefined;
  }

  #mac(id: string, code: string): string {
    return createHmac('sha256', this.#deps.secret).update(`${id}\0${code}`).digest('base64url');
  }
}
