import type { Person } from './access/person.ts';
import type { ReportEntry } from './access/report.ts';
import { canonical } from './canonical.ts';
import type { AuditRecord } from './record.ts';

/** The columns, in their order. */
const COLUMNS = [
  ...(['position', 'id', 'at', 'event', 'outcome', 'reason', 'account', 'actor', 'app', 'session'] as const),
  ...(['address', 'user_agent', 'request', 'before', 'after'] as const),
];

export const CSV_HEAD = `${COLUMNS.join()}\r\n`;

/** A record as one line of RFC 4180; newlines in a field stay inside its quotes. */
export function csvLine(record: AuditRecord): string {
  return `${COLUMNS.map((column) => field(record[column])).join()}\r\n`;
}

const PEOPLE = [
  ...(['account', 'user_id', 'name', 'status', 'could', 'did', 'roles', 'practices', 'sessions'] as const),
  'rests_on',
] as const;

/** A report's people as CSV (RFC 4180), a line each below their names. */
export async function* peopleCsv(entries: AsyncIterable<ReportEntry>): AsyncGenerator<string> {
  yield `${PEOPLE.join()}\r\n`;
  for await (const entry of entries) if (entry.type === 'person') yield personLine(entry);
}

function personLine(person: Person): string {
  const flat = {
    ...person,
    could: String(person.could),
    did: String(person.did),
    roles: person.roles.join(' '),
    practices: person.practices.map(({ practice, role }) => `${role}@${practice}`).join(' '),
    sessions: person.sessions.map(({ session }) => session).join(' '),
    rests_on: person.rests_on.join(' '),
  };
  return `${PEOPLE.map((column) => field(flat[column])).join()}\r\n`;
}

/** A value as a field: quoted where need be, and never a formula. */
function field(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? canonical(value) : String(value);
  const safe = typeof value === 'string' ? withoutFormula(text) : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A spreadsheet runs a field that begins like this (OWASP, CSV injection; full-width signs too). */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;
}
