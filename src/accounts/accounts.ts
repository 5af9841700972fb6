/**
 * The people who sign in, the practices they work for and what they may do there. This folder owns the
 * tables accounts, practices, memberships and global_roles; every change is recorded with before and after.
 */

import { sql } from 'kysely';
import type { ReasonOf, Recorder } from '../audit-events.ts';
import { foldAscii } from '../http/mail-address.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { AccountStatus } from '../postgres/schema.ts';
import type { GlobalRole } from '../roles.ts';
import {
  type Account,
  emailFolded,
  type NewAccount,
  type Profile,
  toAccount,
  toColumns,
  UserIdTaken,
} from './account.ts';
import { ACTIVE, activeMemberships, type PracticeMembership } from './practices.ts';
import { changeRow, lockRow, snapshot } from './row.ts';
import { checkUserId, foldUserId, plainUserId } from './user-id.ts';

/** All methods throw AppError('store-away') when PostgreSQL is away. */
export class Accounts {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The account whose user ID is exactly this, Unicode composition and invisible characters aside; case counts. */
  async findByUserId(userId: string): Promise<Account | undefined> {
    // PostgreSQL refuses text with NUL in it, which would be an error page instead of a wrong user ID.
    if (userId.includes('\0')) return undefined;
    const row = await this.#db
      .selectFrom('accounts')
      .selectAll()
      .where('user_id_folded', '=', foldUserId(userId))
      .where('user_id', '=', plainUserId(userId))
      .executeTakeFirst();
    return row && toAccount(row);
  }

  /** @param db the caller's transaction; a connection of its own where there is none */
  async find(sub: string, db: Database | Transaction = this.#db): Promise<Account | undefined> {
    if (sub.includes('\0')) return undefined;
    const row = await db.selectFrom('accounts').selectAll().where('sub', '=', sub).executeTakeFirst();
    return row && toAccount(row);
  }

  /**
   * The account that a text names, which may be a sub or a user ID; the sub first. Every app knows people's subs: a
   * person who chose another's sub as their user ID would be acted on in that person's place. [rule 34]
   */
  async findNamed(text: string): Promise<Account | undefined> {
    return (await this.find(text)) ?? this.findByUserId(text);
  }

  /** The account, its row locked until `tx` ends: nobody disables it or changes its password meanwhile. */
  async findLocked(tx: Transaction, sub: string): Promise<Account | undefined> {
    const row = await tx
      .selectFrom('accounts')
      .selectAll()
      .where('sub', '=', sub)
      .forUpdate()
      .executeTakeFirst();
    return row && toAccount(row);
  }

  /**
   * Active accounts that have one of these as e-mail address or phone number, at most 50, by user ID. Of
   * addresses ASCII letters are folded and nothing else: a lookalike address is another person's.
   */
  async findByContact(kind: 'email' | 'phone_number', spellings: readonly string[]): Promise<Account[]> {
    const rows = await this.#db
      .selectFrom('accounts')
      .selectAll()
      .where(kind === 'email' ? emailFolded : sql.ref(kind), 'in', spellings.map(foldAscii))
      .where('status', '=', 'active')
      .where('user_id', 'is not', null)
      .orderBy('user_id')
      .limit(50)
      .execute();
    return rows.map(toAccount);
  }

