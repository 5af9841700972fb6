/**
 * Who may try a secret now. An attempt is counted before it is verified and given back
 * when it succeeds, so that of N allowed attempts N reach the verifier, however many come at once.
 * [ASVS 6.1.1, 6.3.1; NIST SP 800-63B-4 §3.2.2]
 */
import type { Note } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import type { Transaction } from '../postgres/database.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import {
  type Attempt,
  type Guess,
  hashSubject,
  type LockoutSettings,
  networkOf,
  type Secret,
  slotOf,
} from './attempt.ts';
import { type BegunLock, type Counted, Counters, type Reservation } from './counters.ts';
import { GuessingSignals, type PasswordMac } from './guessing-signals.ts';
import type { Lock, LockStore } from './lock-store.ts';
import { REFUSE } from './scripts.ts';
import type { OpenedBy, LockState as StreakState, Streaks } from './streaks.ts';

export type { Attempt, Guess, Secret } from './attempt.ts';
export type { Lock } from './lock-store.ts';

/** Leave to verify one attempt. Its outcome is told to `succeed`, `fail` or `release`, once. */
export interface AttemptToken {
  readonly attempt: Omit<Attempt, 'password'>;
  readonly password: PasswordMac | undefined;
  readonly reservation: Reservation;
  /** The streak of failures that it is counted in already, and whether a success has any to forget. */
  readonly streak: { readonly reserved: string | undefined; readonly any: boolean };
  readonly origin: Origin;
}

/**
 * Nothing is taken: until a moment, or, `shut` after too many failures in a row, until recovery, the help desk or
 * a success elsewhere opens it.
 */
export type Barred = { readonly verdict: 'locked'; readonly until: Date } | { readonly verdict: 'shut' };

/** `work`: hashes that the solver of a security check is to try on average. */
export type Refusal =
  | Barred
  | { readonly verdict: 'check'; readonly failures: number; readonly work: number };

export type Verdict = Refusal | { readonly verdict: 'go'; readonly token: AttemptToken };
export type LockState = Refusal | { readonly verdict: 'go' };

export interface AttemptLimiterDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly lockStore: LockStore;
  readonly streaks: Streaks;
  readonly settings: LockoutSettings;
  /** 32 bytes; see GuessingSignals. */
  readonly secret: Buffer;
  readonly append: Note;
}

/** s between two audit rows of refusals, and how long a count waits for the next row. */
const BETWEEN_ROWS = 60;
const COUNT_KEPT = 24 * 3600;

/** All methods throw AppError('store-away') while Redis or PostgreSQL is: then nobody may try. */
export class AttemptLimiter {
  readonly #deps: AttemptLimiterDependencies;
  readonly #counters: Counters;
  readonly #signals: GuessingSignals;

  constructor(deps: AttemptLimiterDependencies) {
    this.#deps = deps;
    this.#counters = new Counters(deps.redis, deps.keys, deps.settings);
    this.#signals = new GuessingSignals(deps);
  }

  /** Counts the attempt, if it may be verified. Refusals are told to the audit log, one row a minute. */
  async reserve(attempt: Attempt, origin: Origin): Promise<Verdict> {
    const verdict = await this.#reserve(attempt, origin);
    if (verdict.verdict !== 'go') await this.#noteRefusal(attempt, verdict, origin);
    return verdict;
  }

