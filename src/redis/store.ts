/**
 * The one door to Redis. Everything that lives for hours goes through it: sessions, codes, tokens,
 * interactions. It answers within the command timeout or throws `AppError('store-away')`; it never falls back
 * to this process's memory, since a replica's private counters would let an attacker count from zero.
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { attempt } from '../http/patience.ts';
import type { Log } from '../log.ts';

type Argument = string | number;

/** A Lua script. All its keys must carry the same hash tag, so that one Redis Cluster slot owns them. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Replies of a server that is up but cannot serve: the caller can do nothing but come again later. */
const UNABLE = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM|BUSY)\b/;

export class RedisStore {
  readonly #client: Redis;

  constructor(settings: Config['redis'], log: Log) {
    const options = {
      connectTimeout: settings.command_timeout * 1000,
      // These three belong together: without the first a dead server hangs a request for a minute, without
      // the others a command of long ago runs when the server is back, or runs twice.
      commandTimeout: settings.command_timeout * 1000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      keepAlive: 10_000,
      retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
      reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    };
    this.#client = settings.url.startsWith('unix:')
      ? new Redis(new URL(settings.url).pathname, options)
      : new Redis(settings.url, options);
    this.#client.on('error', (error) => log.warn({ err: error }, 'redis connection failed'));
  }

  /** Resolves once the first connection is ready. @throws AppError `store-away` after `seconds`. */
  async ready(seconds: number): Promise<void> {
    if (this.#client.status === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#client.off('ready', done);
        reject(new AppError('store-away', { cause: new Error('redis did not become ready') }));
      }, seconds * 1000);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#client.once('ready', done);
    });
  }

  /** Sends one command. @throws AppError `store-away` when no answer came in time. */
  async command(name: string, ...args: Argument[]): Promise<unknown> {
    return attempt('redis', async () => {
      try {
        return await this.#client.call(name, ...args);
      } catch (error) {
        throw away(error);
      }
    });
  }

  async get(key: string): Promise<string | null> {
    return (await this.command('GET', key)) as string | null;
  }

  /** Sets a key for `seconds` (at least 1). */
  async set(key: string, value: string, seconds: number): Promise<void> {
    await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)));
  }

  /** Sets a key for `seconds` unless it exists; true for the one caller that set it. */
  async setOnce(key: string, value: string, seconds: number): Promise<boolean> {
    return (await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)), 'NX')) === 'OK';
  }

  async delete(key: string): Promise<void> {
    await this.command('DEL', key);
  }

  /** Field to value; an empty map for a key that does not exist. */
  async hash(key: string): Promise<Map<string, string>> {
    const reply = (await this.command('HGETALL', key)) as string[] | Record<string, string>;
    if (!Array.isArray(reply)) return new Map(Object.entries(reply));
    const fields = new Map<string, string>();
    for (let i = 0; i < reply.length; i += 2) fields.set(reply[i] as string, reply[i + 1] as string);
    return fields;
  }

  /** Runs a script atomically in one round trip (two the first time a server sees it). */
  async run(lua: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.command('EVALSHA', lua.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.command('EVAL', lua.source, keys.length, ...keys, ...args);
    }
  }

  /** The server's clock, in seconds: what decides about TTLs, never a replica's own. */
  async time(): Promise<number> {
    const [seconds, micro] = (await this.command('TIME')) as [string, string];
    return Number(seconds) + Number(micro) / 1e6;
  }

  close(): void {
    this.#client.disconnect();
  }
}

function away(error: unknown): unknown {
  const isReply = error instanceof Error && error.name === 'ReplyError';
  return isReply && !UNABLE.test(error.message) ? error : new AppError('store-away', { cause: error });
}
