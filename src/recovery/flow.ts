/** What there is to do next in a reset. `dead`: what was proved no longer stands. */
export type Step = 'request' | 'code' | 'second-factor' | 'password' | 'dead';

/** A reset so far. */
export interface Progress {
  /** The address on file was proved, by its code or link. */
  readonly proved: boolean;
  /** A second factor was proved after that. */
  readonly factor: boolean;
}

/** Whose password it is, once that is proved; looked up anew at each step. */
export interface Standing {
  /** Has a second factor. */
  readonly enrolled: boolean;
}

/**
 * The next step; this alone knows the order. A second factor is asked for wherever one is enrolled: whoever
 * holds a mailbox alone must not take over an account that has one. [ASVS 6.4.3]
 * @param standing undefined when the account may not be reset: not active, or its sessions were revoked since
 */
export function nextStep(progress: Progress | undefined, standing: Standing | undefined): Step {
  if (!progress) return 'request';
  if (!progress.proved) return 'code';
  if (!standing) return 'dead';
  return standing.enrolled && !progress.factor ? 'second-factor' : 'password';
}
