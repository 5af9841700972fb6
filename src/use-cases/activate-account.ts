import { UserIdTaken } from '../accounts/account.ts';
import type { Activations } from '../accounts/activations.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Origin } from '../http/origin.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import { ACTORS } from '../names.ts';

export interface ActivateAccountDependencies {
  readonly activations: Pick<Activations, 'redeem'>;
  readonly limiter: Pick<AttemptLimiter, 'open'>;
  readonly trail: Pick<AuditTrail, 'append'>;
}

/** What an invited person has chosen. */
export interface Chosen {
  readonly userId: string;
  /** PHC string. */
  readonly passwordHash: string;
}

/** An invited person takes over their account by the link that was mailed to them. */
export class ActivateAccount {
  readonly #deps: ActivateAccountDependencies;

  constructor(deps: ActivateAccountDependencies) {
    this.#deps = deps;
  }

  /**
   * @returns `taken` when another account was quicker with the user ID, `spent` when the link is no longer good
   * @throws AppError('store-away')
   */
  async activate(
    sub: string,
    token: string,
    chosen: Chosen,
    origin: Origin,
  ): Promise<'active' | 'taken' | 'spent'> {
    const { activations, limiter, trail } = this.#deps;
    const by = { actor: ACTORS.recovery, account: sub, origin };
    try {
      const activated = await activations.redeem(token, chosen, async (tx, change) => {
        await trail.append(tx, change, origin);
        // Strangers may have failed at this name before anybody had it. [rule 37]
        await limiter.open(tx, foldUserId(chosen.userId), by);
      });
      return activated ? 'active' : 'spent';
    } catch (error) {
      if (error instanceof UserIdTaken) return 'taken';
      throw error;
    }
  }
}
