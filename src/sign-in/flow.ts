/**
 * The sign-in: what a person does between an app's request and its answer. This folder owns the steps and
 * their pages. A step never sends to another step: each returns here, and this alone knows the order.
 */

/** What there is to do next. `done`: nothing, the request can be resumed. */
export type Step = 'password' | 'access-denied' | 'continue' | 'consent' | 'done';

export interface Progress {
  /** The prompt of oidc-provider that asked. */
  readonly prompt: string;
  /** Every step was done before. */
  readonly finished: boolean;
  /** It asks only because nobody was signed in when it began. */
  readonly wantsAnyone: boolean;
  /** The account of the session it began on. */
  readonly accountId: string | undefined;
}

const ON_SESSION: Readonly<Record<string, Step>> = {
  access: 'access-denied',
  continue: 'continue',
  consent: 'consent',
};

/**
 * The next step.
 * @param signedIn the account whose session this browser has now
 */
export function nextStep(progress: Progress, signedIn: string | undefined): Step {
  const { prompt, finished, wantsAnyone, accountId } = progress;
  // Another tab has signed in meanwhile: the request only has to be looked at again.
  if (finished || (wantsAnyone && signedIn)) return 'done';
  // What is asked of a session needs that very one: where it has ended, the person signs in instead.
  const step = signedIn !== undefined && signedIn === accountId ? ON_SESSION[prompt] : undefined;
  return step ?? 'password';
}
