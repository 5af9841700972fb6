import { type RawBuilder, sql } from 'kysely';
import { AppError } from '../errors.ts';
import { normaliseRange } from '../http/address.ts';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, type Place, toPage } from '../postgres/keyset.ts';
import type { JsonObject, Outcome } from '../postgres/schema.ts';
import { EVENTS, type EventName } from './events.ts';
import { type AuditRow, COLUMNS } from './reader.ts';
import type { AuditTrail, Origin } from './trail.ts';

/** What is looked for; all that is given must hold. What can name nothing (an address that is none) finds none. */
export interface AuditQuery {
  /** An event's name, or the beginning of several and a star: `sign-in.*`. */
  readonly event?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly reason?: string | undefined;
  readonly account?: string | undefined;
  readonly actor?: string | undefined;
  readonly app?: string | undefined;
  readonly session?: string | undefined;
  readonly request?: string | undefined;
  /** An address, or a network such as 10.20.0.0/16. */
  readonly address?: string | undefined;
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly to?: Date | undefined;
  /** Words that all stand somewhere in the row, in any field. */
  readonly text?: string | undefined;
}

/** Who reads, for the row that says so. */
export interface AuditVisitor {
  /** A sub, a client_id, or the name of what reads. */
  readonly actor: string;
  readonly origin: Origin;
}

const EXACT = ['outcome', 'reason', 'account', 'actor', 'app', 'session', 'request'] as const;
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
    const where = conditions(query);
    // PostgreSQL refuses text with NUL in it; no row has any.
    if (Object.values(query).some((value) => typeof value === 'string' && value.includes('\0'))) {
      return { rows: [], next: undefined };
    }
    const rows = await this.#db
      .selectFrom('audit_events')
      .select([...COLUMNS, exactly('at').as('moment')])
      .where(sql<boolean>`${sql.join([sql`true`, ...where], sql` and `)}`)
      .where(afterPlace('at', 'id', after))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ moment, id }) => ({ at: moment, id }));
    return { ...page, rows: page.rows.map(({ moment: _, ...row }) => row) };
  }
}

/** Each as an index of migration 0009 has it. */
function conditions(query: AuditQuery): RawBuilder<unknown>[] {
  const { event, address, from, to, text } = query;
  const exact = EXACT.flatMap((name) =>
    query[name] === undefined ? [] : [sql`${sql.ref(name)} = ${query[name]}`],
  );
  return [
    ...exact,
    ...(event === undefined ? [] : [named(event)]),
    ...(address === undefined ? [] : [within(address)]),
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(to === undefined ? [] : [sql`at < ${to}`]),
    ...(text === undefined ? [] : [holds(text)]),
  ];
}

function named(event: string): RawBuilder<unknown> {
  if (!event.endsWith('*')) return sql`event = ${event}`;
  return sql`event = any(${eventsLike(event)}::text[])`;
}

/** The events whose names begin so. @param pattern with a star at its end */
export function eventsLike(pattern: string): EventName[] {
  const beginning = pattern.slice(0, -1);
  return (Object.keys(EVENTS) as EventName[]).filter((name) => name.startsWith(beginning));
}

/** Bounds, not an operator of networks: these the index on the address answers whoever plans. */
function within(address: string): RawBuilder<unknown> {
  const range = normaliseRange(address);
  if (range === undefined) return sql`false`;
  const bound = (end: 'network' | 'broadcast') => sql`host(${sql.raw(end)}(${range}::inet))::inet`;
  if (!range.includes('/')) return sql`audit_address(address) = ${range}::inet`;
  return sql`audit_address(address) between ${bound('network')} and ${bound('broadcast')}`;
}

function holds(text: string): RawBuilder<unknown> {
  return sql`audit_words(event, reason, account, actor, app, session, address, user_agent, request, before, after)
    @@ audit_query(${text})`;
}

/** A query as the log keeps it. */
function written(query: AuditQuery): JsonObject {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value instanceof Date ? value.toJSON() : value]],
    ),
  );
}
