/**
 * Sessions: one browser's single sign-on, many apps riding on it. This folder owns where oidc-provider's
 * records lie, the ledger, expiry and ending. Redis holds what is alive, PostgreSQL what was and whether it
 * may still be used.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { hashId } from './hash.ts';
import type { EndReason, Ledger, Origin } from './ledger.ts';
import type { Login, SessionStore, SessionWrite, StoredSession, WriteOutcome } from './session-store.ts';

/** What happens to a session, as the audit log is to hear it, in the transaction of the change. */
export type SessionEvent =
  | { event: 'sign-in.succeeded'; outcome: 'success'; account: string; session: string; app?: string }
  | { event: 'app.entered'; outcome: 'success'; account: string; session: string; app: string }
  | {
      event: 'session.ended';
      outcome: 'success';
      reason: EndReason;
      account: string;
      actor?: string;
      session: string;
    };

export interface Trail {
  append(tx: Transaction, event: SessionEvent, origin: Origin): Promise<void>;
}

/** Where the notices for a session's apps are put, in the transaction that ends it. */
export interface LogoutNotices {
  enqueue(tx: Transaction, ended: { uid: string; account: string }): Promise<void>;
}

export interface SessionsParts {
  readonly store: SessionStore;
  readonly ledger: Ledger;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly db: Database;
  readonly trail: Trail;
  readonly notices: LogoutNotices;
  readonly log: Log;
}

interface PendingEnd {
  readonly reason: EndReason;
  readonly by: string | null;
  readonly origin: Origin;
  /** Epoch ms, by this replica's clock; only to leave young entries to whoever is working on them. */
  readonly at: number;
}

