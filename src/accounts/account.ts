import { type Selectable, sql } from 'kysely';
import type { AccountStatus, AccountsTable } from '../postgres/schema.ts';

/** A person who signs in. */
export interface Account {
  /** 22 base64url characters, random, never used again. */
  readonly sub: string;
  /** As the person typed it when choosing it, in NFC; empty until then. */
  readonly userId: string;
  readonly givenName: string;
  readonly familyName: string;
  /** Given and family name. */
  readonly name: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly phoneNumber: string | null;
  readonly phoneNumberVerified: boolean;
  readonly locale: string | null;
  readonly zoneinfo: string | null;
  readonly status: AccountStatus;
  /** Set by an operator; demands it even where no role does. */
  readonly secondFactorRequired: boolean;
  /** PHC string; null before activation. */
  readonly passwordHash: string | null;
  /** Sessions and tokens begun before this are dead. */
  readonly sessionsNotBefore: Date | null;
}

export interface NewAccount {
  /** Left out, the person chooses one at activation. */
  readonly userId?: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly phoneNumber?: string;
  readonly phoneNumberVerified?: boolean;
  readonly locale?: string;
  readonly zoneinfo?: string;
  readonly passwordHash?: string;
  /** 'active' with a password hash, 'invited' without one, unless given. */
  readonly status?: AccountStatus;
}

/** What people may set themselves, without proving anything. */
export interface Profile {
  readonly locale: string | null;
  readonly zoneinfo: string | null;
}

/** What operators are told of an account, by page, API and command; never the password. [rule 29] */
export function accountFacts(account: Account) {
  return {
    sub: account.sub,
    user_id: account.userId || null,
    name: account.name,
    status: account.status,
    email: account.email,
    email_verified: account.emailVerified,
    phone_number: account.phoneNumber,
    phone_number_verified: account.phoneNumberVerified,
    password: account.passwordHash === null ? ('none' as const) : ('set' as const),
  };
}

/** Another account has this user ID, in this spelling or in another. */
export class UserIdTaken extends Error {
  override readonly name = 'UserIdTaken';
}

/** In the words of the index accounts_email_ascii: `lower` without a collation folds more than ASCII. */
export const emailFolded = sql<string>`lower(email collate "C")`;

export function toColumns(account: NewAccount) {
  return {
    given_name: account.givenName,
    family_name: account.familyName,
    email: account.email,
    email_verified: account.emailVerified,
    phone_number: account.phoneNumber,
    phone_number_verified: account.phoneNumberVerified,
    locale: account.locale,
    zoneinfo: account.zoneinfo,
    password_hash: account.passwordHash,
    status: account.status ?? (account.passwordHash ? 'active' : 'invited'),
  } as const;
}

export function toAccount(row: Selectable<AccountsTable>): Account {
  return Object.freeze({
    sub: row.sub,
    userId: row.user_id ?? '',
    givenName: row.given_name,
    familyName: row.family_name,
    name: `${row.given_name} ${row.family_name}`.trim(),
    email: row.email,
    emailVerified: row.email_verified,
    phoneNumber: row.phone_number,
    phoneNumberVerified: row.phone_number_verified,
    locale: row.locale,
    zoneinfo: row.zoneinfo,
    status: row.status,
    secondFactorRequired: row.second_factor_required,
    passwordHash: row.password_hash,
    sessionsNotBefore: row.sessions_not_before,
  });
}
