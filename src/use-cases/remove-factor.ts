import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Authenticators } from '../factors/authenticators.ts';
import type { Origin } from '../http/origin.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface RemoveFactorDependencies {
  readonly accounts: Pick<Accounts, 'revokeSessions'>;
  readonly authenticators: Pick<Authenticators, 'remove'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  /** Tells the person too. */
  readonly recorder: AuditTrail['recorder'];
}

/** Removes an authenticator of one's own, and ends every session: a thief may have opened it with that factor. */
export class RemoveFactor {
  readonly #deps: RemoveFactorDependencies;

  constructor(deps: RemoveFactorDependencies) {
    this.#deps = deps;
  }

  /** @returns false when the account has no such authenticator @throws AppError('store-away') */
  remove(sub: string, authenticator: string, origin: Origin): Promise<boolean> {
    const { accounts, authenticators, sessions, recorder } = this.#deps;
    return sessions.changing(async (tx, end) => {
      if (!(await authenticators.remove(sub, authenticator, recorder(origin), tx))) return false;
      await accounts.revokeSessions(tx, sub);
      await end(sub, { reason: 'factor-removed', by: sub, origin });
      return true;
    });
  }
}
