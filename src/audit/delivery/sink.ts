import type { AuditRecord } from '../record.ts';

/** The places that the audit log is delivered to. */
export type SinkName = 'webhook' | 'syslog';

/** Where rows go. */
export interface Sink {
  readonly name: SinkName;
  /**
   * Takes rows in the order of their positions, all or none; what was taken may come again.
   * @throws SinkError or an error of the network; the same rows are tried again later
   */
  send(rows: readonly AuditRecord[]): Promise<void>;
}

/** Why a sink did not take rows: a few words of ours, never what the other side wrote. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
}

/** The failure in a few words that are safe in a log and a table. */
export function reasonOf(error: unknown): string {
  if (error instanceof SinkError) return error.message;
  const { fault, code } = Object(error) as { fault?: unknown; code?: unknown };
  for (const word of [fault, code]) if (typeof word === 'string' && /^[\w-]{2,40}$/.test(word)) return word;
  return 'failed';
}