  async #reserve(attempt: Attempt, origin: Origin): Promise<Verdict> {
    const slot = slotOf(attempt);
    const { mirrored, work } = await this.#ask(attempt);
    const { streak } = mirrored;
    if (this.#isShut(streak)) {
      // The process that counted the last try died before it reported the lock.
      if (!streak.told) await this.#deps.streaks.tell(slot, told(attempt), origin);
      return { verdict: 'shut' };
    }
    if (mirrored.until) return { verdict: 'locked', until: mirrored.until };
    // Reserve nothing yet: somebody who does not solve the check must not use up other people's attempts.
    if (work > 0) return this.#refusal(await this.#counters.look(slot), work);
    const from = { since: mirrored.since, checked: attempt.checked === true };
    const reserved = await this.#counters.reserve(slot, from);
    if (reserved.state === 'go') return this.#take(attempt, reserved.reservation, streak, origin);
    // PostgreSQL has not heard of it: the process that began it died, or is just about to tell.
    if (reserved.state === 'locked') await this.#lockStore(attempt, reserved.lock, origin);
    return this.#refusal(reserved, 0);
  }

  /** Where something has failed before, the try is counted in PostgreSQL too before it is verified. */
  async #take(
    { password, ...attempt }: Attempt,
    reservation: Reservation,
    { failures, any }: StreakState,
    origin: Origin,
  ): Promise<Verdict> {
    const counted = failures > 0 ? await this.#deps.streaks.reserve(reservation.slot) : 'none';
    if (counted === 'full') {
      await this.#counters.release(reservation);
      return { verdict: 'shut' };
    }
    const streak = { reserved: counted === 'none' ? undefined : counted.id, any };
    // The empty password is what hasty people send, not what is sprayed.
    const mac = password ? this.#signals.macOf(password) : undefined;
    return { verdict: 'go', token: { attempt, password: mac, reservation, streak, origin } };
  }

  /**
   * The attempt was right: it is refunded, the failures of its counter before it are forgiven, and the failures
   * in a row of this secret are over. Without any nothing is written to PostgreSQL.
   */
  async succeed({ attempt, reservation, streak, origin }: AttemptToken): Promise<void> {
    const { account, app } = attempt;
    const by = { account, app, origin };
    await Promise.all([
      this.#counters.succeed(reservation),
      streak.any && this.#deps.streaks.succeed(reservation.slot, by),
    ]);
  }

  /** Nothing was verified (too busy, a store away): the attempt is refunded, and nothing forgiven. */
  async release({ reservation, streak }: AttemptToken): Promise<void> {
    const { reserved } = streak;
    await Promise.all([
      this.#counters.release(reservation),
      reserved !== undefined && this.#deps.streaks.release(reservation.slot, reserved),
    ]);
  }

  /**
   * The attempt was wrong: it stays counted, and the lock begins when none is left. Answers what the next
   * attempt will find.
   * @param account the sub, where it became known only after `reserve`
   */
  async fail(token: AttemptToken, origin: Origin, account?: string): Promise<LockState> {
    const { reservation, password, streak } = token;
    const attempt = { ...token.attempt, ...(account === undefined ? {} : { account }) };
    const { address, subject, device } = attempt;
    const [counted, work, shut] = await Promise.all([
      this.#counters.fail(reservation),
      device === undefined ? this.#signals.note({ address, subject, password }) : 0,
      this.#deps.streaks.fail(reservation.slot, streak.reserved, told(attempt), origin),
    ]);
    if (counted.state === 'locked') await this.#lockStore(attempt, counted.lock, origin);
    return shut ? { verdict: 'shut' } : this.#lockState(counted, work);
  }

  /** What `reserve` would say, without counting anything. Asked anew by each later step of a sign-in. */
  async lockState(guess: Guess): Promise<LockState> {
    const { mirrored, work } = await this.#ask(guess);
    if (this.#isShut(mirrored.streak)) return { verdict: 'shut' };
    if (mirrored.until) return { verdict: 'locked', until: mirrored.until };
    const counted = await this.#counters.look(slotOf(guess));
    return this.#lockState(counted, work, guess.checked);
  }

  /**
   * Ends all locks and counters of a subject at once, for every replica, and opens what is shut.
   * @param subject a folded user ID
   * @returns how many locks were on, and how many secrets shut
   */
  async lift(
    subject: string,
    actor: string,
    origin: Origin,
    account?: string,
  ): Promise<{ locks: number; opened: number }> {
    // Redis first: what it still holds after PostgreSQL was told could be written there as a new lock.
    const known = await this.#counters.lift(hashSubject(subject));
    return this.#deps.lockStore.lift(subject, known, { actor, account, origin }, (tx) =>
      this.#deps.streaks.lift(tx, subject, { actor, account, origin }),
    );
  }

  /**
   * Opens what failures in a row have shut, in the transaction of what proves the person: a new password has no
   * failures of its own.
   * @param subject a folded user ID
   * @param secrets all, unless given
   */
  async open(tx: Transaction, subject: string, by: OpenedBy, secrets?: readonly Secret[]): Promise<void> {
    await this.#deps.streaks.lift(tx, subject, by, secrets);
  }

  /** The locks of a folded user ID that are on. */
  locksOf(subject: string): Promise<Lock[]> {
    return this.#deps.lockStore.locksOf(subject);
  }

  /** What is known beside the subject's own counter. A known device is under no suspicion. */
  async #ask(guess: Guess) {
    const trusted = guess.checked === true || guess.device !== undefined;
    const spraying = guess.secret === 'password';
    const [mirrored, work] = await Promise.all([
      this.#deps.lockStore.lockState(slotOf(guess)),
      trusted ? 0 : this.#signals.work(guess.address, { spraying }),
    ]);
    return { mirrored, work };
  }

  #isShut({ failures }: StreakState): boolean {
    return failures >= this.#deps.settings.failures_in_a_row;
  }

  #refusal(counted: Counted, work: number): Refusal {
    if (counted.state === 'locked') return { verdict: 'locked', until: counted.lock.until };
    if (counted.state === 'full') return { verdict: 'locked', until: counted.until };
    const { failures } = counted;
    return { verdict: 'check', failures, work: Math.max(work, this.#signals.forAccount(failures)) };
  }

  #lockState(counted: Counted, work: number, checked = false): LockState {
    const refusal = this.#refusal(counted, work);
    const stands = refusal.verdict === 'check' && (refusal.work === 0 || checked);
    return stands ? { verdict: 'go' } : refusal;
  }

  async #lockStore(attempt: Omit<Attempt, 'password'>, lock: BegunLock, origin: Origin): Promise<void> {
    await this.#deps.lockStore.record(slotOf(attempt), lock, told(attempt), origin);
  }

  async #noteRefusal(attempt: Attempt, refusal: Refusal, origin: Origin): Promise<void> {
    const { redis, keys, settings, append } = this.#deps;
    const network = networkOf(attempt.address);
    // A suspicious network may name a new subject each time; a row for each would fill the disk.
    const byNetwork = refusal.verdict === 'check' && refusal.failures < settings.security_check_after;
    const whose = byNetwork ? network : `${hashSubject(attempt.subject)} ${network}`;
    const args = [BETWEEN_ROWS * 1_000_000, COUNT_KEPT * 1000];
    const refused = await redis.run(REFUSE, [keys.refusals(whose)], args);
    if (refused === 0) return;
    const reason = refusal.verdict === 'check' ? 'security-check' : refusal.verdict;
    const event = { event: 'sign-in.refused', outcome: 'failure', reason } as const;
    await append({ ...event, ...told(attempt), after: { refused } }, origin);
  }
}

function told({ account, app }: Pick<Attempt, 'account' | 'app'>) {
  return { ...(account === undefined ? {} : { account }), ...(app === undefined ? {} : { app }) };
}