/** Ends after which a phone that the session let in is out too; signing out leaves it signed in. */
const TAKEN_AWAY: ReadonlySet<EndReason> = new Set([
  'revoked',
  'password-changed',
  'factor-removed',
  'account-disabled',
]);
const SWEEP_BATCH = 200;
const YOUNG = 10_000;

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #touched = new Map<string, number>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** A live session by its cookie's id. @throws AppError `store-away` */
  async findById(id: string): Promise<StoredSession | undefined> {
    return this.#standing(await this.#parts.store.findById(id));
  }

  async findByUid(uid: string): Promise<StoredSession | undefined> {
    return this.#standing(await this.#parts.store.findByUid(uid));
  }

  /** By its cookie's id, whether or not the ledger lets it stand: enough to end it, never to let anyone in. */
  stored(id: string): Promise<StoredSession | undefined> {
    return this.#parts.store.findById(id);
  }

  /** Whether a session has begun and can no longer be used. */
  async isOver(uid: string): Promise<boolean> {
    return (await this.#parts.store.isEnded(uid)) || (await this.#parts.ledger.isOver(uid));
  }

  put(write: SessionWrite): Promise<WriteOutcome> {
    return this.#parts.store.put(write);
  }

  /**
   * Records a sign-in: ledger row and audit row in one transaction. No audit, no session: when this throws,
   * the ledger has no row, and a session without one is refused wherever it is shown.
   * @returns false when the account may not sign in or the session has ended meanwhile
   */
  async begin(
    session: { uid: string; login: Login; provedAt: number; app?: string },
    origin: Origin,
  ): Promise<boolean> {
    const { db, ledger, trail } = this.#parts;
    return db.transaction().execute(async (tx) => {
      const begun = await ledger.begin(tx, session, origin);
      if (begun === 'refused') return false;
      await trail.append(
        tx,
        {
          event: 'sign-in.succeeded',
          outcome: 'success',
          account: session.login.accountId,
          session: session.uid,
          ...(session.app ? { app: session.app } : {}),
        },
        origin,
      );
      return true;
    });
  }

  /**
   * Records that an app was entered; audited the first time in a session.
   * @returns false when the session has ended meanwhile: its apps were told, this one would never be
   */
  async enter(
    entry: { uid: string; account: string; clientId: string; sid: string; grantId: string },
    origin: Origin,
  ): Promise<boolean> {
    const { db, ledger, trail } = this.#parts;
    const { uid, clientId, sid } = entry;
    return db.transaction().execute(async (tx) => {
      const entered = await ledger.enter(tx, { uid, clientId, sid, grant: hashId(entry.grantId) });
      if (entered !== 'first') return entered === 'again';
      await trail.append(
        tx,
        { event: 'app.entered', outcome: 'success', account: entry.account, session: uid, app: clientId },
        origin,
      );
      return true;
    });
  }

  /** Notes activity, at most once a grain (a minute, by default). Never throws: it follows an answer. */
  async touch(uid: string): Promise<void> {
    const grain = this.#parts.store.grain * 1000;
    const now = performance.now();
    if (now - (this.#touched.get(uid) ?? Number.NEGATIVE_INFINITY) < grain) return;
    if (this.#touched.size > 20_000) this.#touched.clear();
    this.#touched.set(uid, now);
    try {
      const idle = await this.#parts.store.touch(uid);
      if (idle) await this.#parts.ledger.seen(uid, idle);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'activity was not recorded');
    }
  }

  /** Seconds that a session has if nothing happens; 0 when it is gone. @throws AppError `store-away` */
  left(uid: string): Promise<number> {
    return this.#parts.store.remaining(uid);
  }

  /** Whether the end of a session as it was read can no longer be put off. */
  isLast(session: StoredSession): boolean {
    return this.#parts.store.isLast(session);
  }

  /**
   * Somebody says that they are there: puts the idle end off, however lately that was done.
   * @throws AppError `store-away`
   */
  async stay(uid: string): Promise<void> {
    const idle = await this.#parts.store.touch(uid, 0);
    if (idle) await this.#parts.ledger.seen(uid, idle);
  }

  /**
   * Ends a session everywhere. It is dead when this returns. Telling the ledger and the apps is noted before
   * the first step and finished by the sweep, should this process or PostgreSQL die between the steps.
   * @param end.by the account that ended it; null when nobody did (expiry)
   * @throws AppError `store-away` when Redis is away: then nothing is ended
   */
  async end(uid: string, end: { reason: EndReason; by: string | null; origin: Origin }): Promise<void> {
    const { redis, keys, store, log } = this.#parts;
    const pending: PendingEnd = { ...end, at: Date.now() };
    await redis.command('HSET', keys.pendingEnds(), uid, JSON.stringify(pending));
    await store.end(uid);
    try {
      await this.#settle(uid, pending);
    } catch (error) {
      log.warn(
        { err: error, session: uid },
        'an ended session is not in the ledger yet; the sweep will see to it',
      );
    }
  }

  /**
   * Finishes ends that were interrupted, and ends what expired or was revoked by a process that died: ledger, audit and the apps' notices, like any
   * other end. Safe on any number of replicas at once.
   * @returns how many sessions it ended
   */
  async sweep(): Promise<number> {
    const { ledger, store } = this.#parts;
    await this.#finishEnds();
    let ended = 0;
    for (const { uid, reason } of await ledger.expired(SWEEP_BATCH)) {
      // Activity reaches Redis before the ledger; what is still alive there is not idle.
      const left = reason === 'idle' ? await store.remaining(uid) : 0;
      if (left > 0) {
        await ledger.postpone(uid, left);
        continue;
      }
      await this.end(uid, { reason, by: null, origin: {} });
      ended += 1;
    }
    return ended;
  }

  /** Ends every session of an account, and its offline grants: a phone's too. */
  async endAllOf(
    account: string,
    end: { reason: EndReason; by: string | null; origin: Origin },
  ): Promise<void> {
    const { db, ledger } = this.#parts;
    await withdrawGrants(db, sql`account = ${account}`);
    for (const uid of await ledger.openOf(account)) await this.end(uid, end);
  }

  /** Ends every session of an account but one, and what those let in beyond them. */
  async endOthersOf(
    account: string,
    kept: string,
    end: { reason: EndReason; by: string | null; origin: Origin },
  ): Promise<void> {
    for (const uid of await this.#parts.ledger.openOf(account)) if (uid !== kept) await this.end(uid, end);
  }

  async #finishEnds(): Promise<void> {
    const { store, redis, keys, log } = this.#parts;
    for (const [uid, entry] of await redis.hash(keys.pendingEnds())) {
      const pending = JSON.parse(entry) as PendingEnd;
      if (Date.now() - pending.at < YOUNG) continue;
      try {
        await store.end(uid);
        await this.#settle(uid, pending);
      } catch (error) {
        // The others, and what expired, do not wait for one that fails.
        log.warn({ err: error, session: uid }, 'an ended session could not be settled');
      }
    }
  }

  async #settle(uid: string, pending: PendingEnd): Promise<void> {
    const { db, ledger, trail, notices, redis, keys } = this.#parts;
    await db.transaction().execute(async (tx) => {
      const account = await ledger.end(tx, uid, pending.reason, pending.by);
      if (!account) return;
      await trail.append(
        tx,
        {
          event: 'session.ended',
          outcome: 'success',
          reason: pending.reason,
          account,
          session: uid,
          ...(pending.by ? { actor: pending.by } : {}),
        },
        pending.origin,
      );
      await notices.enqueue(tx, { uid, account });
      if (TAKEN_AWAY.has(pending.reason)) await withdrawGrants(tx, sql`session_uid = ${uid}`);
    });
    await redis.command('HDEL', keys.pendingEnds(), uid);
  }

  async #standing(session: StoredSession | undefined): Promise<StoredSession | undefined> {
    return session && (await this.#parts.ledger.alive(session.uid)) ? session : undefined;
  }
}

/** Deletes offline grants with their refresh tokens. */
async function withdrawGrants(db: Database | Transaction, which: RawBuilder<unknown>): Promise<void> {
  await sql`with gone as (delete from grants where ${which} returning id)
    delete from refresh_tokens where grant_id in (select id from gone)`.execute(db);
}
