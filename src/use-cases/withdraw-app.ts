import type { Consents } from '../apps/consents.ts';
import type { Origin } from '../http/origin.ts';
import type { AppAccess } from '../sessions/app-access.ts';

export interface WithdrawAppDependencies {
  readonly appAccess: Pick<AppAccess, 'withdraw'>;
  readonly consents: Pick<Consents, 'takeBack'>;
}

/** Takes back what an app may do for an account, with all grants and tokens that it holds: it has to ask again. */
export class WithdrawApp {
  readonly #deps: WithdrawAppDependencies;

  constructor(deps: WithdrawAppDependencies) {
    this.#deps = deps;
  }

  /** @returns false when the app held nothing @throws AppError('store-away'): then nothing is taken back */
  withdraw(held: { account: string; clientId: string }, origin: Origin): Promise<boolean> {
    const { appAccess, consents } = this.#deps;
    return appAccess.withdraw(held, (deleteGrants) => consents.takeBack(held, deleteGrants, origin));
  }
}
