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

  /** What an interaction was for, should its cookies be lost. */
  restart(interaction: string): string {
    return `${this.#prefix}:restart:{${interaction}}`;
  }

  /** SMS sent to or for one thing (an account, a number, …) today; one script counts them all. */
  smsBudget(what: string): string {
    return `${this.#prefix}:sms-budget:{sms}:${what}`;
  }

  /** The demo's notices, the newest first. */
  outbox(): string {
    return `${this.#prefix}:outbox`;
  }

  /** How often the request was started again that a pushed request carries. */
  restartOf(pushedRequest: string): string {
    return `${this.#prefix}:restart-of:{${pushedRequest}}`;
  }
}
