import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { MembershipStatus } from '../postgres/schema.ts';
import type { MembershipRole } from '../roles.ts';

/** An active membership with its practice, in the words of the `practices` claim. */
export interface PracticeMembership {
  readonly id: string;
  readonly name: string;
  readonly tax_id: string;
  readonly npis: readonly string[];
  readonly role: MembershipRole;
}

export interface NewPractice {
  /** 22 random base64url characters unless given. */
  readonly id?: string;
  readonly name: string;
  /** TIN: nine digits. */
  readonly taxId: string;
  /** National Provider Identifiers: ten digits each. */
  readonly npis: readonly string[];
}

export interface NewMembership {
  readonly account: string;
  readonly practice: string;
  readonly role: MembershipRole;
  /** 'active' unless given. */
  readonly status?: MembershipStatus;
  /** The store's now unless given. */
  readonly validFrom?: Date;
  /** Open-ended unless given. */
  readonly validTo?: Date;
  /** A sub, or the name of what granted it ('demo', 'cli'). */
  readonly grantedBy: string;
}

/** Practices and who works there. All methods throw AppError('store-away') when PostgreSQL is away. */
export class Practices {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The practice with this tax id; its id, name and NPIs. */
  async findByTaxId(taxId: string) {
    return this.#db
      .selectFrom('practices')
      .select(['id', 'name', 'tax_id as taxId', 'npis'])
      .where('tax_id', '=', taxId)
      .executeTakeFirst();
  }

  /** Returns the practice's id. Throws the store's error when the tax id or the id is taken. */
  async create(tx: Transaction, practice: NewPractice, record: Recorder): Promise<string> {
    const after = await tx
      .insertInto('practices')
      .values({
        id: practice.id ?? newRowId(),
        name: practice.name,
        tax_id: practice.taxId,
        npis: [...practice.npis],
      })
      .returning(['id', 'name', 'tax_id', 'npis'])
      .executeTakeFirstOrThrow();
    await record(tx, { event: 'practice.created', outcome: 'success', after });
    return after.id;
  }

  /** Returns the membership's id. Throws the store's error when the account holds this role there already. */
  async addMember(tx: Transaction, membership: NewMembership, record: Recorder): Promise<string> {
    const { id, ...after } = await tx
      .insertInto('memberships')
      .values({
        account: membership.account,
        practice: membership.practice,
        role: membership.role,
        status: membership.status ?? 'active',
        valid_from: membership.validFrom,
        valid_to: membership.validTo,
        granted_by: membership.grantedBy,
      })
      .returning(['id', ...MEMBERSHIP])
      .executeTakeFirstOrThrow();
    const { account, grantedBy: actor } = membership;
    await record(tx, {
      event: 'membership.granted',
      outcome: 'success',
      account,
      actor,
      after: { id, ...after },
    });
    return id;
  }

  /** Changes a membership's status; ending one also sets its last moment. False when it is gone. */
  async setStatus(tx: Transaction, change: MembershipChange, record: Recorder): Promise<boolean> {
    const { id, status, changedBy: actor } = change;
    const before = await membership(tx, id);
    if (!before) return false;
    // One that has not begun yet ends as it begins.
    const end = sql<Date>`greatest(clock_timestamp(), valid_from + interval '1 microsecond')`;
    const ended = status === 'ended' ? { valid_to: end } : {};
    const after = await tx
      .updateTable('memberships')
      .set({ status, updated_at: sql<Date>`clock_timestamp()`, ...ended })
      .where('id', '=', id)
      .returning(MEMBERSHIP)
      .executeTakeFirstOrThrow();
    const both = { before: { id, ...before }, after: { id, ...after } };
    const { account } = before;
    await record(tx, { event: 'membership.changed', outcome: 'success', account, actor, ...both });
    return true;
  }

  /** Gives a membership another role; 'held' when the account has that one there already. False when it is gone. */
  async setRole(tx: Transaction, change: RoleChange, record: Recorder): Promise<boolean | 'held'> {
    const { id, role, changedBy: actor } = change;
    const before = await membership(tx, id);
    if (!before) return false;
    if (before.role === role) return true;
    const { account, practice } = before;
    const same = tx.selectFrom('memberships').select('id').where('account', '=', account);
    const held = same
      .where('practice', '=', practice)
      .where('role', '=', role)
      .where('status', '<>', 'ended');
    if (await held.executeTakeFirst()) return 'held';
    const after = await tx
      .updateTable('memberships')
      .set({ role, updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .returning(MEMBERSHIP)
      .executeTakeFirstOrThrow();
    const both = { before: { id, ...before }, after: { id, ...after } };
    await record(tx, { event: 'membership.changed', outcome: 'success', account, actor, ...both });
    return true;
  }
}

export interface RoleChange {
  readonly id: string;
  readonly role: MembershipRole;
  readonly changedBy: string;
}

export interface MembershipChange {
  readonly id: string;
  readonly status: MembershipStatus;
  readonly changedBy: string;
}

const MEMBERSHIP = ['account', 'practice', 'role', 'status', 'valid_from', 'valid_to', 'granted_by'] as const;

function membership(tx: Transaction, id: string) {
  return tx.selectFrom('memberships').select(MEMBERSHIP).where('id', '=', id).forUpdate().executeTakeFirst();
}

/**
 * Memberships whose status is active and whose time has come and not gone, by the store's clock: a replica whose own
 * clock is wrong must not let anyone in.
 */
export const ACTIVE = sql<boolean>`(memberships.status = 'active' and memberships.valid_from <= clock_timestamp()
  and (memberships.valid_to is null or memberships.valid_to > clock_timestamp()))`;

/** An account's active memberships, with their practices. */
export async function activeMemberships(db: Database, account: string): Promise<PracticeMembership[]> {
  return db
    .selectFrom('memberships')
    .innerJoin('practices', 'practices.id', 'memberships.practice')
    .select(['practices.id', 'practices.name', 'practices.tax_id', 'practices.npis', 'memberships.role'])
    .where('memberships.account', '=', account)
    .where(ACTIVE)
    .orderBy('practices.name')
    .orderBy('memberships.role')
    .execute();
}
