import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ContactChanges } from '../accounts/contact-changes.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Origin } from '../http/origin.ts';
import { momentFor } from '../moments.ts';
import type { Notices } from '../notices/notices.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface UndoContactChangeDependencies {
  readonly accounts: Pick<Accounts, 'revokeSessions'>;
  readonly changes: Pick<ContactChanges, 'undo'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
}

/** Puts back an address that a thief may have changed, by the link sent to the old one, and ends every session. */
export class UndoContactChange {
  readonly #deps: UndoContactChangeDependencies;

  constructor(deps: UndoContactChangeDependencies) {
    this.#deps = deps;
  }

  /**
   * @returns false when the link is unknown, used, void or expired
   * @throws AppError('store-away'): then nothing is changed
   */
  undo(token: string, origin: Origin): Promise<boolean> {
    const { accounts, changes, devices, notices, sessions, trail } = this.#deps;
    const record = trail.recorder(origin);
    return sessions.changing(async (tx, end) => {
      const undone = await changes.undo(tx, token, record);
      if (!undone) return false;
      const { before, after } = undone;
      await accounts.revokeSessions(tx, after.sub);
      // The thief may have had their browser remembered.
      await devices.forgetAllWithin(tx, after.sub, record);
      const words = { kind: 'contact-restored', values: momentFor(after) } as const;
      await notices.alarm(tx, after, words, { everywhere: true });
      // The one who undoes it may be a thief in the old mailbox: the address that goes hears of it too.
      await notices.alarm(tx, onlyWhatChanged(before, after), words, { everywhere: true });
      await end(after.sub, { reason: 'revoked', by: after.sub, origin });
      return true;
    });
  }
}

function onlyWhatChanged(before: Account, after: Account): Account {
  return {
    ...before,
    email: before.email === after.email ? null : before.email,
    phoneNumber: before.phoneNumber === after.phoneNumber ? null : before.phoneNumber,
  };
}
