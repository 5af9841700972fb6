import { sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { NoticeStatus } from '../postgres/schema.ts';
import type { Notice, NoticeChannel, NoticeKind, NoticeWords } from './kinds.ts';
import { masked } from './kinds.ts';

/** Encrypts what a row must not show. */
export interface Seal {
  seal(plain: string, aad: string): Buffer;
  open(sealed: Buffer, aad: string): Buffer;
}

/** What is sealed in a row: all that tells who is told what. */
export type Content = NoticeWords & Pick<Notice, 'to' | 'locale' | 'address'>;

/** A notice whose turn it is. */
export interface Due {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly channel: NoticeChannel;
  readonly account: string | null;
  readonly expired: boolean;
  readonly createdAt: Date;
  /** Undefined when no key opens it. */
  readonly content: Content | undefined;
}

/** What became of a try. */
export type Outcome =
  | { readonly status: 'sent'; readonly providerId: string }
  | { readonly status: 'pending' | 'dead' | 'failed'; readonly reason: string };

/** A notice as operators see it. */
export interface ListedNotice {
  readonly id: string;
  readonly kind: string;
  readonly channel: NoticeChannel;
  readonly account: string | null;
  readonly to: string;
  readonly status: NoticeStatus;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly provider_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The table notices. All methods throw AppError('store-away'). */
export class NoticeStore {
  readonly #db: Database;
  readonly #seal: Seal;

  constructor(db: Database, seal: Seal) {
    this.#db = db;
    this.#seal = seal;
  }

  /** Adds a notice, in the transaction of the change that it tells of; its id. */
  async add(tx: Transaction, notice: Notice): Promise<string> {
    const id = newRowId();
    const { kind, channel, to, values, locale = null, address, account = null, life } = notice;
    // Sealed: a reader of the database, or of a copy of it, must not be able to use codes and links.
    const content = JSON.stringify({ kind, values, to, locale, address });
    await tx
      .insertInto('notices')
      .values({
        id,
        kind,
        channel,
        account,
        to_masked: masked(channel, to),
        sealed: this.#seal.seal(content, aad(id)),
        expires_at: life === undefined ? null : sql<Date>`clock_timestamp() + make_interval(secs => ${life})`,
      })
      .execute();
    return id;
  }

  /** The notice if it still waits for this very try; undefined when another took it, or it is done with. */
  async due(id: string, attempt: number): Promise<Due | undefined> {
    const row = await this.#db
      .selectFrom('notices')
      .select(['id', 'kind', 'channel', 'account', 'sealed', 'created_at'])
      .select(sql<boolean>`coalesce(expires_at <= clock_timestamp(), false)`.as('expired'))
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .where('attempts', '=', attempt)
      .executeTakeFirst();
    if (!row) return undefined;
    const { kind, channel, account, expired, created_at: createdAt } = row;
    const content = row.sealed ? this.#open(id, row.sealed) : undefined;
    return { id, kind: kind as NoticeKind, channel, account, expired, createdAt, content };
  }

  #open(id: string, sealed: Buffer): Content | undefined {
    try {
      return JSON.parse(this.#seal.open(sealed, aad(id)).toString('utf8'));
    } catch {
      return undefined;
    }
  }

  /**
   * Notes what became of a try; whether this was the try that the notice waited for. A status callback may
   * have been quicker than the answer to the request: what it said stays.
   */
  async note(tx: Transaction, id: string, attempt: number, outcome: Outcome): Promise<boolean> {
    const done = outcome.status === 'sent' || outcome.status === 'failed';
    const { numUpdatedRows } = await tx
      .updateTable('notices')
      .set({
        status: outcome.status,
        attempts: sql<number>`attempts + 1`,
        last_error: outcome.status === 'sent' ? null : outcome.reason,
        updated_at: sql<Date>`clock_timestamp()`,
        ...(outcome.status === 'sent' ? { provider_id: outcome.providerId } : {}),
        ...(done ? { sealed: null } : {}),
      })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .where('attempts', '=', attempt)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /**
   * What the provider reports of a message, in any order of its reports. The message exists, so it is
   * not sent again, whether or not the answer to our request reached us.
   */
  async report(
    id: string,
    {
      providerId,
      status,
      reason,
    }: { providerId: string; status: 'sent' | 'delivered' | 'failed'; reason: string | null },
  ): Promise<void> {
    await this.#db
      .updateTable('notices')
      .set({
        status,
        last_error: reason,
        provider_id: providerId,
        sealed: null,
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', id)
      .where((row) => row.or([row('provider_id', 'is', null), row('provider_id', '=', providerId)]))
      .where('status', 'in', status === 'sent' ? ['pending'] : ['pending', 'sent', 'dead'])
      .execute();
  }

  /** The newest first. */
  async list({
    limit,
    after,
    dead,
  }: PageRequest & { dead?: boolean | undefined }): Promise<Page<ListedNotice>> {
    const rows = await this.#db
      .selectFrom('notices')
      .select(['id', 'kind', 'channel', 'account', 'to_masked as to', 'status', 'attempts', 'last_error'])
      .select(['provider_id', 'created_at', 'updated_at', exactly('created_at').as('at')])
      .$if(dead === true, (query) => query.where('status', '=', 'dead'))
      .where(afterPlace('created_at', 'id', after))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const { rows: shown, next } = toPage(rows, limit, ({ at, id }) => ({ at, id }));
    return { rows: shown.map(({ at: _, ...row }) => row), next };
  }

  /** Makes dead notices wait again, one or up to 500 of them; those that were dead. */
  async revive(
    tx: Transaction,
    id: string | undefined,
  ): Promise<{ id: string; channel: NoticeChannel; attempts: number }[]> {
    const chosen = tx
      .selectFrom('notices')
      .select('id')
      .where('status', '=', 'dead')
      .where((row) => (id === undefined ? row.lit(true) : row('id', '=', id)))
      .orderBy('created_at')
      .limit(500)
      .forUpdate();
    return tx
      .updateTable('notices')
      .set({ status: 'pending', updated_at: sql<Date>`clock_timestamp()` })
      .where('id', 'in', chosen)
      .returning(['id', 'channel', 'attempts'])
      .execute();
  }

  /** Forgets what is of no use any more, and rows older than `keep` seconds. */
  async sweep(keep: number): Promise<void> {
    await sql`
      update notices set status = 'failed', last_error = 'expired', sealed = null, updated_at = clock_timestamp()
      where sealed is not null and expires_at <= clock_timestamp()`.execute(this.#db);
    await sql`
      delete from notices where created_at < clock_timestamp() - make_interval(secs => ${keep})`.execute(
      this.#db,
    );
  }
}

/** What is sealed of a notice. */
export const sealedContent = { table: 'notices', id: 'id', column: 'sealed', aad } as const;

function aad(id: string): string {
  return `notices:${id}:sealed`;
}
