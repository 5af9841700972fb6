import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { AccountStatus, MembershipStatus } from '../postgres/schema.ts';
import type { GlobalRole, MembershipRole } from '../roles.ts';
import { emailFolded } from './account.ts';
import { readContact, spellings } from './contact.ts';
import { foldUserId } from './user-id.ts';

/** An account as a list shows it. */
export interface ListedAccount {
  readonly sub: string;
  /** Null until the person has chosen one. */
  readonly user_id: string | null;
  readonly given_name: string;
  readonly family_name: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly status: AccountStatus;
  readonly created_at: Date;
}

export interface AccountFilter extends PageRequest {
  readonly status?: AccountStatus | undefined;
  /** A sub, the beginning of a user ID or family name, an e-mail address or a phone number. */
  readonly text?: string | undefined;
  /** Only those who have yet to confirm their address. */
  readonly unproved?: boolean | undefined;
}

export interface PracticeFilter extends PageRequest {
  /** An id, a tax id, an NPI, or the beginning of a name. */
  readonly text?: string | undefined;
}

/** A member of a practice as a list shows them. */
export interface ListedMember {
  readonly id: string;
  readonly account: string;
  readonly user_id: string | null;
  readonly given_name: string;
  readonly family_name: string;
  readonly role: MembershipRole;
  readonly status: MembershipStatus;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly granted_by: string;
}

export interface ListedPractice {
  readonly id: string;
  readonly name: string;
  readonly tax_id: string;
  readonly npis: readonly string[];
  readonly created_at: Date;
}

export interface ListedMembership {
  readonly practice: string;
  readonly name: string;
  readonly role: MembershipRole;
  readonly status: MembershipStatus;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
}

export interface ListedRole {
  readonly role: GlobalRole;
  readonly granted_by: string;
}

/** Accounts and practices as operators look through them; never all at once. Throws AppError('store-away'). */
export class Directory {
  readonly #db: Database;
  readonly #country: string;

  /** @param country ISO 3166, of phone numbers that are looked for without a country code */
  constructor(db: Database, country: string) {
    this.#db = db;
    this.#country = country;
  }

