import type { Contact } from '../accounts/contact.ts';
import type { Interaction } from '../sessions/interaction.ts';

/**
 * The sign-in: what a person does between an app's request and its answer. This folder owns the steps and
 * their pages. A step never sends to another step: each returns here, and this alone knows the order.
 */

/** A step that asks something of the session that there is. */
export type SessionStep = 'access-denied' | 'continue' | 'consent';
type PersonStep = 'second-factor' | 'enrol-second-factor' | 'recovery-codes' | 'new-password' | 'finish';

/**
 * What there is to do next, with the person where it needs to know who is signing in. `finish`: every step is done;
 * `done`: nothing, the request can be resumed.
 */
export type Next =
  | { readonly step: 'password' | 'done' | SessionStep; readonly person: SigningIn | undefined }
  | { readonly step: PersonStep; readonly person: SigningIn }
  | { readonly step: 'contact'; readonly person: SigningIn; readonly unproved: Contact };

/** What the request asks. */
export type Asked = Pick<
  Interaction,
  'prompt' | 'finished' | 'wantsAnyone' | 'wantsFactorOnly' | 'factor' | 'accountId'
>;

/** What is known of the browser's session and of what was proved on this page so far. */
export interface Known {
  /** The account whose session this browser has now. */
  readonly signedIn: string | undefined;
  /** The session's password was given lately enough to enrol a factor on it. */
  readonly sessionIsFresh: boolean;
  /** The session has a second factor of its own. */
  readonly sessionHasFactor: boolean;
  /** By the person who gave the password on this page. */
  readonly proved: Proved | undefined;
  readonly person: SigningIn | undefined;
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

/** The person who is signing in. */
export interface SigningIn {
  readonly sub: string;
  readonly userId: string;
  readonly name: string;
  readonly locale: string | null;
  /** The form of the user ID that locks go by. */
  readonly subject: string;
  /** Has a second factor. */
  readonly enrolled: boolean;
  /** Has a role whose holders must have one. */
  readonly mustEnrol: boolean;
  /** This device counts as the second factor. */
  readonly deviceIsRemembered: boolean;
  /** Recovery codes were made and not yet seen. */
  readonly codesToShow: boolean;
  /** The address on file, where its person never proved it. */
  readonly unproved: Contact | undefined;
}

const ON_SESSION: ReadonlyMap<string, SessionStep> = new Map([
  ['access', 'access-denied'],
  ['continue', 'continue'],
  ['consent', 'consent'],
]);

/** The next step. */
export function nextStep(asked: Asked, known: Known): Next {
  const { prompt, finished, wantsAnyone, accountId } = asked;
  const { signedIn, proved, person } = known;
  // Another tab has signed in meanwhile: the request only has to be looked at again.
  if (finished || (wantsAnyone && signedIn && !proved)) return { step: 'done', person };
  const onSession = signedIn !== undefined && signedIn === accountId;
  // What is asked of a session needs that very one: where it has ended, the person signs in instead.
  const step = onSession && ON_SESSION.get(prompt);
  if (step) return { step, person };
  const steppingUp = asked.wantsFactorOnly && onSession;
  if (!person || (!proved?.password && !steppingUp)) return { step: 'password', person };
  if (wantsFactor(asked, known, person)) {
    if (person.enrolled) return { step: 'second-factor', person };
    // A thief who got hold of a session must not keep it for good by a factor of their own.
    return { step: proved?.password || known.sessionIsFresh ? 'enrol-second-factor' : 'password', person };
  }
  if (person.codesToShow) return { step: 'recovery-codes', person };
  if (proved?.mustChange) return { step: 'new-password', person };
  const { unproved } = person;
  const asksContact = unproved && proved?.password && !proved.contactAsked;
  return asksContact ? { step: 'contact', person, unproved } : { step: 'finish', person };
}

/**
 * An enrolled factor is asked for with each password, unless the device counts as it or the session has proved one
 * before (NIST SP 800-63B-4 §2.2.3); what the request or the app wants must be proved in this sign-in.
 */
function wantsFactor(asked: Asked, { proved, ...known }: Known, person: SigningIn): boolean {
  if (proved?.factor) return false;
  if (asked.wantsFactorOnly && !proved?.password) return true;
  if (asked.factor === 'proved') return true;
  if (person.deviceIsRemembered) return false;
  if (asked.factor === 'remembered') return true;
  return (person.enrolled || person.mustEnrol) && !known.sessionHasFactor;
}
