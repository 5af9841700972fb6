import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ContactChanges } from '../accounts/contact-changes.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Origin } from '../http/origin.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Log } from '../log.ts';
import { ACTORS } from '../names.ts';
import type { Notices } from '../notices/notices.ts';
import type { Transaction } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface ResetPasswordDependencies {
  readonly accounts: Pick<Accounts, 'findLocked' | 'setPassword'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly contacts: Pick<ContactChanges, 'prove'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  readonly limiter: Pick<AttemptLimiter, 'open' | 'lift' | 'locksOf'>;
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
  readonly log: Log;
}

/** Who proved to be whom, and how. */
export interface ProvedReset {
  readonly account: string;
  readonly by: 'code' | 'link';
  /** The one that the message went to. */
  readonly channel: NoticeChannel;
  /** When the reset was asked for, epoch ms by PostgreSQL's clock. */
  readonly begunAt: number;
  readonly app: string | undefined;
}

/** Whose locks a reset ends. */
interface Unlock {
  /** A folded user ID. */
  readonly subject: string;
  readonly account: string;
  /** When the password was reset, epoch ms by PostgreSQL's clock. */
  readonly at: number;
}

const UNLOCKS = 'recovery-unlock';
/** s after which locks that could not be ended at once are ended by a job. */
const LATER = 5;

/** Whether an account may be reset by what began then (epoch ms): active, and nothing revoked since. */
export function mayBeReset(account: Pick<Account, 'status' | 'sessionsNotBefore'>, begunAt: number): boolean {
  return account.status === 'active' && (account.sessionsNotBefore?.getTime() ?? 0) <= begunAt;
}

/** A forgotten password is replaced, and everything ends that was open or locked with the old one. */
export class ResetPassword {
  readonly #deps: ResetPasswordDependencies;

  constructor(deps: ResetPasswordDependencies) {
    this.#deps = deps;
  }

  /**
   * False when this reset may not change the account any more: disabled, or another reset was quicker. The account's
   * row decides: it is locked, and what the winner writes there is later than any reset under way. So one wins, on
   * any replica, also after a Redis that forgot.
   * @throws AppError('store-away')
   */
  async reset(proved: ProvedReset, hash: string, origin: Origin): Promise<boolean> {
    const { sessions, log } = this.#deps;
    const unlock = await sessions.changing(async (tx, end) => {
      const stored = await this.#store(tx, proved, hash, origin);
      if (!stored) return undefined;
      await end(stored.account, { reason: 'password-changed', by: stored.account, origin });
      return stored;
    });
    if (!unlock) return false;
    // The password is reset by now, and an error page would say otherwise. [rule 40]
    await this.#endLocks(unlock, origin).catch((err: unknown) =>
      log.warn({ err }, 'a reset has not ended all locks yet; its job will'),
    );
    return true;
  }

  async #store(
    tx: Transaction,
    { account: whose, by, channel, begunAt, app }: ProvedReset,
    hash: string,
    origin: Origin,
  ): Promise<Unlock | undefined> {
    const { accounts, contacts, devices, notices, limiter, jobs, trail } = this.#deps;
    const record = trail.recorder(origin);
    const account = await accounts.findLocked(tx, whose);
    if (!account || !mayBeReset(account, begunAt)) return undefined;
    const { sub, zoneinfo } = account;
    const subject = foldUserId(account.userId);
    // A link is not proved when it is opened, which mail scanners do, but now.
    const proved = {
      event: 'recovery.proved',
      outcome: 'success',
      reason: 'link',
      account: sub,
      app,
    } as const;
    if (by === 'link') await record(tx, proved);
    const moment = await accounts.setPassword(tx, sub, hash, { reason: 'reset' }, record);
    // In this transaction: a secret that is shut is opened by nothing else, and Redis may be away afterwards.
    await limiter.open(tx, subject, { actor: ACTORS.recovery, account: sub, origin });
    // A thief who had the password may have had a browser remembered, too.
    await devices.forgetAllWithin(tx, sub, record);
    // The message went to the address on file, and came back from there.
    await contacts.prove(tx, sub, { channel, since: begunAt }, record);
    const values = { at: moment.toISOString(), zone: zoneinfo ?? undefined };
    await notices.alarm(tx, account, { kind: 'password-changed', values }, { used: channel });
    const unlock = { subject, account: sub, at: moment.getTime() };
    await jobs.enqueue(tx, UNLOCKS, unlock, { startAfter: LATER });
    return unlock;
  }

  async #endLocks({ subject, account }: Unlock, origin: Origin): Promise<void> {
    await this.#deps.limiter.lift(subject, ACTORS.recovery, origin, account);
  }

  /** Begins to end the locks that could not be ended at once. */
  async work(): Promise<void> {
    const { jobs, limiter } = this.#deps;
    await jobs.work<Unlock>(UNLOCKS, async (unlock) => {
      const locks = await limiter.locksOf(unlock.subject);
      // A lock that began since is a guesser's at the new password.
      const mine = locks.length > 0 && locks.every(({ beganAt }) => beganAt.getTime() <= unlock.at);
      if (mine) await this.#endLocks(unlock, {});
    });
  }
}
