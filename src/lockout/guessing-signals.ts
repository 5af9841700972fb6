import { createHmac, randomBytes } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { hashSubject, type LockoutSettings, networkOf } from './attempt.ts';
import { NOTE, NOTED } from './scripts.ts';

/** The work doubles at most so many times: to 32 times the first. */
const DOUBLINGS = 5;

export interface GuessingSignalsDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly settings: LockoutSettings;
  /** A key for passwords that failed: without it nobody finds one by trying what Redis holds. */
  readonly secret: Buffer;
}

/** A password that is being tried, as the stores may know it. */
export type PasswordMac = string;

/**
 * Guessing that no account's own counter shows: from one network at many accounts, or with one password at
 * many accounts. It leads to the security check, never to a lock. Throws AppError('store-away').
 */
export class GuessingSignals {
  readonly #deps: GuessingSignalsDependencies;

  constructor(deps: GuessingSignalsDependencies) {
    this.#deps = deps;
  }

  macOf(password: string): PasswordMac {
    return createHmac('sha256', this.#deps.secret).update(password).digest('base64url').slice(0, 22);
  }

  /** The work that a sign-in from this address has to do first; 0 for none. */
  async work(address: string, about: { spraying: boolean }): Promise<number> {
    const { redis, keys, settings } = this.#deps;
    const network = keys.addressFailures(networkOf(address));
    const [failures, sprayed] = await Promise.all([
      redis.run(NOTED, [network], [this.#window]),
      about.spraying ? redis.get(keys.spraying()) : null,
    ]);
    return Math.max(this.#forAddress(failures), sprayed === null ? 0 : settings.security_check_work);
  }

  /** Counts a failure; the work for the next try, 0 for none. */
  async note(failure: { address: string; subject: string; password: PasswordMac | undefined }) {
    const { address, subject, password } = failure;
    const [network, spray] = await Promise.all([
      this.#noteAddress(address),
      password === undefined ? 0 : this.#notePassword(password, subject),
    ]);
    return Math.max(network, spray);
  }

  /** The work after so many failures for one account. */
  forAccount(failures: number): number {
    return this.#rising(failures - this.#deps.settings.security_check_after);
  }

  async #noteAddress(address: string): Promise<number> {
    const { redis, keys } = this.#deps;
    const most = this.#allowance + DOUBLINGS * this.#step;
    const args = [randomBytes(9).toString('base64url'), this.#window, most];
    return this.#forAddress(await redis.run(NOTE, [keys.addressFailures(networkOf(address))], args));
  }

  async #notePassword(password: PasswordMac, subject: string): Promise<number> {
    const { redis, keys, settings } = this.#deps;
    const most = settings.sprayed_accounts;
    const args = [hashSubject(subject), this.#window, most];
    const accounts = await redis.run(NOTE, [keys.sprayed(password)], args);
    if (accounts < most) return 0;
    await redis.set(keys.spraying(), '1', settings.window);
    return settings.security_check_work;
  }

  #forAddress(failures: number): number {
    return this.#rising(Math.floor((failures - this.#allowance) / this.#step));
  }

  /** @param beyond doublings; below 0 no work is asked */
  #rising(beyond: number): number {
    return beyond < 0 ? 0 : this.#deps.settings.security_check_work * 2 ** Math.min(DOUBLINGS, beyond);
  }

  get #allowance(): number {
    return this.#deps.settings.address_failures;
  }

  /** Failures of a network that double the work: many people may share one. */
  get #step(): number {
    return Math.max(1, Math.floor(this.#allowance / 10));
  }

  get #window(): number {
    return Math.round(this.#deps.settings.window * 1_000_000);
  }
}
