import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Origin } from '../http/origin.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TellOfChange } from './tell-of-change.ts';

export interface SecureAccountDependencies {
  readonly accounts: Pick<Accounts, 'lockPassword'>;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly alarms: Pick<TellOfChange, 'tell'>;
  readonly sessions: Pick<Sessions, 'changing'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
}

/** “This wasn't me”: locks the password until it is reset, and ends everything that is open. */
export class SecureAccount {
  readonly #deps: SecureAccountDependencies;

  constructor(deps: SecureAccountDependencies) {
    this.#deps = deps;
  }

  /** @throws AppError('store-away'): then nothing is changed */
  secure(sub: string, origin: Origin): Promise<void> {
    const { accounts, alarms, devices, sessions, trail } = this.#deps;
    const record = trail.recorder(origin);
    return sessions.changing(async (tx, end) => {
      await accounts.lockPassword(tx, sub, record);
      await devices.forgetAllWithin(tx, sub, record);
      await alarms.tell(tx, sub, (values) => ({ kind: 'account-compromised', values }), { everywhere: true });
      await end(sub, { reason: 'not-me', by: sub, origin });
    });
  }
}
