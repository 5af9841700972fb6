// Passwords: hashing (argon2id, in a pool of niced workers), and what a password may look like. The pool keeps
// the event loop free, and its bounded queue sheds with 503 requests that would wait too long.

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Options, parseOptions } from '@node-rs/argon2';
import { Piscina } from 'piscina';
import { AppError } from '../errors.ts';
import { isTooLong, normalise } from './text.ts';

/** The part of the settings that hashing needs (`password` in config). */
export interface PasswordSettings {
  readonly hash: {
    /** KiB, at least 8 × parallelism. */
    readonly memory: number;
    /** Passes, at least 1. */
    readonly time: number;
    /** Lanes, at least 1. */
    readonly parallelism: number;
  };
  readonly pool: {
    /** Threads; never more than the cores that the container may use, which is what 'auto' takes. */
    readonly workers: 'auto' | number;
    /** Passwords that may wait while every worker is busy. */
    readonly queue: number;
  };
}

/** A stored hash that asks for more than this is not one of ours, and would take the process down. */
const MAXIMUM_STORED_MEMORY = 1024 * 1024; // KiB
const MAXIMUM_STORED_TIME = 64;

/** ms without work after which a worker ends. */
const IDLE = 300_000;

/** Bytes. */
const SALT = 16;
const DIGEST = 32;

const ARGON2ID = 2;
const VERSION_1_3 = 1;

export class PasswordHasher {
  readonly #pool: Piscina;
  readonly #capacity: number;
  readonly #options: Options;
  readonly #decoy: string;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;
  #verified = 0;

  /** Starts the first worker. `onError` hears of a worker that died while idle; another takes its place. */
  constructor(settings: PasswordSettings, onError: (error: Error) => void = () => {}) {
    const { memory, time, parallelism } = settings.hash;
    this.#options = { algorithm: ARGON2ID, memoryCost: memory, timeCost: time, parallelism };
    this.#decoy = decoyHash(settings.hash);
    const workers = workerCount(settings.pool.workers);
    this.#capacity = workers + settings.pool.queue;
    this.#pool = new Piscina({
      filename: workerFile(),
      name: 'verify',
      // A worker holds 12 MB: those beyond the first are there while there is work for them.
      minThreads: 1,
      maxThreads: workers,
      idleTimeout: IDLE,
      env: {}, // the workers need none of the process's secrets
      execArgv: [],
      recordTiming: false,
    });
    this.#pool.on('error', onError);
  }

  /** Passwords that reached the verifier, those of nobody too; not what was shed. */
  get verified(): number {
    return this.#verified;
  }

  /** Passwords being worked on or waiting. */
  get pending(): number {
    return this.#running.size;
  }

  /**
   * Hashes a password for storage, as a PHC string.
   * @throws AppError 'bad-request' beyond 256 characters; 'busy' when the queue is full or the pool is closed
   */
  async hash(password: string): Promise<string> {
    if (isTooLong(password)) throw new AppError('bad-request');
    return this.#run<string>('hash', { password: normalise(password), options: this.#options });
  }

  /**
   * True when `password` is the one that `hash` was made of. Nobody (null) and a hash that cannot be read cost
   * as much as somebody, and answer false.
   * @throws AppError 'busy' when the queue is full or the pool is closed
   */
  async verify(hash: string | null | undefined, password: string): Promise<boolean> {
    if (isTooLong(password)) return false;
    const known = hash != null && read(hash) !== undefined;
    // A user ID that does not exist must not answer sooner than one that does.
    const against = known ? hash : this.#decoy;
    const matches = await this.#run<boolean>('verify', { password: normalise(password), hash: against });
    return known && matches;
  }

  /** True when a hash was made with other parameters than today's settings: hash the password anew. */
  needsRehash(hash: string): boolean {
    const made = read(hash);
    return (
      made === undefined ||
      made.algorithm !== ARGON2ID ||
      made.version !== VERSION_1_3 ||
      made.memoryCost !== this.#options.memoryCost ||
      made.timeCost !== this.#options.timeCost ||
      made.parallelism !== this.#options.parallelism
    );
  }

  /** A new salt with today's cost, for {@link derive}: a PHC string without its digest. */
  newSalt(): string {
    const { memoryCost, timeCost, parallelism } = this.#options;
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${randomPart(SALT)}`;
  }

  /**
   * Digests a short text with a salt that is shared by several, so that one derivation finds which of them it
   * is. [NIST SP 800-63B-4 §3.1.2.2]
   * @param salt of {@link newSalt}; its cost is the one that counts, not today's
   * @returns 32 bytes
   * @throws Error when the salt is none of ours; AppError 'busy' when the queue is full or the pool is closed
   */
  async derive(text: string, salt: string): Promise<Buffer> {
    const options = readSalt(salt);
    return Buffer.from(await this.#run<Uint8Array>('derive', { text, options }));
  }

  /** Refuses new work, finishes what was accepted, then ends the workers. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
    await this.#pool.destroy();
  }

  async #run<T>(name: 'hash' | 'verify' | 'derive', task: object): Promise<T> {
    // Waiting longer than anyone would wait helps nobody; refuse at once instead.
    if (this.#closed || this.#running.size >= this.#capacity) throw new AppError('busy');
    if (name === 'verify') this.#verified += 1;
    const work: Promise<T> = this.#pool.run(task, { name });
    this.#running.add(work);
    try {
      return await work;
    } catch (cause) {
      // A worker died under this task. Nothing was decided, so the person may simply try again.
      throw new AppError('busy', { cause });
    } finally {
      this.#running.delete(work);
    }
  }
}

/** A hash that no password fits: random salt, random digest, today's cost. */
function decoyHash({ memory, time, parallelism }: PasswordSettings['hash']): string {
  const cost = `m=${memory},t=${time},p=${parallelism}`;
  return `$argon2id$v=19$${cost}$${randomPart(SALT)}$${randomPart(DIGEST)}`;
}

function randomPart(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}

const SALT_FORM = /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22})$/;

function readSalt(salt: string): Options {
  const [, memory, time, parallelism, bytes = ''] = SALT_FORM.exec(salt) ?? [];
  const options = { memoryCost: Number(memory), timeCost: Number(time), parallelism: Number(parallelism) };
  const isOurs = options.memoryCost <= MAXIMUM_STORED_MEMORY && options.timeCost <= MAXIMUM_STORED_TIME;
  if (!isOurs) throw new Error('not a salt that was made here');
  return { algorithm: ARGON2ID, ...options, outputLen: DIGEST, salt: Buffer.from(bytes, 'base64') };
}

function read(hash: string): ReturnType<typeof parseOptions> | undefined {
  try {
    const made = parseOptions(hash);
    return made.memoryCost <= MAXIMUM_STORED_MEMORY && made.timeCost <= MAXIMUM_STORED_TIME
      ? made
      : undefined;
  } catch {
    return undefined;
  }
}

function workerCount(wanted: 'auto' | number): number {
  const cores = availableParallelism(); // what the container's quota allows, not what the machine has
  return wanted === 'auto' ? cores : Math.max(1, Math.min(wanted, cores));
}

/** The worker beside this file: TypeScript when run from src, JavaScript when run from dist. */
function workerFile(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./worker.${extension}`, import.meta.url));
}
