import { AppError } from '../errors.ts';
import type { Origin } from '../http/origin.ts';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, type Place, toPage } from '../postgres/keyset.ts';
import { type AuditQuery, matching, written } from './query.ts';
import { type AuditRow, COLUMNS } from './reader.ts';
import type { AuditTrail } from './trail.ts';

/** Who reads, for the row that says so. */
export interface AuditVisitor {
  /** A sub, a client_id, or the name of what reads. */
  readonly actor: string;
  readonly origin: Origin;
}

type FoundRow = AuditRow & { readonly moment: string };

/** Rows that are gone through for a word before it is looked up. */
const NEAR = 5_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The audit log as security teams search it: each filter has an index, pages are keyset, and reading leaves a row
 * of its own. Throws AppError('store-away').
 */
export class AuditSearch {
  readonly #db: Database;
  readonly #trail: Pick<AuditTrail, 'append'>;

  /** @param db preferably a separate pool with a longer query_timeout: a search over years may take seconds */
  constructor(db: Database, trail: Pick<AuditTrail, 'append'>) {
    this.#db = db;
    this.#trail = trail;
  }

  /**
   * One page, the newest first. Who read it is in the log before it is given out.
   * @throws AppError('bad-request') for a place that no page ended at
   */
  async page(
    visitor: AuditVisitor,
    query: AuditQuery,
    { limit, after }: PageRequest,
  ): Promise<Page<AuditRow>> {
    const page = await this.#read(query, limit, after);
    await this.noteRead(visitor, query, page.rows.length);
    return page;
  }

  /** Records that rows were read by another way than `page`. @param rows undefined: followed live */
  async noteRead(
    { actor, origin }: AuditVisitor,
    query: AuditQuery,
    rows: number | undefined,
  ): Promise<void> {
    const after = { filter: written(query), ...(rows === undefined ? { followed: true } : { rows }) };
    await this.#trail.append(this.#db, { event: 'audit.read', outcome: 'success', actor, after }, origin);
  }

  async #read(query: AuditQuery, limit: number, after: Place | undefined): Promise<Page<AuditRow>> {
    if (after && !UUID.test(after.id)) throw new AppError('bad-request');
    const rows = await this.#rows(query, limit + 1, after);
    const page = toPage(rows, limit, ({ moment, id }) => ({ at: moment, id }));
    return { ...page, rows: page.rows.map(({ moment: _, ...row }) => row) };
  }

  /**
   * Whether a word is common or rare nothing says beforehand. A common one fills a page from the newest rows, where
   * the index of words would give millions; a rare one is looked up there, where the rows in their order would be
   * gone through to the first.
   */
  async #rows({ text, ...rest }: AuditQuery, count: number, after: Place | undefined): Promise<FoundRow[]> {
    if (text === undefined) return this.#inOrder(rest, after).limit(count).execute();
    const near = await this.#db
      .selectFrom(this.#inOrder(rest, after).limit(NEAR).as('audit_events'))
      .selectAll()
      .where(matching({ text }))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(count)
      .execute();
    return near.length === count ? near : this.#lookedUp({ ...rest, text }, count, after);
  }

  #inOrder(query: AuditQuery, after: Place | undefined) {
    return this.#db
      .selectFrom('audit_events')
      .select([...COLUMNS, exactly('at').as('moment')])
      .where(matching(query))
      .where(afterPlace('at', 'id', after))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc');
  }

  #lookedUp(query: AuditQuery, count: number, after: Place | undefined): Promise<FoundRow[]> {
    return this.#db
      .with(
        (cte) => cte('found').materialized(),
        (db) =>
          db
            .selectFrom('audit_events')
            .select(['audit_events.at', 'audit_events.id'])
            .where(matching(query))
            .where(afterPlace('at', 'id', after)),
      )
      .with('wanted', (db) =>
        db.selectFrom('found').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(count),
      )
      .selectFrom('wanted')
      .innerJoin('audit_events as e', (join) =>
        join.onRef('e.at', '=', 'wanted.at').onRef('e.id', '=', 'wanted.id'),
      )
      .select([...COLUMNS.map((column) => `e.${column}` as const), exactly('e.at').as('moment')])
      .orderBy('e.at', 'desc')
      .orderBy('e.id', 'desc')
      .execute();
  }
}
