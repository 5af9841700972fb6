import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { CodeFault } from '../http/six-digits.ts';
import { visible } from '../http/visible.ts';
import type { Database, Transaction } from '../postgres/database.ts';

/** Codes in a set. */
const COUNT = 10;
/** Characters of a code, 5 bits each: 80 bits. */
const LENGTH = 16;
/** Crockford's: no I, L, O or U, so that nothing is read as something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** With fewer codes left than this the person is told to make new ones. */
export const FEW_CODES = 4;

/** A salted, slow digest (passwords/hasher). */
export interface Digests {
  newSalt(): string;
  derive(text: string, salt: string): Promise<Buffer>;
}

/** A set of codes before it is stored: what the person is shown, and what is kept of it. */
export interface CodeSet {
  /** In groups of four, as they are shown. */
  readonly codes: readonly string[];
  readonly salt: string;
  readonly digests: readonly Buffer[];
}

/**
 * Recovery codes: ten, each good once, kept only as digests. All codes of a set share one salt, so that a try
 * costs one derivation however many there are. [NIST SP 800-63B-4 §3.1.2.2: look-up secrets under 112 bits are
 * salted and hashed with a password hashing scheme]
 * All methods throw AppError('store-away').
 */
export class RecoveryCodes {
  readonly #db: Database;
  readonly #digests: Digests;

  constructor(db: Database, digests: Digests) {
    this.#db = db;
    this.#digests = digests;
  }

  /** How many codes an account has left. */
  async remaining(account: string): Promise<number> {
    return remainingIn(this.#db, account);
  }

  /**
   * Spends a code: of any number of parallel calls one succeeds. An account without codes costs the same
   * time. The caller reserves the attempt first. [ASVS 6.5.1]
   * @returns how many are left; undefined when the code is wrong, used, or no code at all
   * @throws AppError('busy') when too much is being hashed
   */
  async use(account: string, typed: string, record: Recorder): Promise<{ remaining: number } | undefined> {
    if (recoveryCodeFault(typed)) return undefined;
    const set = await this.#db
      .selectFrom('recovery_codes')
      .select('salt')
      .where('account', '=', account)
      .limit(1)
      .executeTakeFirst();
    const digest = await this.#digests.derive(plainCode(typed), set?.salt ?? this.#digests.newSalt());
    return this.#db.transaction().execute(async (tx) => {
      const used = await tx
        .updateTable('recovery_codes')
        .set({ used_at: sql<Date>`clock_timestamp()` })
        .where('account', '=', account)
        .where('digest', '=', digest)
        .where('used_at', 'is', null)
        .returning('account')
        .executeTakeFirst();
      if (!used) return undefined;
      const after = { remaining: await remainingIn(tx, account) };
      await record(tx, { event: 'recovery-code.used', outcome: 'success', account, after });
      return after;
    });
  }

  /** Makes a set, still to be stored. @throws AppError('busy') */
  async prepare(): Promise<CodeSet> {
    const salt = this.#digests.newSalt();
    const plain = Array.from({ length: COUNT }, newCode);
    const digests: Buffer[] = [];
    // One after the other: ten at once would fill the queue that sign-ins wait in.
    for (const code of plain) digests.push(await this.#digests.derive(code, salt));
    return { codes: plain.map(grouped), salt, digests };
  }

  /** Stores a set in place of the account's earlier one, while the account's row is locked. */
  async replace(tx: Transaction, account: string, set: CodeSet, record: Recorder): Promise<void> {
    await this.discard(tx, account);
    const rows = set.digests.map((digest) => ({ account, digest, salt: set.salt }));
    await tx.insertInto('recovery_codes').values(rows).execute();
    const after = { count: rows.length };
    await record(tx, { event: 'recovery-codes.made', outcome: 'success', account, after });
  }

  /** Removes every code of an account, with the factor that they stand in for. */
  async discard(tx: Transaction, account: string): Promise<void> {
    await discardCodes(tx, account);
  }

  /** How many are left, as the transaction sees it. */
  async remainingWithin(tx: Transaction, account: string): Promise<number> {
    return remainingIn(tx, account);
  }
}

/** Removes every code of an account. */
export async function discardCodes(tx: Transaction, account: string): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('account', '=', account).execute();
}

/** Why a text cannot be a recovery code; undefined when it can, and is worth an attempt. */
export function recoveryCodeFault(typed: string): CodeFault | undefined {
  const plain = plainCode(typed);
  if (plain === '') return 'missing';
  return plain.length === LENGTH ? undefined : 'too-short';
}

/** Letters and digits alone, read as Crockford's base32 has it: O is 0, I and L are 1, case does not matter. */
function plainCode(typed: string): string {
  return visible(typed.slice(0, 128))
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

function newCode(): string {
  // 32 divides 256: every character is equally likely.
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function grouped(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$&-');
}

async function remainingIn(db: Database | Transaction, account: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_codes')
    .select(sql<number>`count(*)`.as('count'))
    .where('account', '=', account)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return row?.count ?? 0;
}