  /** The newest first. */
  async accounts({ status, text, unproved, limit, after }: AccountFilter): Promise<Page<ListedAccount>> {
    const rows = await this.#db
      .selectFrom('accounts')
      .select(['sub', 'user_id', 'given_name', 'family_name', 'email', 'email_verified', 'status'])
      .select('created_at')
      .select(exactly('created_at').as('at'))
      .$if(text !== undefined, (query) => query.where('sub', 'in', called(String(text), this.#country)))
      .$if(unproved === true, (query) => query.where(UNPROVED))
      .where((is) => (status === undefined ? sql<boolean>`true` : is('status', '=', status)))
      .where(afterPlace('created_at', 'sub', after))
      .orderBy('created_at', 'desc')
      .orderBy('sub', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, sub }) => ({ at, id: sub }));
    return { ...page, rows: page.rows.map(({ at: _, ...account }) => account) };
  }

  /** How many who can sign in have yet to confirm their address. */
  async unproved(): Promise<number> {
    const { count } = await this.#db
      .selectFrom('accounts')
      .select(sql<number>`count(*)`.as('count'))
      .where(UNPROVED)
      .where('status', '=', 'active')
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The newest first. */
  async practices({ text, limit, after }: PracticeFilter): Promise<Page<ListedPractice>> {
    const rows = await this.#db
      .selectFrom('practices')
      .select(['id', 'name', 'tax_id', 'npis', 'created_at', exactly('created_at').as('at')])
      .$if(text !== undefined, (query) => query.where('id', 'in', practicesCalled(String(text))))
      .where(afterPlace('created_at', 'id', after))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, id }) => ({ at, id }));
    return { ...page, rows: page.rows.map(({ at: _, ...practice }) => practice) };
  }

  /** Everybody in a practice, those who left too, the latest first. */
  async members(practice: string, { limit, after }: PageRequest): Promise<Page<ListedMember>> {
    if (after && !UUID.test(after.id)) return { rows: [], next: undefined };
    const later = after
      ? sql<boolean>`(m.valid_from, m.id) < (cast(${after.at} as timestamptz), cast(${after.id} as uuid))`
      : sql<boolean>`true`;
    const rows = await this.#db
      .selectFrom('memberships as m')
      .innerJoin('accounts as a', 'a.sub', 'm.account')
      .select(['m.id', 'm.account', 'a.user_id', 'a.given_name', 'a.family_name', 'm.role', 'm.status'])
      .select(['m.valid_from', 'm.valid_to', 'm.granted_by', exactly('m.valid_from').as('at')])
      .where('m.practice', '=', practice)
      .where(later)
      .orderBy('m.valid_from', 'desc')
      .orderBy('m.id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, id }) => ({ at, id }));
    return { ...page, rows: page.rows.map(({ at: _, ...member }) => member) };
  }

  /** A membership's practice; undefined when there is none. */
  async membership(
    id: string,
  ): Promise<{ practice: string; account: string; status: MembershipStatus } | undefined> {
    if (!UUID.test(id)) return undefined;
    const row = this.#db.selectFrom('memberships').select(['practice', 'account', 'status']);
    return row.where('id', '=', id).executeTakeFirst();
  }

  /** All of an account's memberships, ended ones too. */
  async membershipsOf(account: string): Promise<ListedMembership[]> {
    return this.#db
      .selectFrom('memberships')
      .innerJoin('practices', 'practices.id', 'memberships.practice')
      .select(['memberships.practice', 'practices.name', 'memberships.role', 'memberships.status'])
      .select(['memberships.valid_from', 'memberships.valid_to'])
      .where('memberships.account', '=', account)
      .orderBy('practices.name')
      .orderBy('memberships.valid_from')
      .execute();
  }

  /** User IDs that differ from this one only in case, Unicode form or spaces; at most one exists. */
  async spelledAlike(folded: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('accounts')
      .select('user_id')
      .where('user_id_folded', '=', folded)
      .executeTakeFirst();
    return row?.user_id ?? undefined;
  }

  /** The names of practices, by their ids. @throws AppError('store-away') */
  async practiceNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const practices = this.#db.selectFrom('practices').select(['id', 'name']);
    const rows = await practices.where('id', 'in', [...new Set(ids)]).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** The practice with this id, and only then the one with this tax id. */
  async practiceById(id: string): Promise<{ id: string; name: string } | undefined> {
    if (id.includes('\0')) return undefined;
    return this.#db
      .selectFrom('practices')
      .select(['id', 'name'])
      .where(sql<boolean>`id = ${id} or tax_id = ${id}`)
      .orderBy(sql`id = ${id}`, 'desc')
      .executeTakeFirst();
  }
}

/** In the words of the index accounts_unproved; `unprovedContact` says the same of one. */
const UNPROVED = sql<boolean>`((email is not null and not email_verified)
  or (email is null and phone_number is not null and not phone_number_verified))`;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Accounts that a text may mean, each way of meaning one from its own index, before they are sorted. */
function called(text: string, country: string) {
  const begins = `${escaped(text.toLowerCase())}%`;
  const folded = foldUserId(text);
  // Of nothing but spaces and marks no letter is left, and every user ID begins with nothing.
  const userId = folded === '' ? sql`false` : sql`user_id_folded like ${`${escaped(folded)}%`}`;
  return sql<string>`(with meant as materialized (
    select sub from accounts where sub = ${text} or ${userId}
      or lower(family_name) like ${begins} or ${reached(text, country)}
  ) select sub from meant)`;
}

function reached(text: string, country: string) {
  const read = readContact(text, { country });
  if ('fault' in read) return sql`false`;
  const { contact } = read;
  const column = contact.channel === 'email' ? emailFolded : sql`phone_number`;
  return sql`${column} in (${sql.join(spellings(contact))})`;
}

function practicesCalled(text: string) {
  const begins = `${escaped(text.toLowerCase())}%`;
  return sql<string>`(with meant as materialized (
    select id from practices where id = ${text} or tax_id = ${text.replaceAll('-', '')}
      or lower(name) like ${begins} or npis @> array[${text}]
  ) select id from meant)`;
}

/** The characters that LIKE reads as others stand for themselves. */
function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
