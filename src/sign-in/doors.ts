import type { Visit } from './visit.ts';

/** What is guessed at. */
export type Secret = 'password' | 'totp' | 'recovery-code';

export interface Typed {
  /** The form of the user ID that locks go by, whether or not there is such an account. */
  readonly subject: string;
  readonly account: string | undefined;
  readonly app: string;
  readonly password?: string;
}

/** An attempt that may be verified: it is counted already. */
export interface Entry {
  /** It was right. */
  succeed(): Promise<void>;
  /** It was wrong. True when a page was shown that says what comes now: locked, or the security check. */
  fail(): Promise<boolean>;
  /** It was never verified. */
  release(): Promise<void>;
}

/** The guard before every secret. app.ts builds it of lockout/. */
export interface Doors {
  /** Undefined when it may not be tried; the page that says so is shown. */
  enter(visit: Visit, secret: Secret, typed: Typed, userId?: string): Promise<Entry | undefined>;
}
