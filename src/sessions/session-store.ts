import { bare } from '../bare.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { fromJson } from '../redis/record.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { hashId } from './hash.ts';

/** Who signed in and how; times in epoch seconds. */
export interface Login {
  readonly accountId: string;
  readonly loginTs: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** On a shared computer: the session idles out sooner. */
  readonly isPublic?: boolean;
  /** When a second factor was last proved. */
  readonly factorAt?: number;
  /** The device was remembered, and stood for the second factor. */
  readonly remembered?: boolean;
}

/** What a session holds for one app: its sid and the one grant. */
export interface Authorization {
  sid?: string;
  grantId?: string;
}

export interface StoredSession {
  readonly uid: string;
  readonly idHash: string;
  readonly login: Login;
  /** When the person first signed in, epoch seconds: the absolute life counts from here. */
  readonly startedAt: number;
  /** When the last activity was written, epoch seconds. */
  readonly seenAt: number;
  /** When the session ends if nothing happens, epoch seconds. */
  readonly expiresAt: number;
  readonly authorizations: Readonly<Record<string, Authorization>>;
}

export interface SessionWrite {
  readonly uid: string;
  /** The id the cookie will carry. */
  readonly id: string;
  /** Hash of the id under which the writer loaded the session; empty for a new one. */
  readonly loadedIdHash: string;
  readonly login: Login;
  /** Only those that the writer changed. */
  readonly authorizations: Readonly<Record<string, Authorization>>;
}

/**
 * `written`: as asked. `stale`: the cookie id changed since the writer loaded the session, so only its new
 * apps (and a newer login of the same person) were taken. `ended`: nothing was written.
 */
export type WriteOutcome = 'written' | 'stale' | 'ended';

const PUT = script<WriteOutcome>(`
-- KEYS data tombstone  ARGV id loaded login loginTs account idle absolute public [client authorization]...
if redis.call('EXISTS', KEYS[2]) == 1 then return 'ended' end
local now = tonumber(redis.call('TIME')[1])
local cur = redis.call('HMGET', KEYS[1], 'id', 'account', 'loginTs', 'started')
local started, outcome, slide = now, 'written', true
if cur[1] then
  if cur[2] ~= ARGV[5] then return 'ended' end
  started = tonumber(cur[4])
  slide = false
  if cur[1] ~= ARGV[1] and cur[1] ~= ARGV[2] then
    outcome = 'stale'
    if tonumber(ARGV[4]) > tonumber(cur[3]) then redis.call('HSET', KEYS[1], 'login', ARGV[3], 'loginTs', ARGV[4]) end
  elseif cur[1] ~= ARGV[1] or tonumber(ARGV[4]) > tonumber(cur[3]) then
    redis.call('HSET', KEYS[1], 'id', ARGV[1], 'login', ARGV[3], 'loginTs', ARGV[4])
    slide = true
  end
else
  if ARGV[2] ~= '' then return 'ended' end
  redis.call('HSET', KEYS[1], 'id', ARGV[1], 'account', ARGV[5], 'login', ARGV[3], 'loginTs', ARGV[4], 'started', now)
end
if ARGV[8] == '1' then redis.call('HSET', KEYS[1], 'public', 1) end
for i = 9, #ARGV, 2 do redis.call('HSET', KEYS[1], 'app:' .. ARGV[i], ARGV[i + 1]) end
if slide then
  local ends = math.min(now + tonumber(ARGV[6]), started + tonumber(ARGV[7]))
  redis.call('HSET', KEYS[1], 'seen', now, 'ends', ends)
  redis.call('EXPIREAT', KEYS[1], ends)
end
return outcome`);

const TOUCH = script<number>(`
-- KEYS data  ARGV idle absolute grain public_idle
local cur = redis.call('HMGET', KEYS[1], 'started', 'seen', 'public')
if not cur[1] then return 0 end
local idle = tonumber(cur[3] == '1' and ARGV[4] or ARGV[1])
local now = tonumber(redis.call('TIME')[1])
if now - tonumber(cur[2]) < tonumber(ARGV[3]) then return 0 end
local ends = math.min(now + idle, tonumber(cur[1]) + tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'seen', now, 'ends', ends)
redis.call('EXPIREAT', KEYS[1], ends)
return idle`);

const ENDS = script<number[]>(`
-- KEYS data  ARGV absolute
local cur = redis.call('HMGET', KEYS[1], 'started', 'ends')
if not cur[1] then return {} end
local now = tonumber(redis.call('TIME')[1])
return {math.max(0, tonumber(cur[2]) - now), math.max(0, tonumber(cur[1]) + tonumber(ARGV[1]) - now)}`);

const END = script(`
-- KEYS data tombstone  ARGV seconds
redis.call('SET', KEYS[2], 1, 'EX', ARGV[1])
return redis.call('DEL', KEYS[1])`);

