import { sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';

export interface ConsentEvent {
  event: 'consent.given';
  outcome: 'success';
  account: string;
  app: string;
  after: { scopes: string[] };
}

export interface ConsentsParts<Origin> {
  readonly db: Database;
  readonly append: (tx: Transaction, event: ConsentEvent, origin: Origin) => Promise<void>;
}

/** What people have allowed apps that are not the operator's own to see. Remembered until taken back. */
export class Consents<Origin> {
  readonly #parts: ConsentsParts<Origin>;

  constructor(parts: ConsentsParts<Origin>) {
    this.#parts = parts;
  }

  /** The scopes that an account has allowed an app. */
  async of(account: string, clientId: string): Promise<readonly string[]> {
    const row = await this.#parts.db
      .selectFrom('consents')
      .select('scopes')
      .where('account', '=', account)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return row?.scopes ?? [];
  }

  /** Adds to what was allowed before. */
  async give(
    consent: { account: string; clientId: string; scopes: readonly string[] },
    origin: Origin,
  ): Promise<void> {
    const { db, append } = this.#parts;
    const { account, clientId } = consent;
    const scopes = [...consent.scopes];
    await db.transaction().execute(async (tx) => {
      await sql`
        insert into consents (account, client_id, scopes) values (${account}, ${clientId}, ${scopes})
        on conflict (account, client_id) do update set given_at = clock_timestamp(),
          scopes = array(select distinct unnest(consents.scopes || excluded.scopes))`.execute(tx);
      const event = { event: 'consent.given', outcome: 'success', account, app: clientId } as const;
      await append(tx, { ...event, after: { scopes } }, origin);
    });
  }
}
