import { type RawBuilder, sql } from 'kysely';
import { EVENT_NAMES, type EventName } from '../audit-events.ts';
import { normaliseRange } from '../http/address.ts';
import type { JsonObject, Outcome } from '../postgres/schema.ts';

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

const EXACT = ['outcome', 'reason', 'account', 'actor', 'app', 'session', 'request'] as const;

/** The query as a condition on audit_events. Each part has an index of migration 0009 to be answered from. */
export function matching(query: AuditQuery): RawBuilder<boolean> {
  // PostgreSQL refuses text with NUL in it; no row has any.
  const nul = Object.values(query).some((value) => typeof value === 'string' && value.includes('\0'));
  return nul ? sql<boolean>`false` : sql<boolean>`${sql.join([sql`true`, ...conditions(query)], sql` and `)}`;
}

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
  return EVENT_NAMES.filter((name) => name.startsWith(beginning));
}

/** Compared with bounds, since the index on the address cannot answer an operator of networks. */
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
export function written(query: AuditQuery): JsonObject {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value instanceof Date ? value.toJSON() : value]],
    ),
  );
}
