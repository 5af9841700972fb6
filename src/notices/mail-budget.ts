import { createHash } from 'node:crypto';
import type { Note } from '../audit-events.ts';
import { foldAscii, withAsciiDomain } from '../http/mail-address.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';
import type { NoticeKind } from './kinds.ts';
import { isAlarm, masked } from './kinds.ts';

/** A mail that may be about to go. */
export interface MailFacts {
  readonly to: string;
  readonly kind: NoticeKind;
  /** A sub. */
  readonly account?: string | undefined;
  /** Asked for on a device that its owner has signed in on: what strangers spend is not the owner's. */
  readonly own?: boolean | undefined;
}

export interface MailBudgetDependencies {
  readonly redis: Pick<RedisStore, 'run'>;
  readonly keys: Pick<RedisKeys, 'mailBudget'>;
  readonly settings: {
    /** Mails at once. */
    readonly per_recipient: number;
    /** s until one more. */
    readonly refill: number;
  };
  /** Notes in the audit log that a mailbox gets no more for now; once until it gets one again. */
  readonly note: Note;
}

/**
 * So many at once, then one each `refill` seconds; a clock that runs ahead of Redis's by `refill` for each mail says
 * how many are left. ARGV: seconds until one more, how many at once.
 * Answers 1 for a mail that may go, 0 for the first that may not, else -1.
 */
const TAKE = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local refill = tonumber(ARGV[1])
local full = math.max(now, tonumber(redis.call('HGET', KEYS[1], 'full') or '0'))
if full - now > refill * (tonumber(ARGV[2]) - 1) then
  return redis.call('HSETNX', KEYS[1], 'said', '1') - 1
end
redis.call('HSET', KEYS[1], 'full', string.format('%.6f', full + refill))
redis.call('HDEL', KEYS[1], 'said')
redis.call('EXPIRE', KEYS[1], math.ceil(full + refill - now))
return 1`);

/**
 * Limits what a mailbox is sent at other people's request: invitations, codes, links, notices of locks. Mail that
 * tells its owner of what happened to the account is never counted. [rule 37]
 */
export class MailBudget {
  readonly #deps: MailBudgetDependencies;

  constructor(deps: MailBudgetDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts a mail before it, and what it makes (a link, a code), is made.
   * @returns whether it may go
   * @throws AppError('store-away')
   */
  async take({ to, kind, account, own = false }: MailFacts): Promise<boolean> {
    if (isAlarm(kind) && kind !== 'account-locked') return true;
    const { redis, keys, settings, note } = this.#deps;
    // Locks count separately: an attacker who requests codes must not silence the notices of guesses.
    const use = own ? 'own' : kind === 'account-locked' ? 'locks' : 'asked';
    const key = keys.mailBudget(use, nameOf(to));
    const answer = Number(await redis.run(TAKE, [key], [settings.refill, settings.per_recipient]));
    if (answer === 0) {
      const after = { channel: 'email', to: masked('email', to) };
      const reason = 'over-budget-recipient';
      await note({ event: 'notice.withheld', outcome: 'failure', reason, account, after }, {});
    }
    return answer === 1;
  }
}

/** One mailbox, however its address is written; hashed to keep addresses out of Redis. */
function nameOf(to: string): string {
  const recipient = foldAscii(withAsciiDomain(to));
  return createHash('sha256').update(`vestibule mail\0${recipient}`).digest('base64url');
}
