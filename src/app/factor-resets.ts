import type { Accounts } from '../accounts/accounts.ts';
import { ContactChanges } from '../accounts/contact-changes.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import type { Guess, Origin } from '../factors/factor-reset-dependencies.ts';
import { FactorResets } from '../factors/factor-resets.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Log } from '../log.ts';
import type { Notices } from '../notices/notices.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Stores } from './capabilities.ts';

export interface FactorResetSiblings {
  readonly accounts: Accounts;
  readonly devices: RememberedDevices;
  readonly limiter: AttemptLimiter;
  readonly notices: Notices;
  readonly sealer: Sealer;
  readonly sessions: Sessions;
  readonly trail: AuditTrail;
}

/** What a reset of the second factor begins anew. */
const CODES = ['totp', 'recovery-code', 'support-code'] as const;

/** Resets of second factors, for the service and for operators' commands. */
export function createFactorResets(
  config: Config,
  log: Log,
  { db }: Stores,
  { accounts, devices, limiter, notices, sealer: seals, sessions, trail }: FactorResetSiblings,
): FactorResets {
  const contacts = new ContactChanges(db, config.accounts.undo_life);
  return new FactorResets({
    db,
    seals,
    devices,
    notices,
    log,
    issuer: config.issuer,
    settings: config.helpdesk,
    guess: (whose, origin) => guess(limiter, whose, origin),
    openCodes: (tx, { subject, account }, by) => limiter.open(tx, subject, { ...by, account }, CODES),
    changedContacts: (tx, account) => contacts.undoable(tx, account),
    revokeSessions: (tx, account) => accounts.revokeSessions(tx, account),
    endSessions: (account, by, origin) =>
      sessions.endAllOf(account, { reason: 'factor-removed', by, origin }),
    append: (tx, change, origin) => trail.append(tx, change, origin),
  });
}

/** Guesses at what callers read out, whoever types them: they are not the owner's, and lock nothing of theirs. */
async function guess(
  limiter: AttemptLimiter,
  whose: { subject: string; account: string },
  origin: Origin,
): Promise<Guess | { until: Date | undefined }> {
  // An operator proves no work: people are locked by it, never the desk that they call.
  const attempt = {
    ...whose,
    secret: 'support-code',
    checked: true,
    address: origin.address ?? 'cli',
  } as const;
  const verdict = await limiter.reserve(attempt, origin);
  if (verdict.verdict === 'locked') return { until: verdict.until };
  if (verdict.verdict === 'shut') return { until: undefined };
  if (verdict.verdict === 'check') throw new Error('a checked attempt is not asked for another check');
  const { token } = verdict;
  return {
    async settle(outcome) {
      if (outcome === 'right') await limiter.succeed(token);
      else if (outcome === 'wrong') await limiter.fail(token, origin);
      else await limiter.release(token);
    },
  };
}
