import type { AuditRow } from './reader.ts';

/**
 * A row as one line of JSON in ASCII: no newline, no separator of lines or paragraphs, no control character and no
 * right-to-left mark comes through but as \uXXXX, which every parser of JSON gives back. [ASVS 16.4.1]
 */
export function rowLine(row: AuditRow): string {
  return JSON.stringify(row).replace(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
