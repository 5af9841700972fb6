import { type RawBuilder, sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import { type AuditRecord, lineOf, RECORD, type SelectedRecord, toRecord } from './record.ts';
import type { FullSeal } from './seal.ts';
import { sealPages } from './seals.ts';

/** What a log consists of, in its order: each seal and the rows that it covers, then the rows not sealed yet. */
export type Entry = RowEntry | SealEntry;

export interface RowEntry {
  readonly kind: 'row';
  readonly position: number | null;
  /** The canonical line, or the altered text found in its place. */
  readonly line: string | Buffer;
}

export interface SealEntry {
  readonly kind: 'seal';
  readonly seal: FullSeal;
}

/** Numbers of seals, both included. */
export interface SealRange {
  readonly first: number;
  readonly last: number;
}

/** Moments as PostgreSQL reads them; `to` itself is not included. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Rows that are read at once. */
const PAGE = 1000;
const START = { at: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/**
 * The sealed part of the log as the store has it, including rows that should not be there. Read in keyset
 * pages: no connection is held, and memory does not grow with the log. @throws AppError('store-away')
 */
export async function* sealedEntries(
  db: Database | Transaction,
  range: SealRange = { first: 1, last: Number.MAX_SAFE_INTEGER },
): AsyncGenerator<Entry> {
  for await (const seals of sealPages(db, range.first - 1, range.last)) {
    const rows = sealedRows(db, seals[0]?.first ?? 1, Math.max(...seals.map(({ last }) => last)));
    let next = await rows.next();
    for (const seal of seals) {
      yield { kind: 'seal', seal };
      for (; !next.done && (next.value.position ?? 0) <= seal.last; next = await rows.next()) {
        yield { kind: 'row', position: next.value.position, line: lineOf(next.value) };
      }
    }
  }
}

/** Rows that claim a position that no seal can cover: the first below all, the first beyond. */
export async function strayRows(db: Database | Transaction): Promise<RowEntry[]> {
  const first = (where: RawBuilder<boolean>) =>
    db.selectFrom('audit_events').select(RECORD).where(where).orderBy('position').limit(1).execute();
  const rows = [
    ...(await first(sql`position < 1`)),
    // In one statement, so that a seal made meanwhile is seen with its rows.
    ...(await first(sql`position > coalesce((select max(last) from audit_seals), 0)`)),
  ];
  return rows.map(toRecord).map((row) => ({ kind: 'row', position: row.position, line: lineOf(row) }));
}

/** How many rows have no position yet. */
export async function unsealedCount(db: Database | Transaction): Promise<number> {
  const { count } = await db
    .selectFrom('audit_events')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('position', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Rows of a period without a position, by time, as if those were not sealed yet that were since: so a reader
 * of seals and then of these meets each row once.
 * @param last the highest position that was read
 */
export function unsealedRows(
  db: Database | Transaction,
  last: number,
  period: Period = {},
): AsyncGenerator<AuditRecord> {
  return byTime(period, async (place) => {
    const page = (where: RawBuilder<boolean>) => rowsAfter(db, place, period).where(where);
    const rows = await db
      .with('waiting', () => page(sql`position is null`))
      .with('since', () => page(sql`position > ${last}`))
      .selectFrom('waiting')
      .selectAll()
      // In one statement: between two, a row could leave the one for the other.
      .unionAll((eb) => eb.selectFrom('since').selectAll())
      .orderBy('at')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    return rows.map((row) => ({ ...row, position: null }));
  });
}

/** Every row of a period, by time, sealed or not. */
export function periodRows(db: Database | Transaction, period: Period): AsyncGenerator<AuditRecord> {
  return byTime(period, (place) => rowsAfter(db, place, period).execute());
}

/** The whole seals that hold rows of a period; undefined where there are none. */
export async function sealsOf(
  db: Database | Transaction,
  { from = '-infinity', to = 'infinity' }: Period,
): Promise<SealRange | undefined> {
  const { first, last } = await db
    .selectFrom('audit_seals')
    .select(({ fn }) => [
      fn.min<number | null>('number').as('first'),
      fn.max<number | null>('number').as('last'),
    ])
    .where('to_at', '>=', sql<Date>`cast(${from} as timestamptz)`)
    .where('from_at', '<', sql<Date>`cast(${to} as timestamptz)`)
    .executeTakeFirstOrThrow();
  return first === null || last === null ? undefined : { first, last };
}

async function* sealedRows(
  db: Database | Transaction,
  first: number,
  last: number,
): AsyncGenerator<AuditRecord> {
  let place = { ...START, position: first };
  for (;;) {
    const rows = await db
      .selectFrom('audit_events')
      .select(RECORD)
      // By all three, so that a second row with the same position is not passed over between two pages.
      .where(
        sql<boolean>`(position, at, id) >
          (${place.position}, cast(${place.at} as timestamptz), cast(${place.id} as uuid))`,
      )
      .where('position', '<=', last)
      .orderBy('position')
      .orderBy('audit_events.at')
      .orderBy('audit_events.id')
      .limit(PAGE)
      .execute();
    yield* rows.map(toRecord);
    const end = rows.at(-1);
    if (rows.length < PAGE || !end) return;
    place = { position: end.position ?? last, at: end.at, id: end.id };
  }
}

interface Moment {
  readonly at: string;
  readonly id: string;
}

async function* byTime(
  { from = '-infinity' }: Period,
  pageAfter: (place: Moment) => Promise<SelectedRecord[]>,
): AsyncGenerator<AuditRecord> {
  let place: Moment = { ...START, at: from };
  for (;;) {
    const rows = await pageAfter(place);
    yield* rows.map(toRecord);
    const end = rows.at(-1);
    if (rows.length < PAGE || !end) return;
    place = { at: end.at, id: end.id };
  }
}

function rowsAfter(db: Database | Transaction, place: Moment, { to = 'infinity' }: Period) {
  return db
    .selectFrom('audit_events')
    .select(RECORD)
    .where(sql<boolean>`(at, id) > (cast(${place.at} as timestamptz), cast(${place.id} as uuid))`)
    .where('audit_events.at', '<', sql<Date>`cast(${to} as timestamptz)`)
    .orderBy('audit_events.at')
    .orderBy('audit_events.id')
    .limit(PAGE);
}
