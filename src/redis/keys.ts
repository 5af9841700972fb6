/**
 * Every Redis key name. The part in braces is the hash tag: keys that one script changes together share it, so
 * that Redis Cluster keeps them in one slot.
 */
export class RedisKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A session's data, under the uid that stays when its cookie id changes. */
  session(uid: string): string {
    return `${this.#prefix}:session:{${uid}}`;
  }

  /** Says that a session ended: writes that are still in flight find it and do nothing. */
  sessionTombstone(uid: string): string {
    return `${this.#prefix}:session-ended:{${uid}}`;
  }

  /** The id of the one grant of a session and an app. */
  sessionGrant(uid: string, clientId: string): string {
    return `${this.#prefix}:session-grant:{${uid}}:${clientId}`;
  }

  /** From the hash of a cookie's id to the session's uid. */
  sessionPointer(idHash: string): string {
    return `${this.#prefix}:session-id:{${idHash}}`;
  }

  /** Ends that are begun here and not yet known to be in the ledger. */
  pendingEnds(): string {
    return `${this.#prefix}:pending-ends`;
  }

  /** The session that a browser is signing in to right now, in however many tabs. */
  browserSignIn(browser: string): string {
    return `${this.#prefix}:browser-sign-in:{${browser}}`;
  }

  /** A code, token, grant, interaction or pushed request of oidc-provider. */
  artifact(model: string, idHash: string): string {
    return `${this.#prefix}:${model}:{${idHash}}`;
  }

  /** The app that an interaction was finished for: a second resume would leave a second session alive. */
  finished(interaction: string): string {
    return `${this.#prefix}:finished:{${interaction}}`;
  }

  /** SMS sent to or for one thing (an account, a number, …) today; one script counts them all. */
  smsBudget(what: string): string {
    return `${this.#prefix}:sms-budget:{sms}:${what}`;
  }

  /** Mail to one mailbox that somebody else can cause, by its use. */
  mailBudget(use: 'own' | 'locks' | 'asked', mailbox: string): string {
    return `${this.#prefix}:mail-budget:{${mailbox}}:${use}`;
  }

  /** That somebody was told of a kind of device on a network, today. @param place a hash of the three */
  deviceTold(place: string): string {
    return `${this.#prefix}:device-told:{${place}}`;
  }

  /** The demo's notices, the newest first. */
  outbox(): string {
    return `${this.#prefix}:outbox`;
  }

  /** What was proved in a sign-in so far. */
  signInProgress(interaction: string): string {
    return `${this.#prefix}:sign-in:{${interaction}}`;
  }

  /**
   * Attempts at a subject's secret whose outcome is not known yet. A slot is one counter of the subject: of one
   * secret, or of one secret on one device.
   */
  attemptsInFlight(subject: string, slot: string): string {
    return `${this.#prefix}:attempts-in-flight:{${subject}}:${slot}`;
  }

  attemptsFailed(subject: string, slot: string): string {
    return `${this.#prefix}:attempts-failed:{${subject}}:${slot}`;
  }

  /** The last lock of a slot; kept beyond its end, for the next one is longer. */
  lock(subject: string, slot: string): string {
    return `${this.#prefix}:lock:{${subject}}:${slot}`;
  }

  /** Which slots a subject has. */
  attemptSlots(subject: string): string {
    return `${this.#prefix}:attempt-slots:{${subject}}`;
  }

  /** Failures that came from one network. */
  addressFailures(network: string): string {
    return `${this.#prefix}:address-failures:{${network}}`;
  }

  /** The accounts that one wrong password was tried on. */
  sprayed(password: string): string {
    return `${this.#prefix}:sprayed:{${password}}`;
  }

  /** There while somebody sprays a password. */
  spraying(): string {
    return `${this.#prefix}:spraying`;
  }

  /** What a stranger has spent of an allowance; named by a hash of who and of what. */
  spent(hash: string): string {
    return `${this.#prefix}:spent:{${hash}}`;
  }

  /** Wrong secrets for an app from one network. */
  wrongSecrets(whose: string): string {
    return `${this.#prefix}:wrong-secrets:{${whose}}`;
  }

  /** Refusals that the audit log has not heard of. */
  refusals(whose: string): string {
    return `${this.#prefix}:refusals:{${whose}}`;
  }

  /** An authenticator app that is being set up: its key, sealed, until a code confirms it. */
  pendingEnrolment(ownerHash: string): string {
    return `${this.#prefix}:enrolment:{${ownerHash}}`;
  }

  /** What was made for a person to see once and is not put away yet, such as recovery codes (`fresh-codes`), sealed. */
  toShow(kind: string, ownerHash: string): string {
    return `${this.#prefix}:${kind}:{${ownerHash}}`;
  }

  /** A reset of a password in progress, sealed; named by a hash of the token in its browser's cookie. */
  reset(idHash: string): string {
    return `${this.#prefix}:reset:{${idHash}}`;
  }

  /** The code that a reset waits for, as a MAC; gone when it has expired. */
  resetCode(idHash: string): string {
    return `${this.#prefix}:reset-code:{${idHash}}`;
  }

  /** The codes of a reset that a newer one took the place of, as MACs. */
  resetEarlierCodes(idHash: string): string {
    return `${this.#prefix}:reset-earlier-codes:{${idHash}}`;
  }

  /** The account to which a reset's code was sent. */
  resetSentTo(idHash: string): string {
    return `${this.#prefix}:reset-sent-to:{${idHash}}`;
  }

  /** There while no other code may be sent for a reset. */
  resetWait(idHash: string): string {
    return `${this.#prefix}:reset-wait:{${idHash}}`;
  }

  /** Whom the link in a mail is for, sealed; named by a hash of its token. */
  resetLink(tokenHash: string): string {
    return `${this.#prefix}:reset-link:{${tokenHash}}`;
  }

  /** Messages that may still be asked for now, for one thing (a user ID, an address, …). */
  recoveryBudget(what: string): string {
    return `${this.#prefix}:recovery-budget:{${what}}`;
  }

  /** A new address that waits for the code that was sent to it, sealed. */
  contactCode(ownerHash: string): string {
    return `${this.#prefix}:contact-code:{${ownerHash}}`;
  }

  /** How many such codes an account has had sent lately. */
  contactCodesSent(account: string): string {
    return `${this.#prefix}:contact-codes-sent:{${account}}`;
  }

  /** Says that a challenge of the security check was redeemed; named by its signature. */
  securityCheckSpent(signature: string): string {
    return `${this.#prefix}:security-check-spent:{${signature}}`;
  }

  /** What a program's request of the API came to, sealed; named by a hash of the program and its key. */
  apiAnswer(hash: string): string {
    return `${this.#prefix}:api-answer:{${hash}}`;
  }

  /** Requests of a program at the API in this minute. */
  apiRequests(clientId: string): string {
    return `${this.#prefix}:api-requests:{${clientId}}`;
  }

  /** Written again and again, to see whether that can be done; numbered, so that each server has one. */
  health(number: number): string {
    return `${this.#prefix}:health:{health-${number}}`;
  }

  /** A sign-in to an app that an operator tries out; named by a hash of its state. */
  preview(stateHash: string): string {
    return `${this.#prefix}:trial:{${stateHash}}`;
  }

  /** The one attempt that a passed security check allows; named by a hash of whose and for whom it is. */
  securityCheckPass(hash: string): string {
    return `${this.#prefix}:security-check-pass:{${hash}}`;
  }
}
