import type { AuditTrail } from '../audit/trail.ts';
import type { Origin } from '../http/origin.ts';
import type { Database } from '../postgres/database.ts';

/** Why the help desk may not do something about somebody's factor. */
export type RefusedBecause =
  /** The person who asks may not sign in, or does not have the role for it. */
  | 'role-missing'
  /** It is their own account. */
  | 'own-account'
  /** The account may not sign in. */
  | 'not-active'
  /** There is no second factor to reset. */
  | 'no-factor'
  /** There is no address on file for that channel, or no transport. */
  | 'no-contact'
  /** The address on file was changed lately, and its former owner can still undo that. */
  | 'contact-changed'
  /** That mailbox was sent many messages lately. */
  | 'many-messages'
  /** One is in progress already. */
  | 'running'
  /** One was stopped a short while ago. */
  | 'stopped-lately'
  /** No code was sent, or it is too old. */
  | 'no-code'
  /** Not six digits: not counted as a guess. */
  | 'malformed'
  | 'wrong-code'
  /** Too many wrong codes. */
  | 'locked'
  /** Nothing was proved, or too long ago. */
  | 'not-verified'
  /** A colleague talks to the caller. */
  | 'not-theirs'
  /** No reset waits. */
  | 'nothing-held'
  /** The person who asked for the reset cannot approve it. */
  | 'second-person';

/** The request is refused, and nothing is changed. */
export class ResetRefused extends Error {
  override readonly name = 'ResetRefused';
  readonly because: RefusedBecause;
  /** When it can be tried again, where that is known. */
  readonly until: Date | undefined;

  constructor(because: RefusedBecause, until?: Date) {
    super(because);
    this.because = because;
    this.until = until;
  }
}

/** What somebody of the help desk asks for; `account` and `by` are subs. */
export interface HelpDeskRequest {
  readonly act: 'verification-start' | 'verification' | 'reset-request' | 'reset-approval' | 'reset-stop';
  readonly account: string;
  readonly by: string;
}

/**
 * Does the work, and records a refusal in a row of its own after the work's transaction is rolled back: somebody
 * who tries what they may not do must be seen.
 * @throws ResetRefused; AppError('store-away') where the row cannot be written
 */
export async function recordingRefusals<T>(
  { db, trail }: { db: Database; trail: Pick<AuditTrail, 'append'> },
  { act, account, by }: HelpDeskRequest,
  origin: Origin,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A wrong code has its row already, in the transaction that compared it.
    if (error instanceof ResetRefused && error.because !== 'wrong-code') {
      const event = { event: 'helpdesk.refused', outcome: 'failure', after: { act } } as const;
      await trail.append(db, { ...event, reason: error.because, account, actor: by }, origin);
    }
    throw error;
  }
}
