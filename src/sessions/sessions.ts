/**
 * Sessions: one browser's single sign-on, many apps riding on it. This folder owns where oidc-provider's
 * records lie, the ledger, expiry and ending. Redis holds what is alive, PostgreSQL what was and whether it
 * may still be used.
 */

import type { Append } from '../audit-events.ts';
import { clock } from '../clock.ts';
import type { Origin } from '../http/origin.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { fromJson } from '../redis/record.ts';
import type { RedisStore } from '../redis/store.ts';
import { type AccountEnd, type BulkEndOrder, BulkEnds } from './bulk-ends.ts';
import { hashId } from './hash.ts';
import type { End, Expired, Ledger } from './ledger.ts';
import { secondAfter } from './second-after.ts';
import type { SessionCriteria } from './session-filter.ts';
import { SessionLimit } from './session-limit.ts';
import type { Login, SessionStore, SessionWrite, StoredSession, WriteOutcome } from './session-store.ts';
import { type LogoutNotices, Settlement } from './settlement.ts';

export interface Trail {
  readonly append: Append;
}

export interface SessionsDependencies {
  readonly store: SessionStore;
  readonly ledger: Ledger;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly db: Database;
  readonly trail: Trail;
  readonly notices: LogoutNotices;
  readonly log: Log;
  /** How many sessions a person may have at once; any number unless given. */
  readonly perAccount?: number | undefined;
}

/** How a session ends, and where the request came from. */
export interface Ending extends End {
  readonly origin: Origin;
}

interface PendingEnd extends Ending {
  /** Epoch ms, by this replica's clock; only to leave young entries to the process that is working on them. */
  readonly at: number;
}

const SWEEP_BATCH = 200;
const YOUNG = 10_000;

