import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { toAccount, UserIdTaken } from './account.ts';
import { type AccountRow, snapshot } from './row.ts';
import { checkUserId, foldUserId } from './user-id.ts';

/** The holder of a link that is still good. */
export interface Invited {
  readonly sub: string;
  readonly name: string;
  /** One that was set aside for them; empty where none was. */
  readonly userId: string;
}

export interface ActivationLink {
  /** 43 base64url characters; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
}

const TOKEN = /^[\w-]{43}$/;

/** Whether a text can be a token at all. */
export function isActivationToken(text: string | undefined): text is string {
  return text !== undefined && TOKEN.test(text);
}

/**
 * One-time links by which people take over the account that was made for them: they choose user ID and
 * password themselves, so nobody ever knows another person's. All methods throw AppError('store-away').
 */
export class Activations {
  readonly #db: Database;
  readonly #life: number;

  /** @param life s that a link is good for */
  constructor(db: Database, life: number) {
    this.#db = db;
    this.#life = life;
  }

  /**
   * A new link for an account that is invited; an earlier one is dead. Undefined when it is not invited.
   * @param order.sentTo the address on file that alone gets it: who comes back by it has proved that one
   */
  async issue(
    tx: Transaction,
    { account, by, sentTo }: { account: string; by: string; sentTo?: string },
    record: Recorder,
  ): Promise<ActivationLink | undefined> {
    const invited = await tx
      .selectFrom('accounts')
      .select('sub')
      .where('sub', '=', account)
      .where('status', '=', 'invited')
      .forUpdate()
      .executeTakeFirst();
    if (!invited) return undefined;
    const token = randomBytes(32).toString('base64url');
    const { rows } = await sql<{ expires_at: Date }>`
      insert into activations (account, token_hash, created_by, sent_to, expires_at)
      values (${account}, ${hash(token)}, ${by}, ${sentTo ?? null}, clock_timestamp() + make_interval(secs => ${this.#life}))
      on conflict (account) do update set token_hash = excluded.token_hash, created_by = excluded.created_by,
        sent_to = excluded.sent_to, created_at = clock_timestamp(), expires_at = excluded.expires_at
      returning expires_at`.execute(tx);
    // The statement inserts or updates: there is always one row.
    const expiresAt = rows[0]?.expires_at as Date;
    const after = { expires_at: expiresAt.toJSON() };
    await record(tx, { event: 'account.invited', outcome: 'success', account, actor: by, after });
    return { token, expiresAt };
  }

  /** Until when an account's link is good; undefined without one. */
  async pendingUntil(account: string): Promise<Date | undefined> {
    const row = await this.#db
      .selectFrom('activations')
      .select('expires_at')
      .where('account', '=', account)
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .executeTakeFirst();
    return row?.expires_at;
  }

  /** Whose link this is, while it is good. Spends nothing: mail scanners open links too. */
  async find(token: string): Promise<Invited | undefined> {
    const row = await this.#db
      .selectFrom('activations')
      .innerJoin('accounts', 'accounts.sub', 'activations.account')
      .selectAll('accounts')
      .where('token_hash', '=', hash(token))
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .where('status', '=', 'invited')
      .executeTakeFirst();
    return row && toAccount(row);
  }

  /** Whether an account other than `sub` has this user ID, in any spelling. */
  async isTaken(userId: string, sub: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('accounts')
      .select('sub')
      .where('user_id_folded', '=', foldUserId(userId))
      .where('sub', '<>', sub)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Spends a link: the account is active, with this user ID and password. Of any number of parallel calls one
   * succeeds.
   * @returns the account's sub; undefined when the link is unknown, used or expired
   * @throws UserIdTaken (the link is then still good); AppError('bad-request') when it cannot be a user ID
   */
  async redeem(
    token: string,
    chosen: { userId: string; passwordHash: string },
    record: Recorder,
  ): Promise<string | undefined> {
    const userId = checkUserId(chosen.userId);
    try {
      return await this.#db
        .transaction()
        .execute((tx) => this.#redeem(tx, token, { ...chosen, userId }, record));
    } catch (error) {
      if (isTaken(error)) throw new UserIdTaken(`the user ID ${userId} is taken`, { cause: error });
      throw error;
    }
  }

  async #redeem(
    tx: Transaction,
    token: string,
    { userId, passwordHash }: { userId: string; passwordHash: string },
    record: Recorder,
  ): Promise<string | undefined> {
    const named = tx.selectFrom('activations').select('account').where('token_hash', '=', hash(token));
    // The account first, as issue() does: the other order would let the two deadlock.
    const before = await tx
      .selectFrom('accounts')
      .selectAll()
      .where('sub', '=', named)
      .where('status', '=', 'invited')
      .forUpdate()
      .executeTakeFirst();
    // Deleting the row makes it one use: the second request finds none.
    const spent = await tx
      .deleteFrom('activations')
      .where('token_hash', '=', hash(token))
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .returning(['account', 'sent_to'])
      .executeTakeFirst();
    if (!before || !spent) return undefined;
    const after = await tx
      .updateTable('accounts')
      .set({
        user_id: userId,
        user_id_folded: foldUserId(userId),
        password_hash: passwordHash,
        status: 'active',
        updated_at: sql<Date>`clock_timestamp()`,
        ...provedBy(spent.sent_to, before),
      })
      .where('sub', '=', spent.account)
      .returningAll()
      .executeTakeFirstOrThrow();
    const change = { before: snapshot(before), after: snapshot(after) };
    await record(tx, { event: 'account.changed', outcome: 'success', account: spent.account, ...change });
    return spent.account;
  }
}

/** An address that the link did not go to, or that was changed since, stays unproved. */
function provedBy(
  sentTo: string | null,
  { email, phone_number }: Pick<AccountRow, 'email' | 'phone_number'>,
) {
  if (sentTo === null) return {};
  return sentTo === email
    ? { email_verified: true }
    : sentTo === phone_number
      ? { phone_number_verified: true }
      : {};
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

const UNIQUE_VIOLATION = '23505';

function isTaken(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === UNIQUE_VIOLATION;
}
