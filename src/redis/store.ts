/**
 * The one door to Redis. Everything that lives for hours goes through it: sessions, codes, tokens,
 * interactions. It answers within the command timeout or throws `AppError('store-away')`; it never falls back
 * to this process's memory, since a replica's private counters would let an attacker count from zero.
 */
import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { attempt } from '../outage-memory.ts';
import { checkKind, openRedis, ping } from './client.ts';
import { type RedisMemory, readMemory } from './memory.ts';
import { writeEverywhere } from './probe.ts';

type Argument = string | number;

/** A Lua script. All its keys must carry the same hash tag, so that one Redis Cluster slot owns them. */
export interface Script<Reply = unknown> {
  readonly source: string;
  readonly sha: string;
  /** Never there: says what the script answers. */
  readonly reply?: Reply;
}

export function script<Reply = unknown>(source: string): Script<Reply> {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Replies of a server that is up but cannot serve: the caller can do nothing but come again later. */
const UNABLE = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM|BUSY)\b/;

const CLAIM = script<string>(`
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return ARGV[2]`);

export class RedisStore {
  readonly #client: Redis | Cluster;

  constructor(settings: Config['redis'], log: Log) {
    this.#client = openRedis(settings, log);
  }

  /**
   * Resolves once it answers.
   * @throws AppError `store-away`, with the last failure, after `seconds`; Error when the URL names another kind
   */
  async ready(seconds: number): Promise<void> {
    const end = clock.monotonic() + seconds * 1000;
    while (!(await this.#answers(end))) await clock.wait(50);
    await checkKind(this.#client);
  }

  async #answers(end: number): Promise<boolean> {
    try {
      await this.ping();
      return true;
    } catch (error) {
      if (clock.monotonic() > end) throw error;
      return false;
    }
  }

  /** Asks whether all is there that a sign-in needs. @throws AppError `store-away` */
  async ping(): Promise<void> {
    try {
      await ping(this.#client);
    } catch (error) {
      throw away(error);
    }
  }

  /**
   * Writes a key to each server that a sign-in may need.
   * @param keyOf names them by a number
   * @throws AppError `store-away` when one of them takes no writes
   */
  async tryWrite(keyOf: (number: number) => string): Promise<void> {
    try {
      await writeEverywhere(this.#client, keyOf);
    } catch (error) {
      throw away(error);
    }
  }

  /** What its memory is like; undefined where it cannot be asked. */
  memory(): Promise<RedisMemory | undefined> {
    return readMemory(this.#client);
  }

  /** Sends one command. @throws AppError `store-away` when no answer came in time. */
  async command<Reply = unknown>(name: string, ...args: Argument[]): Promise<Reply> {
    return attempt('redis', async () => {
      try {
        // The one place that takes Redis at its word: each command and script has one type of reply.
        return (await this.#client.call(name, ...args)) as Reply;
      } catch (error) {
        throw away(error);
      }
    });
  }

  async get(key: string): Promise<string | null> {
    return this.command<string | null>('GET', key);
  }

  /** Sets a key for `seconds` (at least 1). */
  async set(key: string, value: string, seconds: number): Promise<void> {
    await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)));
  }

  /** Sets a key for `seconds` unless it exists; true for the one caller that set it. */
  async setOnce(key: string, value: string, seconds: number): Promise<boolean> {
    return (await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)), 'NX')) === 'OK';
  }

  /** Sets a key that is free or still holds what the caller saw there; answers what it holds afterwards. */
  async claim(key: string, seen: string, value: string, seconds: number): Promise<string> {
    return this.run(CLAIM, [key], [seen, value, Math.max(1, Math.ceil(seconds))]);
  }

  async delete(key: string): Promise<void> {
    await this.command('DEL', key);
  }

  /** Field to value; an empty map for a key that does not exist. */
  async hash(key: string): Promise<Map<string, string>> {
    const reply = await this.command<string[] | Record<string, string>>('HGETALL', key);
    if (!Array.isArray(reply)) return new Map(Object.entries(reply));
    const fields = new Map<string, string>();
    for (let i = 0; i < reply.length; i += 2) fields.set(String(reply[i]), String(reply[i + 1]));
    return fields;
  }

  /** Runs a script atomically in one round trip (two the first time a server sees it). */
  async run<Reply>(lua: Script<Reply>, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    // One server would run it all the same, and nobody would know before the day a Cluster refuses.
    if (new Set(keys.map(hashTag)).size > 1) throw new Error('the keys of a script need one hash tag');
    try {
      return await this.command<Reply>('EVALSHA', lua.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.command<Reply>('EVAL', lua.source, keys.length, ...keys, ...args);
    }
  }

  /** The server's clock, in seconds: what decides about TTLs, never a replica's own. */
  async time(): Promise<number> {
    const [seconds, micro] = await this.command<[string, string]>('TIME');
    return Number(seconds) + Number(micro) / 1e6;
  }

  close(): void {
    this.#client.disconnect();
  }
}

/** What decides about a key's slot: the part between the first braces, unless that is empty. */
function hashTag(key: string): string {
  return /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

function away(error: unknown): unknown {
  const isReply = error instanceof Error && error.name === 'ReplyError';
  return isReply && !UNABLE.test(error.message) ? error : new AppError('store-away', { cause: error });
}
