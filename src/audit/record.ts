import { type RawBuilder, sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import { canonical, parseExactly } from './canonical.ts';

/** A row of the audit log as it is sealed and exported; times in UTC with microseconds. */
export interface AuditRecord {
  readonly position: number | null;
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly account: string | null;
  readonly actor: string | null;
  readonly app: string | null;
  readonly session: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly request: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** A record as it is selected: JSON as the store writes it, since a parser would round its numbers. */
export type SelectedRecord = Omit<AuditRecord, 'before' | 'after'> & {
  readonly before: string | null;
  readonly after: string | null;
};

/** A moment as records write it. A Date would lose the microseconds. */
export function isoMoment(moment: RawBuilder<unknown>) {
  return sql<string>`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** The moment that a column holds, as records write it. */
export function moment(column: string) {
  return isoMoment(sql.ref(column));
}

/** The store's clock, as records write it. */
export async function storeMoment(db: Database | Transaction): Promise<string> {
  const { rows } = await sql<{ now: string }>`select ${isoMoment(sql`clock_timestamp()`)} as now`.execute(db);
  return rows[0]?.now ?? '';
}

/** What to select of audit_events. */
export const RECORD = [
  ...(['position', 'id', 'event', 'outcome', 'reason', 'account', 'actor', 'app', 'session'] as const),
  ...(['address', 'user_agent', 'request'] as const),
  moment('audit_events.at').as('at'),
  sql<string | null>`cast(before as text)`.as('before'),
  sql<string | null>`cast(after as text)`.as('after'),
];

export function toRecord(row: SelectedRecord): AuditRecord {
  return { ...row, before: fromJson(row.before), after: fromJson(row.after) };
}

/** The one line that stands for a record: what is hashed, and what an export holds. */
export function lineOf(record: AuditRecord): string {
  return canonical(record);
}

function fromJson(text: string | null): unknown {
  return text === null ? null : parseExactly(text);
}
