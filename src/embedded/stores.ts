import { chmodSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { messageOf } from '../errors.ts';
import { Claim } from './claim.ts';
import { isRoot } from './owner.ts';
import { PostgresServer } from './postgres.ts';
import { RedisServer } from './redis.ts';
import { findRedisBinary, type RedisEnvironment } from './redis-binary.ts';

// This folder owns the private PostgreSQL and Redis of the demo and the tests: children of ours, on Unix
// sockets in a short temporary folder, data in the folder we are given. Never part of production.

/** A store's name. */
export type StoreName = 'postgres' | 'redis';

/** What to start, and where. */
export interface EmbeddedStoresOptions {
  /** The data directory (`.data`); made if missing. One living process may use it at a time. */
  readonly directory: string;
  /** The caller's PATH and REDIS_SERVER. */
  readonly environment: RedisEnvironment;
  /** Told, in whole lines, what takes long or changes the machine. */
  readonly log?: (line: string) => void;
  /** Told of a store that ends by itself; `EmbeddedStores.restart` brings it back. */
  readonly onExit?: (name: StoreName, code: number | null) => void;
}

const PREFIX = 'vestibule-';

/** The running private PostgreSQL and Redis. */
export class EmbeddedStores {
  readonly #postgres: PostgresServer;
  readonly #redis: RedisServer;
  readonly #claim: Claim;
  readonly #sockets: string;
  #stopped: Promise<void> | undefined;

  constructor(postgres: PostgresServer, redis: RedisServer, claim: Claim, sockets: string) {
    this.#postgres = postgres;
    this.#redis = redis;
    this.#claim = claim;
    this.#sockets = sockets;
  }

  /** Of the database `vestibule`, in a form that `pg`, libpq and `new URL` read. */
  get databaseUrl(): string {
    return this.#postgres.url;
  }

  /** `unix:///…/redis.sock` */
  get redisUrl(): string {
    return this.#redis.url;
  }

  get pids(): { postgres: number; redis: number } {
    return { postgres: this.#postgres.pid, redis: this.#redis.pid };
  }

  /** Starts a store that has died again, on the same socket and data. */
  async restart(name: StoreName): Promise<void> {
    await (name === 'postgres' ? this.#postgres : this.#redis).start();
  }

  /** Stops both, killing one that does not end within 10 s, and removes the sockets. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#postgres.stop(), this.#redis.stop()]);
    rmSync(this.#sockets, { recursive: true, force: true });
    this.#claim.release();
  }
}

/**
 * Starts a private PostgreSQL (with an empty or earlier database `vestibule`) and Redis, and resolves once
 * both answer. What an earlier, killed process left running on the same directory is stopped first.
 * @throws Error whose message is one line: a living process has the directory, Redis is missing, …
 */
export async function startEmbeddedStores(options: EmbeddedStoresOptions): Promise<EmbeddedStores> {
  const binary = findRedisBinary(options.environment, options.log ?? (() => undefined));
  const directory = ownDirectory(options.directory);
  const sockets = makeSocketDirectory();
  let stores: EmbeddedStores | undefined;
  let claim: Claim | undefined;
  try {
    claim = new Claim(directory, sockets);
    if (claim.abandoned) removeSocketDirectory(claim.abandoned);
    const onExit = (name: StoreName) => (code: number | null) => options.onExit?.(name, code);
    const postgres = new PostgresServer({ directory, sockets, onExit: onExit('postgres') });
    const redis = new RedisServer({ binary, directory, sockets, onExit: onExit('redis') });
    stores = new EmbeddedStores(postgres, redis, claim, sockets);
    const started = await Promise.allSettled([postgres.start(), redis.start()]);
    for (const start of started) if (start.status === 'rejected') throw start.reason;
    return stores;
  } catch (error) {
    if (stores) await stores.stop();
    claim?.release();
    removeSocketDirectory(sockets);
    throw error;
  }
}

function ownDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return realpathSync(directory);
  } catch (error) {
    throw new Error(`The data directory ${directory} cannot be made: ${messageOf(error)}`);
  }
}

/** Socket paths end at 104 bytes on macOS and 108 on Linux: hence /tmp, however long TMPDIR is. */
function makeSocketDirectory(): string {
  const sockets = mkdtempSync(join(lstatSync('/tmp', { throwIfNoEntry: false }) ? '/tmp' : tmpdir(), PREFIX));
  // PostgreSQL, which runs as another user where we are root, must pass through to its own folder inside.
  if (isRoot()) chmodSync(sockets, 0o711);
  return sockets;
}

/** Removes only what is ours: anybody may make a folder or a link of any name in /tmp. */
function removeSocketDirectory(sockets: string): void {
  const found = lstatSync(sockets, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid !== process.getuid?.() || !basename(sockets).startsWith(PREFIX))
    return;
  rmSync(sockets, { recursive: true, force: true });
}
