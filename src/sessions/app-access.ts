import { sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** Sign-ins of one app that outlive their sessions: a phone's. */
export interface OfflineAccess {
  readonly clientId: string;
  readonly count: number;
  /** When the first of them began. */
  readonly since: Date;
}

/** What an app holds of an account: grants, on which its codes and tokens stand. Throws AppError('store-away'). */
export class AppAccess {
  readonly #db: Database;
  readonly #artifacts: Pick<ArtifactStore, 'buryGrant'>;

  constructor(db: Database, artifacts: Pick<ArtifactStore, 'buryGrant'>) {
    this.#db = db;
    this.#artifacts = artifacts;
  }

  /** Apps that stay signed in when the browser does not, by client_id. */
  async offlineOf(account: string): Promise<OfflineAccess[]> {
    const { rows } = await sql<OfflineAccess>`
      select client_id as "clientId", count(*)::int as count, min(created_at) as since from grants
      where account = ${account} and expires_at > now() group by client_id order by client_id`.execute(
      this.#db,
    );
    return rows;
  }

  /** Deletes an app's offline grants with their refresh tokens, in the transaction given; how many there were. */
  withdrawer(account: string, clientId: string): (tx: Transaction) => Promise<number> {
    return async (tx) => {
      const { rows } = await sql<{ id: string }>`
        with gone as (delete from grants where account = ${account} and client_id = ${clientId} returning id),
          tokens as (delete from refresh_tokens where grant_id in (select id from gone))
        select id from gone`.execute(tx);
      return rows.length;
    };
  }

  /** The hashed ids of every grant that an app holds of an account, in open sessions and beyond them. */
  async grantsOf(account: string, clientId: string): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from grants where account = ${account} and client_id = ${clientId}
      union select grant_id from session_apps join sessions using (uid)
        where sessions.account = ${account} and ended_at is null and client_id = ${clientId}
          and grant_id is not null`.execute(this.#db);
    return rows.map(({ id }) => id);
  }

  /** Kills them in Redis, with what requests in flight still hold of them. */
  async bury(grants: readonly string[]): Promise<void> {
    for (const grant of grants) await this.#artifacts.buryGrant(grant);
  }
}
