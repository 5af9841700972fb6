import { sql } from 'kysely';

/** A place in a list: the moment and the id of the last row that was shown. */
export interface Place {
  /** As PostgreSQL writes it: a Date would lose the microseconds, and with them rows. */
  readonly at: string;
  readonly id: string;
}

/** What a list shows at once. */
export interface PageRequest {
  /** Rows at most, 1 to 500. */
  readonly limit: number;
  readonly after?: Place | undefined;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Where the next page begins; undefined on the last. */
  readonly next: Place | undefined;
}

const MOMENT = /^(?!0000)(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?\+00$/;

/** A place as opaque text that goes into an address or a command. */
export function encodePlace({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** The place that a text names; undefined when it names none. */
export function decodePlace(text: string): Place | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [at, id]: unknown[] = value;
    if (typeof at !== 'string' || typeof id !== 'string' || !isMoment(at)) return undefined;
    return id.includes('\0') ? undefined : { at, id };
  } catch {
    return undefined;
  }
}

/** Whether there is such a moment: PostgreSQL fails on a made-up 30th of February. */
function isMoment(text: string): boolean {
  const [, day, time] = MOMENT.exec(text) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toJSON().startsWith(`${day}T${time}`);
}

/** Only rows that come after a place, in a list with the newest first; everything without one. */
export function afterPlace(at: string, id: string, place: Place | undefined) {
  if (!place) return sql<boolean>`true`;
  return sql<boolean>`(${sql.ref(at)}, ${sql.ref(id)}) < (cast(${place.at} as timestamptz), ${place.id})`;
}

/** A moment as text, to make a place of: in UTC, not in the session's time zone. */
export function exactly(at: string) {
  return sql<string>`to_char(${sql.ref(at)} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"')`;
}

/** Cuts `limit` rows off the `limit + 1` that were asked for, and says where the rest begins. */
export function toPage<Row>(rows: Row[], limit: number, place: (row: Row) => Place): Page<Row> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last ? place(last) : undefined };
}
