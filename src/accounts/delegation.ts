import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { AccountStatus, MembershipStatus } from '../postgres/schema.ts';
import type { MembershipRole } from '../roles.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { activeMemberships, type Practices } from './practices.ts';

/** A member of a practice, as its administrator sees them. */
export interface Member {
  /** The membership's id. */
  readonly id: string;
  readonly account: string;
  readonly given_name: string;
  readonly family_name: string;
  /** Null until the person has chosen one. */
  readonly user_id: string | null;
  readonly account_status: AccountStatus;
  readonly role: MembershipRole;
  readonly status: MembershipStatus;
  readonly valid_from: Date;
}

/** Who acts, and where. Every act is refused unless they administer this very practice at that moment. */
export interface Administering {
  /** A sub. */
  readonly actor: string;
  readonly practice: string;
}

export interface Invitation {
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly role: MembershipRole;
}

/** `full`: too many who were invited have not come yet. */
export type Invited = Pick<Account, 'sub'> | 'forbidden' | 'full';

/** `gone`: no such open membership in this practice; `own`: nobody shuts themselves out; `held`: has that role. */
export type Changed = 'done' | 'forbidden' | 'gone' | 'own' | 'held';

/** Members of a practice who may be invited and not yet active: mail to strangers must be bounded. */
const MOST_WAITING = 100;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export interface DelegationDependencies {
  readonly db: Database;
  readonly accounts: Pick<Accounts, 'create'>;
  readonly practices: Pick<Practices, 'addMember' | 'setStatus' | 'setRole'>;
}

/**
 * What a practice's own administrators do there, and nowhere else: whichever practice or membership a request
 * names, each act asks PostgreSQL, in its own transaction, whether the actor administers that practice now.
 * All methods throw AppError('store-away').
 */
export class Delegation {
  readonly #deps: DelegationDependencies;

  constructor(deps: DelegationDependencies) {
    this.#deps = deps;
  }

  /** The practices that an account administers now, by name. */
  async practicesOf(actor: string): Promise<{ id: string; name: string }[]> {
    const held = await activeMemberships(this.#deps.db, actor);
    return held.filter(({ role }) => role === 'practice-administrator').map(({ id, name }) => ({ id, name }));
  }

  /** Open memberships, the newest first; ask `practicesOf` before. */
  async members(practice: string, { limit, after }: PageRequest): Promise<Page<Member>> {
    const rows = await this.#members(practice)
      .select(exactly('memberships.created_at').as('at'))
      .where(afterPlace('memberships.created_at', 'memberships.id', after))
      .orderBy('memberships.created_at', 'desc')
      .orderBy('memberships.id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, id }) => ({ at, id }));
    return { ...page, rows: page.rows.map(({ at: _, ...member }) => member) };
  }

  /** One open membership of this practice. */
  async member(practice: string, id: string): Promise<Member | undefined> {
    if (!UUID.test(id)) return undefined;
    return this.#members(practice).where('memberships.id', '=', id).executeTakeFirst();
  }

  /**
   * Makes an account for a new person, with a role here; the caller sends the link to activate it. Always a new
   * one: whether an address has an account elsewhere is nothing that this practice may learn.
   */
  async invite(
    tx: Transaction,
    { actor, practice }: Administering,
    { role, ...person }: Invitation,
    record: Recorder,
  ): Promise<Invited> {
    if (!(await administers(tx, { actor, practice }))) return 'forbidden';
    if ((await this.#waiting(tx, practice)) >= MOST_WAITING) return 'full';
    const { accounts, practices } = this.#deps;
    const account = await accounts.create(tx, person, record);
    const membership = { account: account.sub, practice, role, grantedBy: actor };
    await practices.addMember(tx, membership, record);
    return { sub: account.sub };
  }

  /** The member of this practice who may be sent a new link, whether or not they have activated by now. */
  async mayInviteAgain(
    tx: Transaction,
    who: Administering,
    id: string,
  ): Promise<Pick<Account, 'sub'> | 'forbidden' | 'gone'> {
    if (!(await administers(tx, who))) return 'forbidden';
    const held = await openMembership(tx, who.practice, id);
    return held ? { sub: held.account } : 'gone';
  }

  /** Gives a membership another role. */
  async assign(
    tx: Transaction,
    who: Administering,
    { id, role }: { readonly id: string; readonly role: MembershipRole },
    record: Recorder,
  ): Promise<Changed> {
    const refused = await this.#refusal(tx, who, id);
    if (refused) return refused;
    const done = await this.#deps.practices.setRole(tx, { id, role, changedBy: who.actor }, record);
    return done === 'held' ? 'held' : 'done';
  }

  /** Ends a membership: what its role opened is closed at once. */
  async end(tx: Transaction, who: Administering, id: string, record: Recorder): Promise<Changed> {
    const refused = await this.#refusal(tx, who, id);
    if (refused) return refused;
    await this.#deps.practices.setStatus(tx, { id, status: 'ended', changedBy: who.actor }, record);
    return 'done';
  }

  async #refusal(
    tx: Transaction,
    who: Administering,
    id: string,
  ): Promise<Exclude<Changed, 'done' | 'held'> | undefined> {
    if (!(await administers(tx, who))) return 'forbidden';
    const held = await openMembership(tx, who.practice, id);
    if (!held) return 'gone';
    return held.account === who.actor ? 'own' : undefined;
  }

  async #waiting(tx: Transaction, practice: string): Promise<number> {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from memberships m join accounts a on a.sub = m.account
      where m.practice = ${practice} and m.status <> 'ended' and a.status = 'invited'`.execute(tx);
    return rows[0]?.waiting ?? 0;
  }

  #members(practice: string) {
    return this.#deps.db
      .selectFrom('memberships')
      .innerJoin('accounts', 'accounts.sub', 'memberships.account')
      .select(['memberships.id', 'memberships.account', 'given_name', 'family_name', 'user_id'])
      .select(['accounts.status as account_status', 'memberships.role', 'memberships.status'])
      .select('memberships.valid_from')
      .where('memberships.practice', '=', practice)
      .where('memberships.status', '<>', 'ended');
  }
}

/**
 * Locked until the transaction ends, so that an administrator who is removed meanwhile cannot act. The practice's row
 * first, so that two administrators who end each other come one after the other instead of into a deadlock.
 */
async function administers(tx: Transaction, { actor, practice }: Administering): Promise<boolean> {
  const id = practice.replaceAll('\0', '');
  await tx.selectFrom('practices').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  const { rows } = await sql`
    select 1 from memberships m join accounts a on a.sub = m.account
    where m.account = ${actor} and m.practice = ${id} and m.status = 'active'
      and m.role = 'practice-administrator' and a.status = 'active'
      and m.valid_from <= clock_timestamp() and (m.valid_to is null or m.valid_to > clock_timestamp())
    for share of m`.execute(tx);
  return rows.length > 0;
}

async function openMembership(tx: Transaction, practice: string, id: string) {
  if (!UUID.test(id)) return undefined;
  return tx
    .selectFrom('memberships')
    .select('account')
    .where('id', '=', id)
    .where('practice', '=', practice)
    .where('status', '<>', 'ended')
    .forUpdate()
    .executeTakeFirst();
}
