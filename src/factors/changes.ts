import type { Transaction } from '../postgres/database.ts';
import type { JsonObject } from '../postgres/schema.ts';

/** A change to an account's factors, as the audit log keeps it. */
export type FactorChange =
  | { event: 'factor.enrolled'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'factor.removed'; outcome: 'success'; account: string; before: JsonObject }
  | { event: 'recovery-codes.made'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'recovery-code.used'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'device.remembered'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'device.forgotten'; outcome: 'success'; account: string; before: JsonObject };

/**
 * Writes a change down in the transaction that makes it. The surface hands in the audit trail, bound to where
 * the request came from. When it throws, nothing is changed.
 */
export type Recorder = (tx: Transaction, change: FactorChange) => Promise<void>;

/** Encryption at rest, bound to the place that a value stands in (keys/sealer). */
export interface Seals {
  seal(plain: string, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

/**
 * Locks an account's row, so that changes to its factors come one after the other; false when the account may
 * no longer sign in.
 */
export async function lockAccount(tx: Transaction, account: string): Promise<boolean> {
  const row = await tx
    .selectFrom('accounts')
    .select('status')
    .where('sub', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.status === 'active';
}
