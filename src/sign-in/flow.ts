/**
 * The sign-in: what a person does between an app's request and its answer. This folder owns the steps and
 * their pages. A step never sends to another step: each returns here, and this alone knows the order.
 */

/** What there is to do next. `finish`: every step is done; `done`: nothing, the request can be resumed. */
export type Step =
  | 'password'
  | 'second-factor'
  | 'enrol-second-factor'
  | 'recovery-codes'
  | 'new-password'
  | 'contact'
  | 'access-denied'
  | 'continue'
  | 'consent'
  | 'finish'
  | 'done';

/** What the request asks. */
export interface Asked {
  /** The prompt of oidc-provider that asked. */
  readonly prompt: string;
  /** Every step was done before. */
  readonly finished: boolean;
  /** It asks only because nobody was signed in when it began. */
  readonly wantsAnyone: boolean;
  /** It asks the session that there is for nothing but a second factor. */
  readonly wantsFactorOnly: boolean;
  /** What the request and the app want of a second factor, whoever signs in. */
  readonly factor: 'none' | 'remembered' | 'proved';
  /** The account of the session it began on. */
  readonly accountId: string | undefined;
}

/** What is known of the browser's session and of what was proved on this page so far. */
export interface Known {
  /** The account whose session this browser has now. */
  readonly signedIn: string | undefined;
  /** The session's password was given lately enough to enrol a factor on it. */
  readonly sessionIsFresh: boolean;
  /** The session has a second factor of its own. */
  readonly sessionHasFactor: boolean;
  /** Whoever gave the password on this page. */
  readonly proved: Proved | undefined;
  /** Of the one who is signing in. */
  readonly person: Person | undefined;
}

export interface Proved {
  readonly account: string;
  readonly password: boolean;
  readonly factor: boolean;
  /** The password is known to thieves. */
  readonly mustChange: boolean;
  /** Has confirmed the address on file, or will another time. */
  readonly contactAsked: boolean;
}

export interface Person {
  /** Has a second factor. */
  readonly enrolled: boolean;
  /** Has a role whose holders must have one. */
  readonly mustEnrol: boolean;
  /** This device stands for the second factor. */
  readonly deviceIsRemembered: boolean;
  /** Recovery codes were made and not yet seen. */
  readonly codesToShow: boolean;
  /** The address on file, where its person never proved it. */
  readonly unproved: object | undefined;
}

const ON_SESSION: ReadonlyMap<string, Step> = new Map([
  ['access', 'access-denied'],
  ['continue', 'continue'],
  ['consent', 'consent'],
]);

/** The next step. */
export function nextStep(asked: Asked, known: Known): Step {
  const { prompt, finished, wantsAnyone, accountId } = asked;
  const { signedIn, proved, person } = known;
  // Another tab has signed in meanwhile: the request only has to be looked at again.
  if (finished || (wantsAnyone && signedIn && !proved)) return 'done';
  const onSession = signedIn !== undefined && signedIn === accountId;
  // What is asked of a session needs that very one: where it has ended, the person signs in instead.
  const step = onSession && ON_SESSION.get(prompt);
  if (step) return step;
  const steppingUp = asked.wantsFactorOnly && onSession;
  if (!person || (!proved?.password && !steppingUp)) return 'password';
  if (wantsFactor(asked, known, person)) {
    if (person.enrolled) return 'second-factor';
    // A session that somebody else got hold of must not be made theirs for good by a factor of their own.
    return proved?.password || known.sessionIsFresh ? 'enrol-second-factor' : 'password';
  }
  if (person.codesToShow) return 'recovery-codes';
  if (proved?.mustChange) return 'new-password';
  return person.unproved && proved?.password && !proved.contactAsked ? 'contact' : 'finish';
}

/**
 * Whoever has a factor is asked for it with each password, unless the device stands for it or the session has
 * proved one before (NIST SP 800-63B-4 §2.2.3); what the request or the app wants is wanted in this sign-in.
 */
function wantsFactor(asked: Asked, { proved, ...known }: Known, person: Person): boolean {
  if (proved?.factor) return false;
  if (asked.wantsFactorOnly && !proved?.password) return true;
  if (asked.factor === 'proved') return true;
  if (person.deviceIsRemembered) return false;
  if (asked.factor === 'remembered') return true;
  return (person.enrolled || person.mustEnrol) && !known.sessionHasFactor;
}
