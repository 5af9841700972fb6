import { sql } from 'kysely';
import type { AuditTrail } from '../audit/trail.ts';
import type { Origin } from '../http/origin.ts';
import type { Database, Transaction } from '../postgres/database.ts';

/** What an account has allowed one app. */
export interface Consent {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly givenAt: Date;
}

export interface ConsentsDependencies {
  readonly db: Database;
  readonly trail: Pick<AuditTrail, 'append'>;
}

/** What people have allowed apps that are not the operator's own to see. Remembered until taken back. */
export class Consents {
  readonly #deps: ConsentsDependencies;

  constructor(deps: ConsentsDependencies) {
    this.#deps = deps;
  }

  /** The scopes that an account has allowed an app. */
  async of(account: string, clientId: string): Promise<readonly string[]> {
    const row = await this.#deps.db
      .selectFrom('consents')
      .select('scopes')
      .where('account', '=', account)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return row?.scopes ?? [];
  }

  /** All that an account has allowed, the latest first. */
  async list(account: string): Promise<Consent[]> {
    return this.#deps.db
      .selectFrom('consents')
      .select(['client_id as clientId', 'scopes', 'given_at as givenAt'])
      .where('account', '=', account)
      .orderBy('given_at', 'desc')
      .orderBy('client_id')
      .execute();
  }

  /**
   * Takes back all that an app may do for an account, with what was handed out on it: the next sign-in to it asks
   * again.
   * @param withdrawGrants deletes what was handed out; how many grants outlived their session
   * @returns false when there was nothing to take back
   */
  async takeBack(
    { account, clientId }: { account: string; clientId: string },
    withdrawGrants: (tx: Transaction) => Promise<number>,
    origin: Origin,
  ): Promise<boolean> {
    const { db, trail } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const consent = await tx
        .deleteFrom('consents')
        .where('account', '=', account)
        .where('client_id', '=', clientId)
        .returning('scopes')
        .executeTakeFirst();
      const offline = await withdrawGrants(tx);
      if (!consent && offline === 0) return false;
      const event = { event: 'access.withdrawn', outcome: 'success', account, app: clientId } as const;
      await trail.append(tx, { ...event, before: { scopes: consent?.scopes ?? [], offline } }, origin);
      return true;
    });
  }

  /** Adds to what was allowed before. */
  async give(
    consent: { account: string; clientId: string; scopes: readonly string[] },
    origin: Origin,
  ): Promise<void> {
    const { db, trail } = this.#deps;
    const { account, clientId } = consent;
    const scopes = [...consent.scopes];
    await db.transaction().execute(async (tx) => {
      await sql`
        insert into consents (account, client_id, scopes) values (${account}, ${clientId}, ${scopes})
        on conflict (account, client_id) do update set given_at = clock_timestamp(),
          scopes = array(select distinct unnest(consents.scopes || excluded.scopes))`.execute(tx);
      const event = { event: 'consent.given', outcome: 'success', account, app: clientId } as const;
      await trail.append(tx, { ...event, after: { scopes } }, origin);
    });
  }
}
