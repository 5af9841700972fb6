import type { ComponentChildren } from 'preact';
import type { Translator } from '../../html/messages.ts';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers and moments line up at the end. */
  readonly end?: boolean;
}

interface TableProps<Row> {
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
          {columns.map(({ key, label }) => (
            <th key={key} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={id(row)} data-row={id(row)}>
            {columns.map(({ key, label, cell }) => (
              <td key={key} data-label={label}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The way to the next page of a list, and back to its first. */
export function Pager(props: { first?: string | undefined; next: string | undefined; t: Translator }) {
  const { first, next, t } = props;
  if (!first && !next) return null;
  return (
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
  );
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

/** What is known of one thing, name by name; what is not known is left out. */
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
