import type { Log } from '../log.ts';
import type { Ledger, Use } from './ledger.ts';
import type { Ends, SessionStore, StoredSession } from './session-store.ts';
import type { Sessions } from './sessions.ts';

export interface PresenceDependencies {
  readonly store: Pick<SessionStore, 'touch' | 'ends'>;
  readonly ledger: Pick<Ledger, 'seen' | 'uidOf'>;
  readonly sessions: Pick<Sessions, 'findByUid'>;
  readonly log: Log;
}

/** Whether somebody is at work in a session: what puts its idle end off, and what is left to its ends. */
export class Presence {
  readonly #deps: PresenceDependencies;

  constructor(deps: PresenceDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts a use, at most once a grain (a minute, by default): the idle end moves, never beyond the absolute one.
   * @throws AppError `store-away`
   */
  async count(uid: string, use: Use): Promise<void> {
    const idle = await this.#deps.store.touch(uid);
    if (idle) await this.#deps.ledger.seen(uid, idle, use);
  }

  /** Counts a use that has its answer already: never throws. */
  async note(uid: string, use: Use): Promise<void> {
    try {
      await this.count(uid, use);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'activity was not recorded');
    }
  }

  /**
   * Somebody says that they are there: puts the idle end off, however lately that was done.
   * @throws AppError `store-away`
   */
  async stay(uid: string): Promise<void> {
    const idle = await this.#deps.store.touch(uid, 0);
    if (idle) await this.#deps.ledger.seen(uid, idle, { by: 'stay' });
  }

  /** What a session has left; undefined when it is gone. @throws AppError `store-away` */
  ends(uid: string): Promise<Ends | undefined> {
    return this.#deps.store.ends(uid);
  }

  /** The live session that an app knows by this `sid`. @throws AppError `store-away` */
  async sessionOf(clientId: string, sid: string): Promise<StoredSession | undefined> {
    const uid = await this.#deps.ledger.uidOf(clientId, sid);
    return uid === undefined ? undefined : this.#deps.sessions.findByUid(uid);
  }
}
