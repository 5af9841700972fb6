import { randomBytes } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { type LockoutSettings, SECRETS, type Slot } from './attempt.ts';
import { FAIL, LIFT, LOOK, RELEASE, RESERVE, type Reply, SUCCEED } from './scripts.ts';

/** s that a verification may take; after that its process is taken for dead, and its attempt for used up. */
const LIFE = 10;
const MICRO = 1_000_000;

/** A lock as Redis has it; `id` is the same in every store. */
export interface BegunLock {
  readonly id: string;
  /** s since it began. */
  readonly age: number;
  /** s that are left. */
  readonly left: number;
  readonly until: Date;
}

/** An attempt that is counted and may be verified. */
export interface Reservation {
  readonly id: string;
  /** µs on Redis's clock. */
  readonly at: number;
  readonly slot: Slot;
  /** s since an earlier lock of this slot began, as PostgreSQL knows it. */
  readonly since: number | undefined;
}

export type Counted =
  | { readonly state: 'counted' | 'check'; readonly failures: number }
  /** As many are being verified as are left; a lock is likely but not begun. */
  | { readonly state: 'full'; readonly until: Date }
  | { readonly state: 'locked'; readonly lock: BegunLock };

export type Reserved = Counted | { readonly state: 'go'; readonly reservation: Reservation };

/** Attempts at a subject's secrets, counted in Redis before they are verified. Throws AppError('store-away'). */
export class Counters {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #settings: LockoutSettings;
  /** µs after which nothing that is kept could matter. */
  readonly #memory: number;

  constructor(redis: RedisStore, keys: RedisKeys, settings: LockoutSettings) {
    this.#redis = redis;
    this.#keys = keys;
    this.#settings = settings;
    const { window, lock, repeat_lock, repeat_within } = settings;
    this.#memory = micro(window + LIFE + Math.max(lock, repeat_lock) + repeat_within);
  }

  /**
   * Takes one of the attempts that are left; begins the lock when a process died before it could.
   * @param since s since an earlier lock began, as PostgreSQL knows it
   * @param checked whether a security check was solved
   */
  async reserve(slot: Slot, { since, checked }: { since: number | undefined; checked: boolean }) {
    const id = randomBytes(12).toString('base64url');
    const check = checked ? 0 : this.#settings.security_check_after;
    const reply = await this.#count(RESERVE, slot, id, since, check);
    if (reply[0] !== 'go') return read(reply);
    return {
      state: 'go',
      reservation: { id, at: Number(reply[1]), slot, since },
    } as const satisfies Reserved;
  }

  /** The attempt failed: it stays counted. Begins the lock when none is left. */
  async fail({ slot, id, at, since }: Reservation): Promise<Counted> {
    return read(await this.#count(FAIL, slot, id, since, at));
  }

  /** The attempt succeeded: it and the failures before it are forgiven; what is in flight stays counted. */
  async succeed({ slot, id, at }: Reservation): Promise<void> {
    await this.#redis.run(SUCCEED, this.#keysOf(slot).slice(0, 2), [id, at]);
  }

  /** Nothing was verified: the attempt is given back. */
  async release({ slot, id }: Reservation): Promise<void> {
    await this.#redis.run(RELEASE, this.#keysOf(slot).slice(0, 2), [id]);
  }

  /** What a reservation would find, without making one. */
  async look(slot: Slot): Promise<Counted> {
    const { window, lock } = this.#settings;
    const args = [this.#allowed(slot), micro(window), micro(LIFE), micro(lock)];
    return read(await this.#redis.run(LOOK, this.#keysOf(slot), args));
  }

  /** Forgets every counter and lock of a subject: how many failures, and which locks were open. */
  async lift(subject: string): Promise<{ failures: number; locks: (BegunLock & { slot: Slot })[] }> {
    const index = this.#keys.attemptSlots(subject);
    const names = await this.#redis.command<string[]>('SMEMBERS', index);
    const slots = [...new Set([...SECRETS, ...names])].flatMap((name) => slotNamed(subject, name) ?? []);
    const keys = slots.flatMap((slot) => this.#keysOf(slot).slice(0, 3));
    const [failures, ...locks] = await this.#redis.run(LIFT, [index, ...keys], []);
    return {
      failures,
      locks: locks.flatMap(([place, ...lock]) => {
        const slot = slots[Number(place)];
        return slot ? { ...readLock(lock), slot } : [];
      }),
    };
  }

  async #count(
    script: typeof RESERVE,
    slot: Slot,
    id: string,
    since: number | undefined,
    last: number,
  ): Promise<Reply> {
    const { window, lock, repeat_lock, repeat_within } = this.#settings;
    const lockId = randomBytes(12).toString('base64url');
    return this.#redis.run(script, this.#keysOf(slot), [
      ...[id, this.#allowed(slot), micro(window), micro(LIFE), micro(lock), micro(repeat_lock)],
      ...[micro(repeat_within), since === undefined ? -1 : micro(since), lockId, this.#memory],
      ...[nameOf(slot), last],
    ]);
  }

  #allowed({ device }: Slot): number {
    return device === null ? this.#settings.failures : this.#settings.device_failures;
  }

  #keysOf(slot: Slot): string[] {
    const name = nameOf(slot);
    return [
      this.#keys.attemptsInFlight(slot.subject, name),
      this.#keys.attemptsFailed(slot.subject, name),
      this.#keys.lock(slot.subject, name),
      this.#keys.attemptSlots(slot.subject),
    ];
  }
}

function read([state, ...rest]: Reply): Counted {
  if (state === 'locked') return { state, lock: readLock(rest) };
  if (state === 'full') return { state, until: readLock(rest).until };
  return { state: state === 'check' ? 'check' : 'counted', failures: Number(rest[0]) };
}

function readLock([id, began, until, now]: Reply): BegunLock {
  const left = (Number(until) - Number(now)) / MICRO;
  const age = (Number(now) - Number(began)) / MICRO;
  return { id: String(id), age, left, until: new Date(Number(until) / 1000) };
}

function nameOf({ secret, device }: Slot): string {
  return device === null ? secret : `${secret}:${device}`;
}

function slotNamed(subject: string, name: string): Slot | undefined {
  const [named, device = null] = name.split(':');
  const secret = SECRETS.find((each) => each === named);
  return secret && { subject, secret, device };
}

function micro(seconds: number): number {
  return Math.round(seconds * MICRO);
}
