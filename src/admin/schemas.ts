/** Schemas that operations share: texts, ids, moments, and the pages of a list. */
import { z } from 'zod';
import { decodePlace, encodePlace, type Page, type Place } from '../postgres/keyset.ts';

/** Text that PostgreSQL can hold: no NUL, no half of a surrogate pair. */
export function text(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'has a character that cannot be kept');
}

/** Characters of a note. */
export const LONGEST_NOTE = 500;

/** The actor's reason in their own words, for the audit log. */
export const note = text(LONGEST_NOTE).optional();

/** An account's sub, a session's uid, a practice's or a membership's id. */
export const id = z.string().regex(/^[\w.~-]{1,128}$/, 'is no identifier');

const NO_MOMENT = 'is no moment such as 2026-03-04T14:05:00Z';

/** An ISO 8601 moment with its zone, in the years 1 to 9999 of UTC: of others PostgreSQL reads none. */
export const moment = z.iso
  .datetime({ offset: true, error: NO_MOMENT })
  .transform((value) => new Date(value))
  .refine((value) => /^(?!0000)\d{4}-/.test(value.toJSON()), NO_MOMENT);

/** `true` or `false` in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const cursor = z
  .string()
  .max(512)
  .transform((value, context): Place => {
    const place = decodePlace(value);
    if (place) return place;
    context.addIssue('is no cursor of this list');
    return z.NEVER;
  });

/** Which rows of a list: `?limit=&cursor=`. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: cursor.optional(),
};

/** A page of a list; `next_cursor` is null on the last. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

export function asList<Row>({ rows, next }: Page<Row>): { items: Row[]; next_cursor: string | null } {
  return { items: rows, next_cursor: next ? encodePlace(next) : null };
}
