import type { ComponentChildren } from 'preact';
import { Time } from '../../html/time.tsx';
import type { AdminPageProps } from './admin-page.tsx';

/** The label of a column, and what it shows of a row. */
export type Column<Row> = readonly [label: string, cell: (row: Row) => ComponentChildren];

export interface TableProps<Row> {
  /** Says what the table shows, to those who do not see the page around it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly id: (row: Row) => string;
  /** Stands in the place of an empty table. */
  readonly none: string;
}

/** A table that becomes a list of cards where it has no room, each value with its label. */
export function Table<Row>({ caption, columns, rows, id, none }: TableProps<Row>) {
  if (rows.length === 0) return <p class="none">{none}</p>;
  return (
    <table class="stack" data-sortable>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(([label]) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={id(row)} data-row={id(row)}>
            {columns.map(([label, cell]) => (
              <td key={label} data-label={label}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A page of a list that was looked through, as console/search.ts finds it. */
export interface SearchProps<Row> extends AdminPageProps {
  readonly rows: readonly Row[];
  /** What is looked for, as it was typed. */
  readonly filter: Readonly<Record<string, string>>;
  readonly first?: string | undefined;
  readonly next?: string | undefined;
}

type ListingProps<Row> = TableProps<Row> &
  Pick<SearchProps<Row>, 'first' | 'next' | 't'> & {
    readonly heading?: string;
    readonly children?: ComponentChildren;
  };

/** A table with the ways to the next page of its list, and back to the first. */
export function Listing<Row>({ first, next, t, heading, children, ...table }: ListingProps<Row>) {
  return (
    <section class="panel">
      {heading && <h2>{heading}</h2>}
      <Table {...table} />
      {(first || next) && (
        <nav class="pager" aria-label={t('admin.pages')}>
          {first && (
            <a class="button quiet" id="first-page" href={first}>
              {t('admin.first-page')}
            </a>
          )}
          {next && (
            <a class="button quiet" id="next-page" href={next}>
              {t('admin.next-page')}
            </a>
          )}
        </nav>
      )}
      {children}
    </section>
  );
}

/** A moment in a cell; a dash where there is none. */
export function timeCell({ zone, t }: Pick<AdminPageProps, 'zone' | 't'>) {
  return (at: Date | null) => (at ? <Time at={at} zone={zone} t={t} /> : '–');
}

/** An account by its user ID, which leads to its page. */
export function AccountLink({ account, user_id }: { account: string; user_id: string | null }) {
  return <a href={`/admin/accounts/${encodeURIComponent(account)}`}>{user_id ?? account}</a>;
}

/** A state in a word, in a colour that means the same everywhere. */
export function Tag({
  kind,
  children,
}: {
  kind: 'good' | 'warn' | 'bad' | 'plain';
  children: ComponentChildren;
}) {
  return <span class={`tag ${kind}`}>{children}</span>;
}

/** A list of names and values; empty values are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="details">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <>
            <dt key={`${name} name`}>{name}</dt>
            <dd key={name}>{value}</dd>
          </>
        ))}
    </dl>
  );
}
