import { sql } from 'kysely';
import { isoMoment } from '../moments.ts';
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

/** The moment that a column holds, as records write it. */
export function moment(column: string) {
  return isoMoment(sql.ref(column));
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

/** A record as its one canonical line: what is hashed, and what an export holds. */
export function lineOf(record: AuditRecord): string {
  return canonical(record);
}

/**
 * A record as one line of JSON in ASCII, for any receiver: its canonical line with control characters, line
 * separators and right-to-left marks escaped, so that text from outside cannot forge or disguise a line. [ASVS 16.4.1]
 */
export function rowLine(record: AuditRecord): string {
  return lineOf(record).replace(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function fromJson(text: string | null): unknown {
  return text === null ? null : parseExactly(text);
}
