import { AppError } from '../errors.ts';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, type Place, toPage } from '../postgres/keyset.ts';
import { type AuditQuery, matching, written } from './query.ts';
import { type AuditRow, COLUMNS } from './reader.ts';
import type { AuditTrail, Origin } from './trail.ts';

/** Who reads, for the row that says so. */
export interface AuditVisitor {
  /** A sub, a client_id, or the name of what reads. */
  readonly actor: string;
  readonly origin: Origin;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The audit log as security teams search it: each filter has an index, pages are keyset, and reading leaves a row
 * of its own. Throws AppError('store-away').
 */
export class AuditSearch {
  readonly #db: Database;
  readonly #trail: Pick<AuditTrail, 'append'>;

  /** @param db best a pool of its own with a longer query_timeout: a search over years may take seconds */
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

  /** Writes down that somebody read rows by another way than `page`. @param rows undefined: followed live */
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
    const rows = await this.#db
      .selectFrom('audit_events')
      .select([...COLUMNS, exactly('at').as('moment')])
      .where(matching(query))
      .where(afterPlace('at', 'id', after))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ moment, id }) => ({ at: moment, id }));
    return { ...page, rows: page.rows.map(({ moment: _, ...row }) => row) };
  }
}
