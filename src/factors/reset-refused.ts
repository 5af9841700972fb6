/** Why the help desk may not do something about somebody's factor. */
export type RefusedBecause =
  /** Who asks may not sign in, or has not the role for it. */
  | 'role-missing'
  /** It is their own account. */
  | 'own-account'
  /** The account may not sign in. */
  | 'not-active'
  /** There is no second factor to reset. */
  | 'no-factor'
  /** There is no address on file for that channel, or no transport. */
  | 'no-contact'
  /** What there is was changed a short while ago, and can still be undone by whoever had it before. */
  | 'contact-changed'
  /** That mailbox was sent many messages lately. */
  | 'many-messages'
  /** One runs already. */
  | 'running'
  /** One was stopped a short while ago. */
  | 'stopped-lately'
  /** No code was sent, or it is too old. */
  | 'no-code'
  /** No digits of a code: not counted as a guess. */
  | 'malformed'
  | 'wrong-code'
  /** Too many wrong codes. */
  | 'locked'
  /** Nothing was proved, or too long ago. */
  | 'not-verified'
  /** Somebody else talks to the caller. */
  | 'not-theirs'
  /** No reset waits. */
  | 'nothing-held'
  /** Who asked for the reset cannot approve it. */
  | 'second-person';

/** What was asked for is not done, and nothing is changed. */
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
