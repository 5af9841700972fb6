import { randomBytes } from 'node:crypto';
import type { RedisStore } from '../redis/store.ts';
import type { Ledger } from './ledger.ts';
import type { Login, SessionStore, StoredSession } from './session-store.ts';

export interface StepUpDependencies {
  readonly redis: Pick<RedisStore, 'time'>;
  readonly store: Pick<SessionStore, 'put'>;
  readonly ledger: Pick<Ledger, 'raise'>;
}

/** What makes a session stronger outside a sign-in. */
export class StepUp {
  readonly #deps: StepUpDependencies;

  constructor(deps: StepUpDependencies) {
    this.#deps = deps;
  }

  /**
   * A second factor was proved on a live session, beside the password that it was signed in to with. From now on
   * it says so, under another id; the one before is dead at once. The caller has audited what proved it.
   * [ASVS 7.2.4, NIST SP 800-63B-4 §2.2.3]
   * @returns the id for the cookie; undefined when the session has ended, or changed its id, meanwhile
   * @throws AppError `store-away`
   */
  async raise(session: StoredSession, proof: Pick<Login, 'acr' | 'amr'>): Promise<string | undefined> {
    const { redis, store, ledger } = this.#deps;
    const { uid, idHash: loadedIdHash, login: before } = session;
    const { remembered: _, ...signIn } = before;
    const login: Login = { ...signIn, ...proof, factorAt: Math.floor(await redis.time()) };
    if (!(await ledger.raise(uid, login))) return undefined;
    const id = randomBytes(32).toString('base64url');
    const outcome = await store.put({ uid, id, loadedIdHash, login, authorizations: {} });
    return outcome === 'written' ? id : undefined;
  }
}
