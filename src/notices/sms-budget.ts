import type { Note, ReasonOf } from '../audit-events.ts';
import { phoneNumbers } from '../http/phone-numbers.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { masked } from './kinds.ts';

/** What the budgets of SMS are counted by. */
export interface SmsFacts {
  readonly number: string;
  readonly account?: string | null | undefined;
  readonly address?: string | undefined;
  readonly alarm: boolean;
}

export interface SmsBudgetDependencies {
  readonly redis: Pick<RedisStore, 'run' | 'hash'>;
  readonly keys: Pick<RedisKeys, 'smsBudget'>;
  readonly settings: {
    /** ISO 3166. */
    readonly countries: readonly string[];
    readonly per_account: number;
    readonly per_number: number;
    readonly per_address: number;
    readonly per_prefix: number;
    readonly per_day: number;
  };
  /** Notes in the audit log that something is used up; once for each thing in its day. */
  readonly note: Note;
}

/** s; a thing's day begins with its first message, by Redis's clock. */
const DAY = 24 * 3600;
/** What all messages of a day are counted under. */
const EVERYTHING = 'day:all';
/** Digits that a range of numbers leaves open: pumping goes through ranges that the attacker is paid for. */
const RANGE = 4;
/** Types of number that cost extra, or that are no person's phone. */
const REFUSED_TYPES: ReadonlySet<string | undefined> = new Set([
  ...['PREMIUM_RATE', 'SHARED_COST', 'TOLL_FREE', 'UAN', 'PAGER', 'VOICEMAIL'],
]);

/**
 * Takes one of each budget, or none when any of them is used up; then says which, and whether it is the first
 * time. One script, so that of any number at once exactly as many pass as are left.
 * ARGV: seconds of a day, 1 to take or 0 to ask, then a limit for each key.
 */
const TAKE = script(`
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'sent') or '0') >= tonumber(ARGV[i + 2]) then
    if ARGV[2] == '0' then return {i, 0} end
    local first = redis.call('HSETNX', key, 'said', '1')
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, ARGV[1]) end
    return {i, first}
  end
end
if ARGV[2] == '1' then
  for _, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, 'sent', 1)
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, ARGV[1]) end
  end
end
return {0, 0}`);

interface Counter {
  readonly spent: ReasonOf<'notice.withheld'>;
  readonly key: string;
  readonly limit: number;
}

/**
 * What SMS may cost. Counted in Redis, for all replicas together; with Redis away nothing is sent.
 * [ASVS 6.6.3]
 */
export class SmsBudget {
  readonly #deps: SmsBudgetDependencies;

  constructor(deps: SmsBudgetDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts an SMS before it is sent.
   * @returns why it must not be sent; undefined when it may
   * @throws AppError('store-away')
   */
  async take(sms: SmsFacts): Promise<string | undefined> {
    const wrong = this.#wrongNumber(sms.number);
    if (wrong) return wrong;
    const { counter, first } = await this.#run(sms, true);
    if (!counter) return undefined;
    const { spent: reason } = counter;
    const { number } = sms;
    const account = sms.account ?? undefined;
    const after = { channel: 'sms', to: masked('sms', number) };
    if (first)
      await this.#deps.note({ event: 'notice.withheld', outcome: 'failure', reason, account, after }, {});
    return reason;
  }

  /** Whether `take` would let an SMS pass now; counts nothing. @throws AppError('store-away') */
  async allows(sms: SmsFacts): Promise<boolean> {
    if (this.#wrongNumber(sms.number)) return false;
    return (await this.#run(sms, false)).counter === undefined;
  }

  /** What went out today, and what may. @throws AppError('store-away') */
  async today(): Promise<{ sent: number; limit: number }> {
    const { redis, keys, settings } = this.#deps;
    const sent = (await redis.hash(keys.smsBudget(EVERYTHING))).get('sent');
    return { sent: Number(sent ?? 0), limit: settings.per_day };
  }

  /** Only numbers exactly as they are dialled, of a country on the list, that ring a phone. */
  #wrongNumber(number: string): string | undefined {
    const parsed = phoneNumbers().parsePhoneNumberFromString(number);
    if (!parsed?.isValid() || parsed.number !== number) return 'number-wrong';
    const { countries } = this.#deps.settings;
    if (!parsed.country || !countries.includes(parsed.country)) return 'country-not-allowed';
    return REFUSED_TYPES.has(parsed.getType()) ? 'number-not-mobile' : undefined;
  }

  async #run(sms: SmsFacts, take: boolean): Promise<{ counter: Counter | undefined; first: boolean }> {
    const counters = this.#counters(sms);
    const keys = counters.map(({ key }) => key);
    const limits = counters.map(({ limit }) => limit);
    const reply = await this.#deps.redis.run(TAKE, keys, [DAY, take ? 1 : 0, ...limits]);
    const [index, first] = reply as [number, number];
    return { counter: counters[index - 1], first: first === 1 };
  }

  #counters({ number, account, address, alarm }: SmsFacts): Counter[] {
    const { keys, settings } = this.#deps;
    const kind = alarm ? 'alarm' : 'code';
    const counter = (
      name: 'account' | 'number' | 'address' | 'prefix',
      what: string,
      limit: number,
    ): Counter => ({
      spent: `over-budget-${name}`,
      limit,
      key: keys.smsBudget(`${name}:${what}`),
    });
    return [
      ...(account ? [counter('account', `${kind}:${account}`, settings.per_account)] : []),
      counter('number', `${kind}:${number}`, settings.per_number),
      ...(address ? [counter('address', network(address), settings.per_address)] : []),
      counter('prefix', number.slice(0, -RANGE), settings.per_prefix),
      { spent: 'over-budget-day', limit: settings.per_day, key: keys.smsBudget(EVERYTHING) },
    ];
  }
}

/** An IPv6 host has a whole /64 to choose its address from. */
function network(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
