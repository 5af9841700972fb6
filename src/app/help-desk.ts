import type { Accounts } from '../accounts/accounts.ts';
import { ContactChanges } from '../accounts/contact-changes.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import { FactorResets } from '../help-desk/factor-resets.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Log } from '../log.ts';
import type { Notices } from '../notices/notices.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ResetFactor } from '../use-cases/reset-factor.ts';
import type { Stores } from './capabilities.ts';

export interface HelpDeskSiblings {
  readonly accounts: Accounts;
  readonly devices: RememberedDevices;
  readonly limiter: AttemptLimiter;
  readonly notices: Notices;
  readonly sealer: Sealer;
  readonly sessions: Sessions;
  readonly trail: AuditTrail;
}

export type HelpDesk = ReturnType<typeof createHelpDesk>;

/** Verified callers and resets of second factors, for the service and for operators' commands. */
export function createHelpDesk(config: Config, log: Log, { db }: Stores, siblings: HelpDeskSiblings) {
  const contactChanges = new ContactChanges(db, config.accounts.undo_life);
  const { issuer, helpdesk: settings } = config;
  return {
    resets: new FactorResets({ ...siblings, db, contactChanges, issuer, settings }),
    resetFactor: new ResetFactor({ ...siblings, db, log }),
  };
}
