import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import { AppError } from '../errors.ts';
import { storeMoment } from '../moments.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Seals } from '../redis/record.ts';
import { lockAccount } from './changes.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { RememberedDevices } from './remembered-devices.ts';
import { acceptedStep } from './totp.ts';

/** An authenticator app of an account's. */
export interface Authenticator {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** What is stored of a new one. */
export interface NewAuthenticator {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** Base32. */
  readonly secret: string;
  /** The step of the code that confirmed it, which is spent with that. */
  readonly step: number;
}

/** Authenticators an account may have: each one more makes a guess more likely to be right. */
export const MOST_AUTHENTICATORS = 10;
const LONGEST_NAME = 64; // code points

export interface AuthenticatorsDependencies {
  readonly db: Database;
  readonly seals: Seals;
  readonly devices: RememberedDevices;
  readonly recoveryCodes: RecoveryCodes;
}

/** Authenticator apps: RFC 6238 codes of six digits, each accepted once. All methods throw AppError('store-away'). */
export class Authenticators {
  readonly #deps: AuthenticatorsDependencies;

  constructor(deps: AuthenticatorsDependencies) {
    this.#deps = deps;
  }

  /** An account's authenticators, the oldest first. */
  async list(account: string): Promise<Authenticator[]> {
    const rows = await this.#deps.db
      .selectFrom('authenticators')
      .select(['id', 'name', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
      .where('account', '=', account)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows;
  }

  /** How many authenticators an account has. */
  async count(account: string): Promise<number> {
    return countIn(this.#deps.db, account);
  }

  async isEnrolled(account: string): Promise<boolean> {
    return (await this.count(account)) > 0;
  }

  /**
   * Accepts a code of any of the account's authenticators, once: of any number of parallel calls, on any
   * number of replicas, one succeeds, and no older code is good after a newer one. PostgreSQL's clock decides.
   * The caller reserves the attempt first. [RFC 6238 §5.2, ASVS 6.5.1]
   * @returns which authenticator; undefined when the code is wrong, used, too old, or no code at all
   */
  async verify(account: string, typed: string): Promise<{ id: string } | undefined> {
    const rows = await this.#deps.db
      .selectFrom('authenticators')
      .select(['id', 'secret', 'last_step as lastStep'])
      .select(sql<number>`extract(epoch from clock_timestamp())::float8`.as('now'))
      .where('account', '=', account)
      .execute();
    for (const { id, secret: sealed, now, lastStep } of rows) {
      const secret = this.#deps.seals.open(sealed, placeOf(id)).toString();
      const step = acceptedStep(typed, { secret, now, lastStep });
      if (step !== undefined && (await this.#spend(id, step))) return { id };
    }
    return undefined;
  }

  /** The row's own lock puts parallel uses in order; the second one finds the step spent. */
  async #spend(id: string, step: number): Promise<boolean> {
    const spent = await this.#deps.db
      .updateTable('authenticators')
      .set({ last_step: step, last_used_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .where('last_step', '<', step)
      .returning('id')
      .executeTakeFirst();
    return spent !== undefined;
  }

  /** The step of a code for a key that is not stored yet; undefined when the code is wrong. */
  async stepOf(secret: string, typed: string): Promise<number | undefined> {
    const now = (await storeMoment(this.#deps.db)).getTime() / 1000;
    return acceptedStep(typed, { secret, now, lastStep: 0 });
  }

  /**
   * Stores a confirmed authenticator, while the account's row is locked.
   * @returns `taken` when its id is stored already, `full` beyond {@link MOST_AUTHENTICATORS}
   */
  async add(tx: Transaction, added: NewAuthenticator, record: Recorder): Promise<'added' | 'taken' | 'full'> {
    const { id, account, secret, step } = added;
    const name = checkName(added.name);
    if ((await countIn(tx, account)) >= MOST_AUTHENTICATORS) return 'full';
    const sealed = this.#deps.seals.seal(secret, placeOf(id));
    const inserted = await tx
      .insertInto('authenticators')
      .values({ id, account, kind: 'totp', name, secret: sealed, last_step: step })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!inserted) return 'taken';
    const after = { id, kind: 'totp', name };
    await record(tx, { event: 'factor.enrolled', outcome: 'success', account, after });
    return 'added';
  }

  /**
   * @returns false when the account has no such authenticator
   * @throws AppError('bad-request') when the name is empty or longer than 64 characters
   */
  async rename(account: string, id: string, name: string): Promise<boolean> {
    const renamed = await this.#deps.db
      .updateTable('authenticators')
      .set({ name: checkName(name) })
      .where('account', '=', account)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    return renamed !== undefined;
  }

  /**
   * Removes an authenticator, and forgets every device that stood for the account's second factor; with the
   * last one go the recovery codes. The caller ends the account's sessions. [security.md rule 12]
   * @param tx the caller's transaction; one of its own where there is none
   * @returns false when the account has no such authenticator
   */
  async remove(account: string, id: string, record: Recorder, tx?: Transaction): Promise<boolean> {
    if (!tx) return this.#deps.db.transaction().execute((own) => this.remove(account, id, record, own));
    await lockAccount(tx, account);
    if ((await removeAuthenticators(tx, account, record, id)) === 0) return false;
    const { devices, recoveryCodes } = this.#deps;
    await devices.forgetAllWithin(tx, account, record);
    if ((await countIn(tx, account)) === 0) await recoveryCodes.discard(tx, account);
    return true;
  }
}

/**
 * Removes one or all of an account's authenticators, and nothing else, while its row is locked.
 * @returns how many there were
 */
export async function removeAuthenticators(
  tx: Transaction,
  account: string,
  record: Recorder,
  id?: string,
): Promise<number> {
  const all = tx.deleteFrom('authenticators').where('account', '=', account);
  const removed = await (id === undefined ? all : all.where('id', '=', id))
    .returning(['id', 'kind', 'name', 'created_at', 'last_used_at'])
    .execute();
  for (const { created_at, last_used_at, ...authenticator } of removed) {
    const used = last_used_at?.toJSON() ?? null;
    const before = { ...authenticator, created_at: created_at.toJSON(), last_used_at: used };
    await record(tx, { event: 'factor.removed', outcome: 'success', account, before });
  }
  return removed.length;
}

/** Why a text cannot name an authenticator; undefined when it can. */
export function nameFault(name: string): 'missing' | 'too-long' | undefined {
  const { length } = [...cleaned(name)];
  if (length === 0) return 'missing';
  return length > LONGEST_NAME ? 'too-long' : undefined;
}

function checkName(name: string): string {
  if (nameFault(name)) throw new AppError('bad-request');
  return cleaned(name);
}

/** One line of text that PostgreSQL can hold. */
function cleaned(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** What is sealed of an authenticator. */
export const sealedKey = { table: 'authenticators', id: 'id', column: 'secret', aad: placeOf } as const;

function placeOf(id: string): string {
  return `authenticators:${id}:secret`;
}

async function countIn(db: Database | Transaction, account: string): Promise<number> {
  const row = await db
    .selectFrom('authenticators')
    .select(sql<number>`count(*)`.as('count'))
    .where('account', '=', account)
    .executeTakeFirst();
  return row?.count ?? 0;
}
