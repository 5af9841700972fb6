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
  // Who has yet to confirm their address: listed and counted at the console.
  {
    name: 'accounts_unproved',
    on: `accounts (created_at desc, sub desc) where (email is not null and not email_verified)
      or (email is null and phone_number is not null and not phone_number_verified)`,
  },
];
