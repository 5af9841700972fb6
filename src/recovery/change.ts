import type { Recorder } from '../accounts/changes.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { Guard } from '../lockout/guard.ts';
import { ACTORS } from '../names.ts';
import type { NoticeChannel, NoticeWords, Person } from '../notices/kinds.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Origin } from '../sessions/ledger.ts';
import type { Append } from './events.ts';
import type { ReadReset, Reset } from './resets.ts';
import { stands } from './visit.ts';

interface Account extends Person {
  readonly userId: string;
  readonly status: string;
  readonly zoneinfo: string | null;
  readonly sessionsNotBefore: Date | null;
}

export interface ChangeParts {
  readonly db: Database;
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
  readonly sessions: {
    endAllOf(account: string, end: { reason: 'password-changed'; by: string; origin: Origin }): Promise<void>;
  };
  readonly guard: Pick<Guard, 'lift' | 'open'>;
  readonly fold: (userId: string) => string;
  readonly append: Append;
  readonly recorder: (ctx: Context) => Recorder;
}

/** Stores the new password of a reset, and ends all that was open or locked with the old one. */
export class Change {
  readonly #parts: ChangeParts;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /**
   * False when the account may not be reset any more by this reset: disabled, or another reset was quicker. The
   * account's row decides: it is locked, and what the winner writes there is later than any reset under way. So
   * one wins, on whatever replica, also after a Redis that forgot.
   * @throws AppError('store-away')
   */
  async make(ctx: Context, { reset }: ReadReset, hash: string, app: string | undefined): Promise<boolean> {
    const account = await this.#parts.db
      .transaction()
      .execute((tx) => this.#store(tx, ctx, reset, hash, app));
    if (!account) return false;
    try {
      await this.#endWhatWas(ctx, account);
    } catch (err) {
      // It is changed, and what was open is dead by the account's row: an error page would say otherwise.
      ctx.state.log.warn({ err }, 'a reset has not told all apps yet; the sweep of sessions will');
    }
    return true;
  }

  async #endWhatWas(ctx: Context, { sub, userId }: Account): Promise<void> {
    const { sessions, guard, fold } = this.#parts;
    const origin = originOf(ctx);
    await sessions.endAllOf(sub, { reason: 'password-changed', by: sub, origin });
    await guard.lift(fold(userId), ACTORS.recovery, origin, sub);
  }

  async #store(
    tx: Transaction,
    ctx: Context,
    { proved, channel, begunAt }: Reset,
    hash: string,
    app: string | undefined,
  ): Promise<Account | undefined> {
    const { accounts, notices, guard, fold, append, recorder } = this.#parts;
    const account = proved && (await accounts.findLocked(tx, proved.account));
    if (!account || !stands(account, begunAt)) return undefined;
    const { sub, zoneinfo } = account;
    if (proved.by === 'link') {
      // Only now: opening a link is what mail scanners do, too.
      const event = { event: 'recovery.proved', outcome: 'success', reason: 'link', account: sub } as const;
      await append(tx, { ...event, ...(app === undefined ? {} : { app }) }, originOf(ctx));
    }
    const at = await accounts.setPassword(tx, sub, hash, { reason: 'reset' }, recorder(ctx));
    // With the password, not after it: what is shut stays so until this alone, whatever Redis does meanwhile.
    const by = { actor: ACTORS.recovery, account: sub, origin: originOf(ctx) };
    await guard.open(tx, fold(account.userId), by);
    const values = { at: at.toISOString(), ...(zoneinfo === null ? {} : { zone: zoneinfo }) };
    await notices.alarm(tx, account, { kind: 'password-changed', values }, { used: channel });
    return account;
  }
}
