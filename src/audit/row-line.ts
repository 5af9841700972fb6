import { type AuditRecord, lineOf } from './record.ts';

/**
 * A record as one line of JSON in ASCII, for receivers of all sorts: its canonical line, in which no control
 * character, separator of lines or right-to-left mark comes through but as \uXXXX. [ASVS 16.4.1]
 */
export function rowLine(record: AuditRecord): string {
  return lineOf(record).replace(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