export interface SessionLives {
  /** Seconds. */
  readonly idle: number;
  readonly absolute: number;
  /** Idle on a shared computer; as elsewhere unless given. */
  readonly public_idle?: number;
}

/** What a session has left, s. */
export interface Ends {
  /** If nothing happens; never more than to the absolute end. */
  readonly idle: number;
  readonly absolute: number;
}

/**
 * Sessions in Redis. The data lies under the uid; cookie ids are pointers to it, and the data names the one id
 * that is good now, so the old one dies in the same instant that the new one begins. Writes merge: requests
 * read a session, work, and write it back, many at a time, and none may undo another's.
 */
export class SessionStore {
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #lives: SessionLives;

  constructor(redis: RedisStore, keys: RedisKeys, lives: SessionLives) {
    this.#redis = redis;
    this.#keys = keys;
    this.#lives = lives;
  }

  /** Activity is written at most once in so many seconds. */
  get grain(): number {
    return Math.min(60, Math.floor(this.#publicIdle / 10));
  }

  /** By the id in a cookie. Two round trips. */
  async findById(id: string): Promise<StoredSession | undefined> {
    const uid = await this.uidOf(id);
    if (!uid) return undefined;
    const session = await this.findByUid(uid);
    return session?.idHash === hashId(id) ? session : undefined;
  }

  /** The session that an id opens or, before it got another, once opened. */
  async uidOf(id: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#keys.sessionPointer(hashId(id)))) ?? undefined;
  }

  async findByUid(uid: string): Promise<StoredSession | undefined> {
    const fields = await this.#redis.hash(this.#keys.session(uid));
    const [login, idHash] = [fields.get('login'), fields.get('id')];
    if (!login || !idHash) return undefined;
    const authorizations = bare<Authorization>();
    for (const [name, value] of fields) {
      if (name.startsWith('app:')) authorizations[name.slice(4)] = fromJson(value);
    }
    return {
      uid,
      idHash,
      login: fromJson(login),
      startedAt: Number(fields.get('started')),
      seenAt: Number(fields.get('seen')),
      expiresAt: Number(fields.get('ends')),
      authorizations,
    };
  }

  async put(write: SessionWrite): Promise<WriteOutcome> {
    const { uid, id, login } = write;
    const idHash = hashId(id);
    if (idHash !== write.loadedIdHash) {
      // Pointer first: until the data names this id, the pointer alone opens nothing.
      await this.#redis.set(this.#keys.sessionPointer(idHash), uid, this.#lives.absolute);
    }
    const apps = Object.entries(write.authorizations).flatMap(([app, held]) => [app, JSON.stringify(held)]);
    return this.#redis.run(
      PUT,
      [this.#keys.session(uid), this.#keys.sessionTombstone(uid)],
      [
        idHash,
        write.loadedIdHash,
        JSON.stringify(login),
        login.loginTs,
        login.accountId,
        login.isPublic ? this.#publicIdle : this.#lives.idle,
        this.#lives.absolute,
        login.isPublic ? 1 : 0,
        ...apps,
      ],
    );
  }

  /**
   * Moves the idle end by so many seconds; undefined when it was written lately or there is no session.
   * @param grain s within which it is not written again
   */
  async touch(uid: string, grain = this.grain): Promise<number | undefined> {
    const { idle, absolute } = this.#lives;
    const args = [idle, absolute, grain, this.#publicIdle];
    return (await this.#redis.run(TOUCH, [this.#keys.session(uid)], args)) || undefined;
  }

  /** Deletes the data and leaves a tombstone that outlives every request in flight. */
  async end(uid: string): Promise<void> {
    const keys = [this.#keys.session(uid), this.#keys.sessionTombstone(uid)];
    await this.#redis.run(END, keys, [this.#lives.absolute + 60]);
  }

  get #publicIdle(): number {
    return this.#lives.public_idle ?? this.#lives.idle;
  }

  /** Seconds that the session has left if nothing happens; 0 when it is gone. */
  async remaining(uid: string): Promise<number> {
    const ms = await this.#redis.command<number>('PTTL', this.#keys.session(uid));
    return Math.max(0, Math.ceil(ms / 1000));
  }

  /** What a session has left to its two ends; undefined when it is gone. */
  async ends(uid: string): Promise<Ends | undefined> {
    const [idle, absolute] = await this.#redis.run(ENDS, [this.#keys.session(uid)], [this.#lives.absolute]);
    return idle === undefined || absolute === undefined ? undefined : { idle, absolute };
  }

  /** Whether its end can no longer be moved: the absolute life is over then. */
  isLast({ startedAt, expiresAt }: StoredSession): boolean {
    return expiresAt - startedAt >= this.#lives.absolute;
  }

  async isEnded(uid: string): Promise<boolean> {
    return (await this.#redis.command('EXISTS', this.#keys.sessionTombstone(uid))) === 1;
  }
}
