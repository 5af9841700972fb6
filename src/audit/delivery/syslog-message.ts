import type { AuditRecord } from '../record.ts';
import { rowLine } from '../record.ts';

export interface SyslogNames {
  /** 0 to 23: RFC 5424 §6.2.1. */
  readonly facility: number;
  /** Who speaks: the service's host name, the same for every replica. */
  readonly hostname: string;
  /** The private enterprise number behind the structured data's name: RFC 5424 §7.2.2. */
  readonly enterprise: number;
}

/** RFC 5424 §6.2.1. */
const WARNING = 4;
const INFORMATIONAL = 6;
const VERSION = 1;
/** Characters: RFC 5424 §6. */
const LONGEST = { hostname: 255, msgid: 32 } as const;
const PARAMETERS = [
  ...(['id', 'position', 'outcome', 'reason', 'account', 'actor', 'app', 'session', 'address'] as const),
  ...(['user_agent', 'request'] as const),
];

/**
 * A row as one message of RFC 5424: its fields as structured data, the whole row as JSON after it. The JSON is
 * ASCII, which needs no byte order mark.
 */
export function syslogMessage(row: AuditRecord, { facility, hostname, enterprise }: SyslogNames): string {
  const priority = facility * 8 + (row.outcome === 'failure' ? WARNING : INFORMATIONAL);
  const host = printable(hostname, LONGEST.hostname);
  const head = `<${priority}>${VERSION} ${row.at} ${host} vestibule - ${printable(row.event, LONGEST.msgid)}`;
  return `${head} [event@${enterprise} ${parameters(row)}] ${rowLine(row)}`;
}

function parameters(row: AuditRecord): string {
  return PARAMETERS.flatMap((name) => {
    const value = row[name];
    return value === null ? [] : [`${name}="${escaped(String(value))}"`];
  }).join(' ');
}

/** PRINTUSASCII, or the nil value. */
function printable(text: string, longest: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';
}

// A newline would begin another record in a receiver that splits at newlines and ignores frames (rule 10); a
// quote or bracket would end the value, and what follows it would be read as data of ours. [RFC 5424 §6.3.3]
function escaped(text: string): string {
  const visible = text
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return visible.replace(/["\\\]]/g, '\\$&');
}
