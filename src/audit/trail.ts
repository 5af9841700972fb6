/**
 * The audit log: typed events, appended in the transaction of the change they record. This folder owns the
 * table audit_events, which the store itself keeps append-only.
 */
import type { AuditEvent, Note, Recorder } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import { type Database, jsonb, type Transaction } from '../postgres/database.ts';
import type { JsonObject } from '../postgres/schema.ts';

/** Characters kept of each text, so that one request cannot fill the disk. */
const LENGTH = { name: 256, address: 64, userAgent: 512, request: 128, leaf: 2048, object: 65_536 } as const;
/** Levels and entries kept of `before` and `after`. */
const DEPTH = 8;
const ENTRIES = 200;

export class AuditTrail {
  /** Appends in the transaction of a change, with where it came from. */
  recorder(origin: Origin): Recorder {
    return (tx, event) => this.append(tx, event, origin);
  }

  /** Appends what is a change of nothing. */
  appender(db: Database): Note {
    return (event, origin) => this.append(db, event, origin);
  }

  /**
   * Appends one row. Text is clipped, characters that PostgreSQL cannot hold are replaced, and newlines
   * stay inside their field, so that text from outside cannot forge a row (ASVS 16.4.1).
   * @throws AppError('store-away'); a caller that needs the row must stop
   */
  async append(db: Database | Transaction, event: AuditEvent, origin: Origin): Promise<void> {
    await db
      .insertInto('audit_events')
      .values({
        event: event.event,
        outcome: event.outcome,
        reason: clip(event.reason, LENGTH.name),
        account: clip(event.account, LENGTH.name),
        actor: clip(event.actor, LENGTH.name),
        app: clip(event.app, LENGTH.name),
        session: clip(event.session, LENGTH.name),
        address: clip(origin.address, LENGTH.address),
        user_agent: clip(origin.userAgent, LENGTH.userAgent),
        request: clip(origin.request, LENGTH.request),
        before: event.before && jsonb(clipObject(event.before)),
        after: event.after && jsonb(clipObject(event.after)),
      })
      .execute();
  }
}

// Cut between characters, then mend: NUL and halves of a surrogate pair would fail the insert, and with it
// the sign-in that it records.
function clip<T extends string | undefined>(text: T, length: number): T | string {
  if (text === undefined) return text;
  return text.slice(0, length).toWellFormed().replaceAll('\0', '\uFFFD');
}

function clipObject(object: JsonObject): JsonObject {
  const clipped = clipEntries(object, DEPTH);
  const text = JSON.stringify(clipped);
  return text.length <= LENGTH.object ? clipped : { clipped: clip(text, LENGTH.object) };
}

function clipEntries(object: object, depth: number): JsonObject {
  const entries = Object.entries(object).slice(0, ENTRIES);
  return Object.fromEntries(
    entries.map(([key, value]) => [clip(key, LENGTH.name), clipValue(value, depth - 1)]),
  );
}

function clipValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clip(value, LENGTH.leaf);
  if (value instanceof Date) return value.toJSON();
  if (typeof value !== 'object' || value === null) return value;
  if (depth <= 0) return '…';
  if (Array.isArray(value)) return value.slice(0, ENTRIES).map((each) => clipValue(each, depth - 1));
  return clipEntries(value, depth);
}
