import type { ContactChanges } from '../accounts/contact-changes.ts';
import type { Append, Recorder } from '../audit-events.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import { ACTORS } from '../names.ts';
import type { NoticeChannel, NoticeWords, Person } from '../notices/kinds.ts';
import type { Transaction } from '../postgres/database.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ReadReset, Reset } from './resets.ts';
import type { Unlocks } from './unlocks.ts';
import { stands } from './visit.ts';

interface Account extends Person {
  readonly userId: string;
  readonly status: string;
  readonly zoneinfo: string | null;
  readonly sessionsNotBefore: Date | null;
}

export interface ChangeDependencies {
  readonly accounts: {
    findLocked(tx: Transaction, sub: string): Promise<Account | undefined>;
    setPassword(
      tx: Transaction,
      sub: string,
      hash: string,
      why: { reason: 'reset' },
      record: Recorder,
    ): Promise<Date>;
  };
  readonly notices: {
    alarm(tx: Transaction, person: Person, words: NoticeWords, how: { used: NoticeChannel }): Promise<void>;
  };
  readonly contacts: Pick<ContactChanges, 'prove'>;
  /** Whoever had the password may have had a browser remembered, too. */
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  readonly unlocks: Pick<Unlocks, 'order' | 'now'>;
  readonly limiter: Pick<AttemptLimiter, 'open'>;
  readonly fold: (userId: string) => string;
  readonly append: Append;
  readonly recorder: (ctx: Context) => Recorder;
}

interface Changing {
  readonly tx: Transaction;
  readonly end: Parameters<Parameters<Sessions['changing']>[0]>[1];
}

/** Stores the new password of a reset, and ends all that was open or locked with the old one. */
export class Change {
  readonly #deps: ChangeDependencies;

  constructor(deps: ChangeDependencies) {
    this.#deps = deps;
  }

  /**
   * False when the account may not be reset any more by this reset: disabled, or another reset was quicker. The
   * account's row decides: it is locked, and what the winner writes there is later than any reset under way. So
   * one wins, on whatever replica, also after a Redis that forgot.
   * @throws AppError('store-away')
   */
  async make(ctx: Context, { reset }: ReadReset, hash: string, app: string | undefined): Promise<boolean> {
    const { sessions, unlocks } = this.#deps;
    const unlock = await sessions.changing((tx, end) => this.#store({ tx, end }, ctx, reset, hash, app));
    if (!unlock) return false;
    await unlocks.now(unlock, originOf(ctx));
    return true;
  }

  async #store(
    { tx, end }: Changing,
    ctx: Context,
    { proved, channel, begunAt }: Reset,
    hash: string,
    app: string | undefined,
  ): Promise<Parameters<Unlocks['order']>[1] | undefined> {
    const { accounts, contacts, devices, notices, limiter, append, recorder, unlocks, fold } = this.#deps;
    const account = proved && (await accounts.findLocked(tx, proved.account));
    if (!account || !stands(account, begunAt)) return undefined;
    const { sub, userId, zoneinfo } = account;
    if (proved.by === 'link') {
      // Only now: opening a link is what mail scanners do, too.
      const event = { event: 'recovery.proved', outcome: 'success', reason: 'link', account: sub } as const;
      await append(tx, { ...event, ...(app === undefined ? {} : { app }) }, originOf(ctx));
    }
    const at = await accounts.setPassword(tx, sub, hash, { reason: 'reset' }, recorder(ctx));
    // With the password, not after it: what is shut stays so until this alone, whatever Redis does meanwhile.
    const by = { actor: ACTORS.recovery, account: sub, origin: originOf(ctx) };
    await limiter.open(tx, fold(userId), by);
    await devices.forgetAllWithin(tx, sub, recorder(ctx));
    // The message went to the address on file, and came back from there.
    await contacts.prove(tx, sub, { channel, since: begunAt }, recorder(ctx));
    const values = { at: at.toISOString(), ...(zoneinfo === null ? {} : { zone: zoneinfo }) };
    await notices.alarm(tx, account, { kind: 'password-changed', values }, { used: channel });
    await end(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });
    const unlock = { subject: fold(userId), account: sub, at: at.getTime() };
    await unlocks.order(tx, unlock);
    return unlock;
  }
}
