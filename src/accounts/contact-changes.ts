import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { type Account, toAccount } from './account.ts';
import type { Contact } from './contact.ts';
import { type AccountRow, changeRow, lockRow } from './row.ts';

/** An account as it was and as it is now. */
export interface ContactChanged {
  readonly before: Account;
  readonly after: Account;
}

/** Where a message went that was answered. */
export type Answered =
  | Contact
  | { readonly channel: NoticeChannel; readonly to?: never; readonly since: number };

/** A change that can still be undone. */
export interface UndoableChange {
  readonly channel: NoticeChannel;
  /** Null where there was none. */
  readonly oldValue: string | null;
}

const TOKEN = /^[\w-]{43}$/;
const NOW = sql<Date>`clock_timestamp()`;

/** Whether a text can be the token of an undo link at all. */
export function isUndoToken(text: string | undefined): text is string {
  return text !== undefined && TOKEN.test(text);
}

/**
 * Changes of e-mail address and phone number. Each can be undone for a while by the holder of the old one: a
 * thief who moves an account to an address of their own must not be able to keep it. [ASVS 6.3.7]
 * All methods throw AppError('store-away').
 */
export class ContactChanges {
  readonly #db: Database;
  readonly #life: number;

  /** @param life s for which a change can be undone */
  constructor(db: Database, life: number) {
    this.#db = db;
    this.#life = life;
  }

  /**
   * Sets a proved address.
   * @returns the token that undoes it (43 characters; only its hash is kept); undefined when the account may no
   * longer sign in
   */
  async change(
    tx: Transaction,
    account: string,
    { channel, to }: Contact,
    record: Recorder,
  ): Promise<(ContactChanged & { token: string }) | undefined> {
    const row = await lockRow(tx, account);
    if (row?.status !== 'active') return undefined;
    const after = await changeRow(tx, row, columns(channel, to, true), record);
    const token = randomBytes(32).toString('base64url');
    const { value, verified } = heldBy(row, channel);
    await tx
      .insertInto('contact_changes')
      .values({
        id: newRowId(),
        account,
        channel,
        old_value: value,
        old_verified: verified,
        new_value: to,
        token_hash: hash(token),
        expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${this.#life})`,
      })
      .execute();
    return { token, before: toAccount(row), after: toAccount(after) };
  }

  /**
   * A message that went to the address on file came back: a code, or a link that was opened. So it is proved.
   * @param sent.to the address, as stored; or `sent.since`, epoch ms by PostgreSQL's clock: when it was asked for,
   * which says nothing of an address that was changed since
   */
  async prove(tx: Transaction, account: string, sent: Answered, record: Recorder): Promise<void> {
    const row = await lockRow(tx, account);
    const { value, verified } = row ? heldBy(row, sent.channel) : { value: null, verified: false };
    if (!row || value === null || verified) return;
    if (sent.to === undefined ? await changedSince(tx, account, sent) : sent.to !== value) return;
    await changeRow(tx, row, columns(sent.channel, value, true), record);
  }

  /**
   * Sets the address of a person who has not activated yet: a typo in an invitation that nobody opened. It is not
   * proved, and the link that was sent to the old one is dead.
   * @returns false when they have come already
   */
  async mend(tx: Transaction, account: string, { channel, to }: Contact, record: Recorder): Promise<boolean> {
    const row = await lockRow(tx, account);
    if (row?.status !== 'invited') return false;
    await tx.deleteFrom('activations').where('account', '=', account).execute();
    await changeRow(tx, row, columns(channel, to, false), record);
    return true;
  }

  /**
   * The channels whose address was changed so lately that the change can still be undone, and until when: what is
   * on file there may be a thief's.
   */
  async undoable(tx: Transaction, account: string): Promise<ReadonlyMap<NoticeChannel, Date>> {
    const rows = await tx
      .selectFrom('contact_changes')
      .select((row) => ['channel', row.fn.max('expires_at').as('until')])
      .where('account', '=', account)
      .where('closed_at', 'is', null)
      .where('expires_at', '>', NOW)
      .groupBy('channel')
      .execute();
    return new Map(rows.map(({ channel, until }) => [channel, until]));
  }

  /** What a link would undo, while it is good. Spends nothing: mail scanners open links too. */
  async find(token: string): Promise<UndoableChange | undefined> {
    return this.#db
      .selectFrom('contact_changes')
      .select(['channel', 'old_value as oldValue'])
      .where('token_hash', '=', hash(token))
      .where('closed_at', 'is', null)
      .where('expires_at', '>', NOW)
      .executeTakeFirst();
  }

  /**
   * Puts back what was there before a change, and voids the links of all that came after it on that channel: a
   * thief's second change must not bring back their first. Of any number of parallel calls one succeeds. The
   * caller ends the account's sessions.
   * @returns undefined when the link is unknown, used, void or expired
   */
  async undo(tx: Transaction, token: string, record: Recorder): Promise<ContactChanged | undefined> {
    const named = await tx
      .selectFrom('contact_changes')
      .select('account')
      .where('token_hash', '=', hash(token))
      .executeTakeFirst();
    // The account first, as change() does: the other order would let the two deadlock.
    const row = named && (await lockRow(tx, named.account));
    if (!row) return undefined;
    const undone = await tx
      .updateTable('contact_changes')
      .set({ closed_at: NOW })
      .where('token_hash', '=', hash(token))
      .where('closed_at', 'is', null)
      .where('expires_at', '>', NOW)
      .returning(['channel', 'old_value', 'old_verified'])
      .executeTakeFirst();
    if (!undone) return undefined;
    const { channel, old_value, old_verified } = undone;
    await sql`
      update contact_changes later set closed_at = clock_timestamp()
      from contact_changes mine
      where mine.token_hash = ${hash(token)} and later.account = mine.account and later.channel = mine.channel
        and later.created_at > mine.created_at and later.closed_at is null`.execute(tx);
    const after = await changeRow(tx, row, columns(channel, old_value, old_verified), record);
    return { before: toAccount(row), after: toAccount(after) };
  }
}

async function changedSince(
  tx: Transaction,
  account: string,
  { channel, since }: { channel: NoticeChannel; since: number },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from contact_changes where account = ${account} and channel = ${channel}
      and greatest(created_at, closed_at) >= to_timestamp(${since}::double precision / 1000) limit 1`.execute(
    tx,
  );
  return rows.length > 0;
}

function columns(channel: NoticeChannel, value: string | null, verified: boolean) {
  return channel === 'email'
    ? { email: value, email_verified: verified }
    : { phone_number: value, phone_number_verified: verified };
}

function heldBy(row: AccountRow, channel: NoticeChannel): { value: string | null; verified: boolean } {
  return channel === 'email'
    ? { value: row.email, verified: row.email_verified }
    : { value: row.phone_number, verified: row.phone_number_verified };
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
