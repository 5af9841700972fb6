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