export class Sessions {
  readonly #deps: SessionsDependencies;
  readonly #settlement: Settlement;
  readonly #bulkEnds: BulkEnds;
  readonly #limit: SessionLimit;

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
    this.#settlement = new Settlement(deps);
    this.#limit = new SessionLimit(deps.perAccount);
    this.#bulkEnds = new BulkEnds({ ...deps, settlement: this.#settlement });
  }

  /** A live session by its cookie's id. @throws AppError `store-away` */
  async findById(id: string): Promise<StoredSession | undefined> {
    return this.#ifAlive(await this.#deps.store.findById(id));
  }

  async findByUid(uid: string): Promise<StoredSession | undefined> {
    return this.#ifAlive(await this.#deps.store.findByUid(uid));
  }

  /** By its cookie's id, whether or not the ledger lets it stand: enough to end it, never to let anyone in. */
  stored(id: string): Promise<StoredSession | undefined> {
    return this.#deps.store.findById(id);
  }

  /** The session that an id opens or, before it got another, once opened: this alone lets nobody in. */
  uidOf(id: string): Promise<string | undefined> {
    return this.#deps.store.uidOf(id);
  }

  /** Whether a session has begun and can no longer be used. */
  async isOver(uid: string): Promise<boolean> {
    return (await this.#deps.store.isEnded(uid)) || (await this.#deps.ledger.isOver(uid));
  }

  put(write: SessionWrite): Promise<WriteOutcome> {
    return this.#deps.store.put(write);
  }

  /**
   * Records a sign-in: ledger row and audit row in one transaction. No audit, no session: when this throws,
   * the ledger has no row, and a session without one is refused wherever it is shown.
   * Right after all was revoked it takes up to 1 s.
   * @returns false when the account may not sign in or the session has ended meanwhile
   */
  async begin(
    session: { uid: string; login: Login; provedAt: number; app?: string },
    origin: Origin,
  ): Promise<boolean> {
    const { db, ledger, trail } = this.#deps;
    const { accountId: account } = session.login;
    const begun = await db.transaction().execute(async (tx) => {
      await this.#limit.takeTurns(tx, account);
      const opened = await ledger.begin(tx, session, origin);
      if (opened === 'refused') return opened;
      const app = session.app ? { app: session.app } : {};
      const event = {
        event: 'sign-in.succeeded',
        outcome: 'success',
        account,
        session: session.uid,
      } as const;
      await trail.append(tx, { ...event, ...app }, origin);
      const over = (await this.#limit.beyond(tx, account, session.uid)).map(
        (uid) => ({ uid, reason: 'too-many' }) as const,
      );
      const closed = await this.#settlement.settle(tx, over, { by: null, origin }, 'wait');
      return { ...opened, closed };
    });
    if (begun === 'refused') return false;
    await this.#bury(begun.closed.map(({ uid }) => uid));
    if (begun.notBefore) await secondAfter(begun.notBefore);
    return true;
  }

  /** The ledger has closed them, which nobody can undo: that Redis is away is no failure of the sign-in. */
  async #bury(uids: readonly string[]): Promise<void> {
    const { store, log } = this.#deps;
    await Promise.all(uids.map((uid) => store.end(uid))).catch((error: unknown) => {
      log.warn({ err: error }, 'sessions that the ledger has closed are still in Redis');
    });
  }

  /** Why a session ended; undefined while it is open. @throws AppError `store-away` */
  endReason(uid: string): Promise<string | undefined> {
    return this.#deps.ledger.endReason(uid);
  }

  /**
   * Records that an app was entered; audited the first time in a session.
   * @returns false when the session has ended meanwhile: its apps were told, this one would never be
   */
  async enter(
    entry: { uid: string; account: string; clientId: string; sid: string; grantId: string },
    origin: Origin,
  ): Promise<boolean> {
    const { db, ledger, trail } = this.#deps;
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

  /** Seconds that a session has if nothing happens; 0 when it is gone. @throws AppError `store-away` */
  left(uid: string): Promise<number> {
    return this.#deps.store.remaining(uid);
  }

  /** Whether the end of a session as it was read can no longer be put off. */
  isLast(session: StoredSession): boolean {
    return this.#deps.store.isLast(session);
  }

  /**
   * Ends a session everywhere. Telling the ledger and the apps is noted before the first step and finished by the
   * sweep, should this process or a store die between the steps: from the note on it does not fail.
   * @throws AppError `store-away` when Redis is away: then nothing is ended
   */
  async end(uid: string, end: Ending): Promise<void> {
    const { redis, keys, store, log } = this.#deps;
    const pending: PendingEnd = { ...end, at: clock.now() };
    await redis.command('HSET', keys.pendingEnds(), uid, JSON.stringify(pending));
    // Either is enough for it to be dead, so neither waits for the other's success.
    for (const step of [() => store.end(uid), () => this.#settle(uid, pending)]) {
      await step().catch((err: unknown) =>
        log.warn({ err, session: uid }, 'an ended session is not settled yet; the sweep will see to it'),
      );
    }
  }

  /**
   * The one way to change an account so that what it has open ends: one transaction, then ending and telling.
   * After its commit nothing fails: PostgreSQL says that all is dead, and what could not be finished at once,
   * because a store or this process went away, is finished by the sweep of marks within a second of its return.
   * @param change calls `end` once it has changed something; what it returns is returned
   * @throws what `change` throws: then nothing is changed
   */
  async changing<T>(
    change: (tx: Transaction, end: (account: string, end: AccountEnd) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const ids: string[] = [];
    const changed = await this.#deps.db.transaction().execute((tx) =>
      change(tx, async (account, end) => {
        ids.push(await this.#bulkEnds.markAccount(tx, account, end));
      }),
    );
    for (const id of ids) {
      await this.#bulkEnds
        .settleOne(id)
        .catch((err: unknown) =>
          this.#deps.log.warn({ err }, 'what was ended is not settled yet; the sweep will see to it'),
        );
    }
    return changed;
  }

  /**
   * Ends every open session that matches, and the phones that they let in. All are dead when it returns, on
   * other replicas within a second; rows, audit events and the apps' notices follow (`settleMarked`).
   * @returns how many, and the id that each session's audit event names as `bulk_end`
   * @throws TypeError when the criteria name no sessions in particular; AppError `store-away`: nothing is ended
   */
  endMatching(criteria: SessionCriteria, order: BulkEndOrder): Promise<{ id: string; sessions: number }> {
    return this.#bulkEnds.mark(criteria, order);
  }

  /** Finishes what `endMatching` began, on this replica or another; how many sessions it closed. */
  settleMarked(): Promise<number> {
    return this.#bulkEnds.settle();
  }

  /**
   * Finishes ends that were interrupted, and ends what expired or was revoked by a process that died:
   * ledger, audit and the apps' notices, like any other end. Safe on any number of replicas at once.
   * @returns how many sessions it ended for their expiry
   */
  async sweep(): Promise<number> {
    await this.#finishEnds();
    await this.settleMarked();
    let ended = 0;
    for (;;) {
      const expired = await this.#deps.ledger.expired(SWEEP_BATCH);
      const swept = await this.#sweepSome(expired);
      ended += swept.ended;
      // The rest, too, unless another replica is at these.
      if (expired.length < SWEEP_BATCH || swept.ended + swept.spared === 0) return ended;
    }
  }

  async #sweepSome(expired: readonly Expired[]): Promise<{ ended: number; spared: number }> {
    const { store, ledger, db } = this.#deps;
    // Activity reaches Redis before the ledger; what is still alive there is not idle.
    const looked = await Promise.all(
      expired.map(async ({ uid, reason }) => ({
        uid,
        reason,
        left: reason === 'idle' ? await store.remaining(uid) : 0,
      })),
    );
    const alive = looked.filter(({ left }) => left > 0);
    await ledger.postpone(alive);
    const over = looked.filter(({ left }) => left <= 0);
    // No note of these ends is needed: until the rows are closed, each sweep finds them again.
    await Promise.all(over.map(({ uid }) => store.end(uid)));
    if (over.length === 0) return { ended: 0, spared: alive.length };
    const nobody = { by: null, origin: {} };
    const closed = await db.transaction().execute((tx) => this.#settlement.settle(tx, over, nobody, 'skip'));
    return { ended: closed.length, spared: alive.length };
  }

  /** Ends every session of an account, and its offline grants: a phone's too. @throws AppError `store-away` */
  async endAllOf(account: string, ending: AccountEnd): Promise<void> {
    await this.changing((_tx, end) => end(account, ending));
  }

  async #finishEnds(): Promise<void> {
    const { store, redis, keys, log } = this.#deps;
    for (const [uid, entry] of await redis.hash(keys.pendingEnds())) {
      const pending = fromJson<PendingEnd>(entry);
      if (clock.now() - pending.at < YOUNG) continue;
      try {
        await store.end(uid);
        await this.#settle(uid, pending);
      } catch (error) {
        // The others, and what expired, do not wait for one that fails.
        log.warn({ err: error, session: uid }, 'an ended session could not be settled');
      }
    }
  }

  async #settle(uid: string, { reason, ...how }: PendingEnd): Promise<void> {
    const { db, redis, keys } = this.#deps;
    await db.transaction().execute((tx) => this.#settlement.settle(tx, [{ uid, reason }], how, 'wait'));
    await redis.command('HDEL', keys.pendingEnds(), uid);
  }

  async #ifAlive(session: StoredSession | undefined): Promise<StoredSession | undefined> {
    return session && (await this.#deps.ledger.alive(session.uid)) ? session : undefined;
  }
}
