/** An index of a table that may be large where an older version ran. */
export interface ConcurrentIndex {
  readonly name: string;
  /** What stands behind `on`. */
  readonly on: string;
}

/** Built beside the writes, once the migrations are done; what is here is never edited. */
export const concurrentIndexes: readonly ConcurrentIndex[] = [
  // Ann@Lakeside.Example is ann@lakeside.example; `lower` without "C" would fold a dotless i too.
  { name: 'accounts_email_ascii', on: 'accounts (lower(email collate "C")) where email is not null' },
];
