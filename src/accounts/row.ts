import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Transaction } from '../postgres/database.ts';
import type { AccountStatus, AccountsTable, JsonObject } from '../postgres/schema.ts';

export type AccountRow = Selectable<AccountsTable>;

interface RowChange {
  readonly status?: AccountStatus;
  readonly sessions_not_before?: RawBuilder<Date>;
  readonly second_factor_required?: boolean;
  readonly locale?: string | null;
  readonly zoneinfo?: string | null;
  readonly email?: string | null;
  readonly email_verified?: boolean;
  readonly phone_number?: string | null;
  readonly phone_number_verified?: boolean;
}

/** An account's row, locked, so that changes to it come one after the other; undefined when there is none. */
export async function lockRow(tx: Transaction, sub: string): Promise<AccountRow | undefined> {
  return tx.selectFrom('accounts').selectAll().where('sub', '=', sub).forUpdate().executeTakeFirst();
}

/** Changes a locked row, and records it as it was before and is after. */
export async function changeRow(
  tx: Transaction,
  before: AccountRow,
  change: RowChange,
  record: Recorder,
): Promise<AccountRow> {
  const { sub: account } = before;
  const after = await tx
    .updateTable('accounts')
    .set({ ...change, updated_at: sql<Date>`clock_timestamp()` })
    .where('sub', '=', account)
    .returningAll()
    .executeTakeFirstOrThrow();
  const both = { before: snapshot(before), after: snapshot(after) };
  await record(tx, { event: 'account.changed', outcome: 'success', account, ...both });
  return after;
}

/** An account as the audit log keeps it: whether there is a password, never its hash. */
export function snapshot(row: AccountRow): JsonObject {
  const { sub, user_id_folded, password_hash, created_at, updated_at, ...rest } = row;
  return { ...rest, password: password_hash === null ? 'none' : 'set' };
}
