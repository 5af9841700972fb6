import type { Accounts } from '../accounts/accounts.ts';
import type { Recorder } from '../audit-events.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Origin } from '../http/origin.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface ReplaceForcedPasswordDependencies {
  readonly accounts: Pick<Accounts, 'setPassword'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  /** Tells the person too. */
  readonly recorder: (origin: Origin) => Recorder;
}

/**
 * Somebody who is signing in replaces a password that thieves know. A thief who used it before keeps no session and no
 * remembered browser.
 */
export class ReplaceForcedPassword {
  readonly #deps: ReplaceForcedPasswordDependencies;

  constructor(deps: ReplaceForcedPasswordDependencies) {
    this.#deps = deps;
  }

  /** @returns the moment from which sign-ins count, by the store's clock @throws AppError('store-away') */
  replace(sub: string, hash: string, origin: Origin): Promise<Date> {
    const { accounts, devices, sessions, recorder } = this.#deps;
    const record = recorder(origin);
    return sessions.changing(async (tx, end) => {
      await devices.forgetAllWithin(tx, sub, record);
      const moment = await accounts.setPassword(tx, sub, hash, { reason: 'forced-change' }, record);
      await end(sub, { reason: 'password-changed', by: sub, origin });
      return moment;
    });
  }
}
