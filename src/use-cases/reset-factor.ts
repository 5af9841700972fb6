import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { removeAuthenticators } from '../factors/authenticators.ts';
import { discardCodes } from '../factors/recovery-codes.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import { APPROVERS, handleCase } from '../help-desk/case.ts';
import { ResetRefused, recordingRefusals } from '../help-desk/refusals.ts';
import { giveUp } from '../help-desk/reset-ends.ts';
import {
  accountsToSettle,
  endReset,
  lockPerson,
  noteTold,
  type Person,
  type RunningReset,
  runningReset,
  untold,
} from '../help-desk/reset-store.ts';
import type { Origin } from '../http/origin.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Log } from '../log.ts';
import { storeMoment } from '../moments.ts';
import { ACTORS } from '../names.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface ResetFactorDependencies {
  readonly db: Database;
  readonly accounts: Pick<Accounts, 'revokeSessions'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly limiter: Pick<AttemptLimiter, 'open'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly sessions: Pick<Sessions, 'endAllOf'>;
  readonly trail: Pick<AuditTrail, 'append' | 'recorder'>;
  readonly log: Log;
}

const SWEEP_BATCH = 100;
/** s that a process which did a reset is given to end its sessions, before the sweep does. */
const YOUNG = 10;
/** Counters of wrong codes that begin anew: they counted guesses at a factor that is gone. */
const CODES = ['totp', 'recovery-code', 'support-code'] as const;

/**
 * Resets a second factor that the help desk asked for: when a second person approves it, or when its hold is over.
 * The change and the end of everything that the factor let in commit together; sessions are closed and apps told
 * after the commit, by the sweep where that fails.
 */
export class ResetFactor {
  readonly #deps: ResetFactorDependencies;

  constructor(deps: ResetFactorDependencies) {
    this.#deps = deps;
  }

  /**
   * Does at once what a colleague asked for.
   * @param by a sub
   * @returns whether its apps were told too; otherwise the sweep does it
   * @throws ResetRefused; AppError('store-away')
   */
  async approve(account: string, { by }: { by: string }, origin: Origin): Promise<{ told: boolean }> {
    const { db, trail } = this.#deps;
    const request = { act: 'reset-approval', account, by } as const;
    const id = await recordingRefusals(this.#deps, request, origin, () =>
      handleCase(db, { account, by, roles: APPROVERS }, async ({ tx, person, running }) => {
        if (running?.state !== 'held' || running.over) throw new ResetRefused('nothing-held');
        if (running.startedBy === by) throw new ResetRefused('second-person');
        const event = { event: 'factor-reset.approved', outcome: 'success' } as const;
        await trail.append(tx, { ...event, account, actor: by, after: { id: running.id } }, origin);
        await this.#carryOut(tx, person, running, { by, reason: 'approved', origin });
        return running.id;
      }),
    );
    return { told: await this.#endSessions({ id, account, by }, origin) };
  }

  /**
   * Does the resets whose hold is over, gives up those that may not go on, and ends the sessions of done ones whose
   * process died before it did. Safe on any number of replicas at once, and after any crash.
   * @returns how many resets it did
   */
  async sweep(): Promise<number> {
    const { db, log } = this.#deps;
    let done = 0;
    for (const account of await accountsToSettle(db, SWEEP_BATCH)) {
      try {
        if (await this.#settle(account)) done += 1;
      } catch (error) {
        // The others do not wait for one that fails.
        log.warn({ err: error, account }, 'a reset of a second factor was not settled');
      }
    }
    for (const reset of await untold(db, YOUNG, SWEEP_BATCH)) await this.#endSessions(reset, {});
    return done;
  }

  /** Looks again, with the account locked: another replica may have been quicker. True when it did the reset. */
  async #settle(account: string): Promise<boolean> {
    const { db, trail } = this.#deps;
    const by = ACTORS.service;
    const id = await db.transaction().execute(async (tx) => {
      const person = await lockPerson(tx, account);
      const running = await runningReset(tx, account);
      if (!person || !running) return undefined;
      if (running.over) await giveUp(tx, trail, running, {});
      if (running.over || !running.due) return undefined;
      await this.#carryOut(tx, person, running, { by, reason: 'hold-over', origin: {} });
      return running.id;
    });
    if (id === undefined) return false;
    await this.#endSessions({ id, account, by }, {});
    return true;
  }

  /** Removes the factor and everything that stood in for it, and makes dead what was opened with it. [rule 12] */
  async #carryOut(
    tx: Transaction,
    person: Person,
    { id }: RunningReset,
    { by, reason, origin }: { by: string; reason: 'approved' | 'hold-over'; origin: Origin },
  ): Promise<void> {
    const { accounts, devices, limiter, notices, trail } = this.#deps;
    const { sub: account, subject } = person;
    const record = trail.recorder(origin);
    const authenticators = await removeAuthenticators(tx, account, record);
    await discardCodes(tx, account);
    await devices.forgetAllWithin(tx, account, record);
    await limiter.open(tx, subject, { actor: by, origin, account }, CODES);
    await accounts.revokeSessions(tx, account);
    await endReset(tx, id, { state: 'done', by, reason });
    const after = { id, authenticators };
    await record(tx, { event: 'factor-reset.done', outcome: 'success', reason, account, actor: by, after });
    const values = { at: (await storeMoment(tx)).toJSON(), zone: person.zoneinfo ?? undefined };
    await notices.alarm(tx, person, { kind: 'factor-removed', values }, { everywhere: true });
  }

  /**
   * Ends the sessions of an account whose reset has happened, and tells their apps. It may be done twice.
   * @returns false when that failed and is left to the sweep
   */
  async #endSessions(reset: { id: string; account: string; by: string }, origin: Origin): Promise<boolean> {
    const { db, sessions, log } = this.#deps;
    const by = reset.by === ACTORS.service ? null : reset.by;
    try {
      await sessions.endAllOf(reset.account, { reason: 'factor-removed', by, origin });
      await noteTold(db, reset.id);
      return true;
    } catch (error) {
      log.warn({ err: error, reset: reset.id }, 'the apps of a reset account were not told yet');
      return false;
    }
  }
}
