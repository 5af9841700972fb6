import { bare } from '../../bare.ts';
import { NamesNobody } from '../account-fields.ts';
import type { AdminPageProps } from '../pages/admin-page.tsx';
import type { SearchProps } from '../pages/table.tsx';
import { Problem } from '../problem.ts';
import type { ConsolePage } from './console-pages.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * Looks through a list: a page of it, with the ways to the first and the next. Where a field cannot be understood, no
 * rows and the reason.
 * @param list performs the operation with what is asked for
 */
export async function search<Row>(
  { query, props }: ConsolePage,
  path: string,
  filter: Fields,
  list: (asked: Fields) => Promise<{ items: Row[]; next_cursor: string | null }>,
): Promise<SearchProps<Row>> {
  const found = { ...props, filter, first: query.cursor && address(path, filter) };
  try {
    const { items: rows, next_cursor: cursor } = await list(
      asMoments({ ...filter, ...only(query, ['cursor']) }),
    );
    return { ...found, rows, next: cursor ? address(path, { ...filter, cursor }) : undefined };
  } catch (error) {
    return { ...found, rows: [], error: faultOf(error, props) };
  }
}

/** An address with what is said in its query. */
export function address(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return entries.length > 0 ? `${path}?${new URLSearchParams(entries)}` : path;
}

/** The fields with these names, where there are any. */
export function only(
  query: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return bare(Object.entries(query).filter(([name]) => names.includes(name)));
}

/** A moment as people write it, in UTC: a day, with the time where that matters. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?Z?$/;

const MOMENTS = ['from', 'to', 'at'];

/** `from`, `to` and `at` as the operations take them; others are left for the operation to refuse. */
export function asMoments(fields: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(fields).map(([name, value]) => {
    const [, day, time = '00:00', seconds = ':00'] =
      (MOMENTS.includes(name) ? WRITTEN.exec(value) : null) ?? [];
    return [name, day ? `${day}T${time}${seconds}Z` : value] as const;
  });
  return bare(entries);
}

/** Which field of a form or search could not be understood. @throws the error where it is another */
export function faultOf(error: unknown, { t }: AdminPageProps): { message: string; field: string } {
  if (!(error instanceof Problem) || error.code !== 'invalid-request') throw error;
  const field = error.faults[0]?.at.split('.')[1] ?? 'search';
  return { field, message: t(error instanceof NamesNobody ? 'admin.names-nobody' : 'admin.not-understood') };
}
