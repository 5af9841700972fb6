import { sql } from 'kysely';
import type { JobQueue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** Sign-ins of one app that outlive their sessions: a phone's. */
export interface OfflineAccess {
  readonly clientId: string;
  readonly count: number;
  /** When the first of them began. */
  readonly since: Date;
}

export interface AppAccessDependencies {
  readonly db: Database;
  readonly artifacts: Pick<ArtifactStore, 'buryGrant'>;
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly log: Log;
}

/** Whose, and which app's. */
interface Held {
  readonly account: string;
  readonly clientId: string;
}

const QUEUE = 'grants-withdrawn';
/** s after which what could not be done at once is done by a job. */
const LATER = 5;

/** What an app holds of an account: grants, on which its codes and tokens stand. Throws AppError('store-away'). */
export class AppAccess {
  readonly #deps: AppAccessDependencies;

  constructor(deps: AppAccessDependencies) {
    this.#deps = deps;
  }

  /** Apps that stay signed in when the browser does not, by client_id. */
  async offlineOf(account: string): Promise<OfflineAccess[]> {
    const { rows } = await sql<OfflineAccess>`
      select client_id as "clientId", count(*)::int as count, min(created_at) as since from grants
      where account = ${account} and expires_at > now() group by client_id order by client_id`.execute(
      this.#deps.db,
    );
    return rows;
  }

  /**
   * Takes back what an app holds. What is in Redis is killed before the commit, so that with Redis away nothing is
   * taken back, and after it, for until then the consent was good for another grant; from the commit on nothing
   * fails, and what could not be done is done by a job.
   * @param commit does the rest in one transaction, with the function given: it deletes the offline grants with their
   * refresh tokens, and says how many there were
   */
  async withdraw<T>(
    held: Held,
    commit: (withdraw: (tx: Transaction) => Promise<number>) => Promise<T>,
  ): Promise<T> {
    const { db, jobs, log } = this.#deps;
    const before = await grantsOf(db, held);
    await this.#bury(before);
    const done = await commit(async (tx) => {
      const grants = await grantsOf(tx, held);
      if (grants.length > 0) await jobs.enqueue(tx, QUEUE, { grants }, { startAfter: LATER });
      return deleteOffline(tx, held);
    });
    try {
      await this.#bury([...before, ...(await grantsOf(db, held))]);
    } catch (err) {
      log.warn({ err }, 'grants that were withdrawn are not dead in Redis yet; their job will see to it');
    }
    return done;
  }

  /** Begins to do what was not done. Twice does no harm: a grant's id is never used again. */
  async work(): Promise<void> {
    await this.#deps.jobs.work<{ grants: string[] }>(QUEUE, ({ grants }) => this.#bury(grants));
  }

  /** Kills them in Redis, with what requests in flight still hold of them. */
  async #bury(grants: readonly string[]): Promise<void> {
    for (const grant of new Set(grants)) await this.#deps.artifacts.buryGrant(grant);
  }
}

async function deleteOffline(tx: Transaction, { account, clientId }: Held): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    with gone as (delete from grants where account = ${account} and client_id = ${clientId} returning id),
      tokens as (delete from refresh_tokens where grant_id in (select id from gone))
    select id from gone`.execute(tx);
  return rows.length;
}

/** The hashed ids of every grant that an app holds of an account, in open sessions and beyond them. */
async function grantsOf(db: Database | Transaction, { account, clientId }: Held): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from grants where account = ${account} and client_id = ${clientId}
    union select grant_id from session_apps join sessions using (uid)
      where sessions.account = ${account} and ended_at is null and client_id = ${clientId}
        and grant_id is not null`.execute(db);
  return rows.map(({ id }) => id);
}
