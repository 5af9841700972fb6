/** Moments as the store tells them, as text says them, and as a person reads them. html/time.tsx renders them. */
import { type RawBuilder, sql } from 'kysely';
import { clock } from './clock.ts';
import type { Database, Transaction } from './postgres/database.ts';

/** PostgreSQL's clock, to the millisecond that a Date can hold. @throws AppError('store-away') */
export async function storeMoment(db: Database | Transaction): Promise<Date> {
  return new Date(await exactStoreMoment(db));
}

/** PostgreSQL's clock in UTC with microseconds, which a Date would lose. @throws AppError('store-away') */
export async function exactStoreMoment(db: Database | Transaction): Promise<string> {
  const now = sql<{ now: string }>`select ${isoMoment(sql`clock_timestamp()`)} as now`;
  return (await now.execute(db)).rows[0]?.now ?? '';
}

/** A moment of SQL in UTC with microseconds, as records of the audit log write it. */
export function isoMoment(moment: RawBuilder<unknown>) {
  return sql<string>`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** A Date as records of the audit log write it. */
export function exactMoment(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}

const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A moment as people write it: a day or a time, in UTC where no zone is given, for an operator's machine and the
 * service's often have different ones. In the years 1 to 9999, of others PostgreSQL reads none.
 */
export function readMoment(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] = WRITTEN.exec(text.trim()) ?? [];
  const found = new Date(`${day}T${time}${zone}`);
  const valid = isDay(day) && !Number.isNaN(found.getTime()) && /^(?!0000)\d{4}-/.test(found.toISOString());
  return valid ? found : undefined;
}

/** Date would take 31 February for 3 March. */
function isDay(day: string | undefined): boolean {
  const found = new Date(`${day}T00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === day;
}

/** A moment as a notice says it. */
export interface ReadersMoment {
  /** ISO 8601. */
  readonly at: string;
  /** The reader's time zone (IANA); UTC where it is not known. */
  readonly zone?: string | undefined;
}

/** A moment as this person reads it; now unless given. */
export function momentFor(
  { zoneinfo }: { zoneinfo: string | null },
  at = new Date(clock.now()),
): ReadersMoment {
  return { at: at.toISOString(), zone: zoneinfo ?? undefined };
}
