import { type Kysely, sql } from 'kysely';

/**
 * What the console needs: looking for accounts and practices by the beginning of a word, each from an index; a
 * second factor that one account must have; and an app's secret before the last one, for a while.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const group of [ACCOUNTS, PRACTICES, APPS]) await sql.raw(group).execute(db);
}

const ACCOUNTS = `
alter table accounts add column second_factor_required boolean not null default false;
create index accounts_by_age on accounts (created_at desc, sub desc);
create index accounts_user_id_begins on accounts (user_id_folded text_pattern_ops);
create index accounts_family_name_begins on accounts (lower(family_name) text_pattern_ops);
create index accounts_email_folded on accounts (lower(email)) where email is not null;`;

const PRACTICES = `
create index practices_by_age on practices (created_at desc, id desc);
create index practices_name_begins on practices (lower(name) text_pattern_ops);
create index practices_npis on practices using gin (npis);
create index memberships_by_practice on memberships (practice, valid_from desc, id desc);`;

const APPS = `
alter table apps add column previous_secret bytea, add column previous_secret_until timestamptz;`;
