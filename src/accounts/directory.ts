import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { AccountStatus, GlobalRole, MembershipRole, MembershipStatus } from '../postgres/schema.ts';

/** An account as a list shows it. */
export interface ListedAccount {
  readonly sub: string;
  /** Null until the person has chosen one. */
  readonly user_id: string | null;
  readonly given_name: string;
  readonly family_name: string;
  readonly email: string | null;
  readonly status: AccountStatus;
  readonly created_at: Date;
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

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  async accounts({
    status,
    limit,
    after,
  }: PageRequest & { status?: AccountStatus | undefined }): Promise<Page<ListedAccount>> {
    const rows = await this.#db
      .selectFrom('accounts')
      .select(['sub', 'user_id', 'given_name', 'family_name', 'email', 'status', 'created_at'])
      .select(exactly('created_at').as('at'))
      .$if(status !== undefined, (query) => query.where('status', '=', status as AccountStatus))
      .where(afterPlace('created_at', 'sub', after))
      .orderBy('created_at', 'desc')
      .orderBy('sub', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, sub }) => ({ at, id: sub }));
    return { ...page, rows: page.rows.map(({ at: _, ...account }) => account) };
  }

  /** The newest first. */
  async practices({ limit, after }: PageRequest): Promise<Page<ListedPractice>> {
    const rows = await this.#db
      .selectFrom('practices')
      .select(['id', 'name', 'tax_id', 'npis', 'created_at', exactly('created_at').as('at')])
      .where(afterPlace('created_at', 'id', after))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, id }) => ({ at, id }));
    return { ...page, rows: page.rows.map(({ at: _, ...practice }) => practice) };
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

  async practiceById(id: string): Promise<{ id: string; name: string } | undefined> {
    return this.#db
      .selectFrom('practices')
      .select(['id', 'name'])
      .where(sql<boolean>`id = ${id} or tax_id = ${id}`)
      .executeTakeFirst();
  }
}
