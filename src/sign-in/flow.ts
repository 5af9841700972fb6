/**
 * The sign-in: what a person does between an app's request and its answer. This folder owns the steps and
 * their pages. A step never sends to another step: each returns here, and this alone knows the order.
 */

/** What there is to do next. `done`: nothing, the request can be resumed. */
export type Step = 'password' | 'continue' | 'done';

export interface Progress {
  /** The prompt of oidc-provider that asked. */
  readonly prompt: string;
  /** Every step was done before. */
  readonly finished: boolean;
  /** Whether the browser has a live session of the account that the interaction began with. */
  readonly sessionHolds: boolean;
}

/**
 * The next step. To let a native app in on a session needs that session: where it has ended meanwhile, the
 * person signs in instead.
 */
export function nextStep({ prompt, finished, sessionHolds }: Progress): Step {
  if (finished) return 'done';
  return prompt === 'continue' && sessionHolds ? 'continue' : 'password';
}
