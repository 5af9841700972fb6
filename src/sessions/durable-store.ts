import { sql } from 'kysely';
import { type Database, jsonb } from '../postgres/database.ts';
import { type Consumption, type Payload, TOMBSTONE_FIELDS } from './artifact-store.ts';
import { hashId } from './hash.ts';

/**
 * Grants and refresh tokens with offline_access. They live for weeks, so they live in PostgreSQL: losing Redis
 * must not sign a phone out for good.
 */
export class DurableStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @throws AppError `store-away`, as all here */
  async putGrant(id: string, payload: Payload): Promise<void> {
    await this.#db
      .insertInto('grants')
      .values({
        id: hashId(id),
        account: String(payload.accountId),
        client_id: String(payload.clientId),
        session_uid: typeof payload.sessionUid === 'string' ? payload.sessionUid : null,
        payload: jsonb(payload),
        expires_at: epoch(payload.exp),
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          payload: row.ref('excluded.payload'),
          expires_at: row.ref('excluded.expires_at'),
        })),
      )
      .execute();
  }

  async findGrant(id: string): Promise<Payload | undefined> {
    const row = await this.#db
      .selectFrom('grants')
      .select('payload')
      .where('id', '=', hashId(id))
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return row?.payload;
  }

  /** Deletes the grant and its refresh tokens. */
  async destroyGrant(id: string): Promise<void> {
    const grant = hashId(id);
    await sql`
      with family as (delete from refresh_tokens where grant_id = ${grant})
      delete from grants where id = ${grant}`.execute(this.#db);
  }

  /** A token whose grant is gone is not kept: it could open nothing, and the winner of a replay must not fail. */
  async putRefreshToken(id: string, payload: Payload): Promise<void> {
    const grant = hashId(String(payload.grantId));
    await sql`
      insert into refresh_tokens (id, grant_id, account, client_id, payload, expires_at)
      select ${hashId(id)}, g.id, g.account, g.client_id, ${jsonb(payload)}, ${epoch(payload.exp)}
      from grants g where g.id = ${grant}`.execute(this.#db);
  }

  async findRefreshToken(id: string): Promise<Payload | undefined> {
    const row = await this.#db
      .selectFrom('refresh_tokens')
      .select(['payload', 'consumed_at'])
      .where('id', '=', hashId(id))
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    if (!row) return undefined;
    const consumed = row.consumed_at ? { consumed: Math.floor(row.consumed_at.getTime() / 1000) } : {};
    return { ...row.payload, ...consumed };
  }

  /** One compare-and-set, as ArtifactStore.consume. */
  async consumeRefreshToken(id: string): Promise<Consumption> {
    const won = await sql`
      update refresh_tokens set consumed_at = now(),
        payload = (select jsonb_object_agg(key, value) from jsonb_each(payload)
                   where key = any(${[...TOMBSTONE_FIELDS]}))
      where id = ${hashId(id)} and consumed_at is null`.execute(this.#db);
    if (won.numAffectedRows === 1n) return 'consumed';
    const row = await this.#db
      .selectFrom('refresh_tokens')
      .select('id')
      .where('id', '=', hashId(id))
      .executeTakeFirst();
    return row ? 'replayed' : 'missing';
  }

  async destroyRefreshToken(id: string): Promise<void> {
    await this.#db.deleteFrom('refresh_tokens').where('id', '=', hashId(id)).execute();
  }

  /** What expired is of no more use; its grant goes when it expires itself. */
  async removeExpired(): Promise<void> {
    await sql`delete from refresh_tokens where expires_at < now()`.execute(this.#db);
    await sql`delete from grants where expires_at < now()`.execute(this.#db);
  }
}

function epoch(seconds: unknown): Date {
  return new Date(Number(seconds) * 1000);
}