  /** Memberships active now, by the store's clock. */
  practices(sub: string): Promise<PracticeMembership[]> {
    return activeMemberships(this.#db, sub);
  }

  /** Global roles, in alphabetical order. */
  async roles(sub: string): Promise<GlobalRole[]> {
    const rows = await this.#db
      .selectFrom('global_roles')
      .select('role')
      .where('account', '=', sub)
      .orderBy('role')
      .execute();
    return rows.map((row) => row.role);
  }

  /** Every role that counts now: those of active memberships and the global ones. */
  async everyRole(sub: string): Promise<string[]> {
    const { rows } = await sql<{ role: string }>`
      select role from memberships where account = ${sub} and ${ACTIVE}
      union select role from global_roles where account = ${sub} order by role`.execute(this.#db);
    return rows.map(({ role }) => role);
  }

  /** The same password at another cost; nothing when it was changed meanwhile. */
  async rehash(sub: string, from: string, to: string): Promise<void> {
    const account = this.#db.updateTable('accounts').where('sub', '=', sub).where('password_hash', '=', from);
    await account.set({ password_hash: to }).execute();
  }

  /**
   * A new password. What began before it is dead: sessions, tokens and sign-ins in progress.
   * @param hash PHC string
   * @returns the moment, by PostgreSQL's clock, from which sessions live; a sign-in that goes on is dated to it
   */
  async setPassword(
    tx: Transaction,
    sub: string,
    hash: string,
    { reason }: { readonly reason: ReasonOf<'password.changed'> },
    record: Recorder,
  ): Promise<Date> {
    const moment = await this.#revoke(tx, sub, { password_hash: hash });
    await record(tx, { event: 'password.changed', outcome: 'success', account: sub, reason });
    return moment;
  }

  /**
   * As `setPassword`, if the password is still the one that was proved and the account may still sign in: of two
   * changes at once, the second one's proof is out of date.
   * @param proved PHC string of the password that was given
   */
  async replacePassword(
    tx: Transaction,
    sub: string,
    { proved, hash }: { readonly proved: string; readonly hash: string },
    record: Recorder,
  ): Promise<Date | undefined> {
    const held = await tx
      .selectFrom('accounts')
      .select(['password_hash', 'status'])
      .where('sub', '=', sub)
      .forUpdate()
      .executeTakeFirst();
    if (held?.status !== 'active' || held.password_hash !== proved) return undefined;
    return this.setPassword(tx, sub, hash, { reason: 'changed' }, record);
  }

  /**
   * The person says that an attacker signed in: no password lets anyone in until it is reset, and what began before
   * is dead. A sign-in then fails as for a wrong password.
   */
  async lockPassword(tx: Transaction, sub: string, record: Recorder): Promise<void> {
    await this.#revoke(tx, sub, { password_hash: null });
    await record(tx, { event: 'account.compromised', outcome: 'success', account: sub });
  }

  /** Language (BCP 47) and time zone (IANA), null for none; records nothing when they are as before. */
  async changeProfile(tx: Transaction, sub: string, profile: Profile, record: Recorder): Promise<void> {
    const before = await lockRow(tx, sub);
    if (!before || (before.locale === profile.locale && before.zoneinfo === profile.zoneinfo)) return;
    await changeRow(tx, before, profile, record);
  }

  /** What began before is dead: sessions, tokens and sign-ins in progress. The caller records why. */
  async revokeSessions(tx: Transaction, sub: string): Promise<Date> {
    return this.#revoke(tx, sub, {});
  }

  async #revoke(tx: Transaction, sub: string, change: { password_hash?: string | null }): Promise<Date> {
    // Rounded up to what a Date can hold: rounded down, a session of this very millisecond would live on.
    const moment = sql<Date>`date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond'`;
    const { revoked } = await tx
      .updateTable('accounts')
      .set({ ...change, sessions_not_before: moment, updated_at: sql<Date>`clock_timestamp()` })
      .where('sub', '=', sub)
      .returning(sql<Date>`sessions_not_before`.as('revoked'))
      .executeTakeFirstOrThrow();
    return revoked;
  }

  /** @throws UserIdTaken; AppError('bad-request') when the user ID cannot be one */
  async create(tx: Transaction, account: NewAccount, record: Recorder): Promise<Account> {
    const userId = account.userId === undefined ? null : checkUserId(account.userId);
    const folded = userId === null ? null : foldUserId(userId);
    const row = await tx
      .insertInto('accounts')
      .values({ ...toColumns(account), sub: newRowId(), user_id: userId, user_id_folded: folded })
      .onConflict((conflict) => conflict.column('user_id_folded').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new UserIdTaken(`the user ID ${userId} is taken`);
    await record(tx, {
      event: 'account.created',
      outcome: 'success',
      account: row.sub,
      after: snapshot(row),
    });
    return toAccount(row);
  }

  /**
   * Changes an account's status. Any change away from 'active' also ends its sessions and tokens: they
   * began before `sessions_not_before`. False when the account is gone.
   */
  async setStatus(tx: Transaction, sub: string, status: AccountStatus, record: Recorder): Promise<boolean> {
    const before = await lockRow(tx, sub);
    if (!before) return false;
    if (before.status === status) return true;
    const now = sql<Date>`clock_timestamp()`;
    const ended = status === 'active' ? {} : { sessions_not_before: now };
    await changeRow(tx, before, { status, ...ended }, record);
    return true;
  }

  /** Sets whether the account must have a second factor even where no role demands it. False when it is gone. */
  async requireFactor(tx: Transaction, sub: string, required: boolean, record: Recorder): Promise<boolean> {
    const before = await lockRow(tx, sub);
    if (!before) return false;
    if (before.second_factor_required !== required) {
      await changeRow(tx, before, { second_factor_required: required }, record);
    }
    return true;
  }

  /** Grants a global role; doing so twice changes nothing. */
  async grantRole(tx: Transaction, grant: RoleGrant, record: Recorder): Promise<void> {
    const row = await tx
      .insertInto('global_roles')
      .values({ account: grant.account, role: grant.role, granted_by: grant.grantedBy })
      .onConflict((conflict) => conflict.doNothing())
      .returning(['role', 'granted_by'])
      .executeTakeFirst();
    if (!row) return;
    const { account, grantedBy: actor } = grant;
    await record(tx, { event: 'role.granted', outcome: 'success', account, actor, after: row });
  }

  /** Takes a global role back; false when the account does not have it. */
  async revokeRole(
    tx: Transaction,
    { account, role, revokedBy: actor }: RoleRevocation,
    record: Recorder,
  ): Promise<boolean> {
    const before = await tx
      .deleteFrom('global_roles')
      .where('account', '=', account)
      .where('role', '=', role)
      .returning(['role', 'granted_by'])
      .executeTakeFirst();
    if (!before) return false;
    await record(tx, { event: 'role.revoked', outcome: 'success', account, actor, before });
    return true;
  }
}

export interface RoleGrant {
  readonly account: string;
  readonly role: GlobalRole;
  /** A sub, or the name of what granted it ('demo', 'cli'). */
  readonly grantedBy: string;
}

export interface RoleRevocation {
  readonly account: string;
  readonly role: GlobalRole;
  /** A sub, or the name of what takes it back. */
  readonly revokedBy: string;
}
