import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Origin } from '../http/origin.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface ChangePasswordDependencies {
  readonly accounts: Pick<Accounts, 'replacePassword'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  /** Tells the person too. */
  readonly recorder: AuditTrail['recorder'];
}

/**
 * A new password for a person who has proved the current one. Every session ends, the one that it is changed in
 * too: a thief may have any of them. [ASVS 7.4.3]
 */
export class ChangePassword {
  readonly #deps: ChangePasswordDependencies;

  constructor(deps: ChangePasswordDependencies) {
    this.#deps = deps;
  }

  /**
   * @param change PHC strings: of the current password, as it was proved, and of the new one
   * @returns false when the proved one is no longer the password, or the account may no longer sign in
   * @throws AppError('store-away'): then nothing is changed
   */
  change(sub: string, change: { proved: string; hash: string }, origin: Origin): Promise<boolean> {
    const { accounts, devices, sessions, recorder } = this.#deps;
    const record = recorder(origin);
    return sessions.changing(async (tx, end) => {
      if (!(await accounts.replacePassword(tx, sub, change, record))) return false;
      // A thief who had the old password may have had a browser remembered, too.
      await devices.forgetAllWithin(tx, sub, record);
      await end(sub, { reason: 'password-changed', by: sub, origin });
      return true;
    });
  }
}
