import { ACTORS } from '../names.ts';
import type { Transaction } from '../postgres/database.ts';
import { removeAuthenticators } from './authenticators.ts';
import type { FactorChange } from './changes.ts';
import type { FactorResetsDependencies, Origin } from './factor-reset-dependencies.ts';
import { endReset, noteTold, type Person, type RunningReset, storeTime } from './factor-reset-store.ts';
import { discardCodes } from './recovery-codes.ts';

interface By<Reason> {
  /** A sub, or the service itself. */
  readonly by: string;
  readonly reason: Reason;
  readonly origin: Origin;
}

/** The ways in which a reset ends, each while its account is locked. */
export class FactorResetEnds {
  readonly #deps: FactorResetsDependencies;

  constructor(deps: FactorResetsDependencies) {
    this.#deps = deps;
  }

  /** It happens: nothing stands for the factor any more, and what was opened with it is dead. [rule 12] */
  async carryOut(
    tx: Transaction,
    person: Person,
    { id }: RunningReset,
    { by, reason, origin }: By<'approved' | 'hold-over'>,
  ): Promise<void> {
    const { devices, revokeSessions, openCodes, notices, append } = this.#deps;
    const { sub: account, subject } = person;
    const record = (same: Transaction, change: FactorChange) => append(same, change, origin);
    const authenticators = await removeAuthenticators(tx, account, record);
    await discardCodes(tx, account);
    await devices.forgetAllWithin(tx, account, record);
    await openCodes(tx, { subject, account }, { actor: by, origin });
    await revokeSessions(tx, account);
    await endReset(tx, id, { state: 'done', by, reason });
    const after = { id, authenticators };
    await record(tx, { event: 'factor-reset.done', outcome: 'success', reason, account, actor: by, after });
    const values = momentFor(person, await storeTime(tx));
    await notices.alarm(tx, person, { kind: 'factor-removed', values }, { everywhere: true });
  }

  /** Somebody does not want it. */
  async stop(
    tx: Transaction,
    { id, account, state }: RunningReset,
    { by, reason, origin }: By<'link' | 'help-desk' | 'account-disabled'>,
  ): Promise<void> {
    await endReset(tx, id, { state: 'stopped', by, reason });
    const event = { event: 'factor-reset.stopped', outcome: 'success', before: { id, state } } as const;
    await this.#deps.append(tx, { ...event, reason, account, actor: by }, origin);
  }

  /** It must not go on: its account was disabled, or its code or proof is too old. */
  async giveUp(tx: Transaction, reset: RunningReset, origin: Origin): Promise<void> {
    const { id, account, state, accountDisabled } = reset;
    const by = { by: ACTORS.service, origin };
    if (accountDisabled) return this.stop(tx, reset, { ...by, reason: 'account-disabled' });
    const reason = state === 'verified' ? 'unused' : 'expired';
    await endReset(tx, id, { state: 'expired', by: ACTORS.service, reason });
    const event = { event: 'helpdesk.verification-failed', outcome: 'failure', after: { id } } as const;
    await this.#deps.append(tx, { ...event, reason, account, actor: ACTORS.service }, origin);
  }

  /**
   * Ends the sessions of an account whose reset has happened, and tells their apps. It may be done twice.
   * @returns false when that failed and is left to the sweep
   */
  async tell(reset: { id: string; account: string; by: string }, origin: Origin): Promise<boolean> {
    const { db, endSessions, log } = this.#deps;
    try {
      await endSessions(reset.account, reset.by === ACTORS.service ? null : reset.by, origin);
      await noteTold(db, reset.id);
      return true;
    } catch (error) {
      log.warn({ err: error, reset: reset.id }, 'the apps of a reset account were not told yet');
      return false;
    }
  }
}

/** A moment as the person's notice is to show it. */
export function momentFor({ zoneinfo }: Person, at: Date): { at: string; zone?: string } {
  return { at: at.toJSON(), ...(zoneinfo === null ? {} : { zone: zoneinfo }) };
}
