import type { Transaction } from '../postgres/database.ts';
import type { JsonObject } from '../postgres/schema.ts';
import type { RefusedBecause } from './reset-refused.ts';

/** A change to an account's factors, as the audit log keeps it. */
export type FactorChange =
  | { event: 'factor.enrolled'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'factor.removed'; outcome: 'success'; account: string; before: JsonObject }
  | { event: 'recovery-codes.made'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'recovery-code.used'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'device.remembered'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'device.forgotten'; outcome: 'success'; account: string; before: JsonObject }
  | HelpdeskChange;

type ByHelpdesk = { readonly account: string; readonly actor: string };

/** What the help desk does about an account's factor; the actor is a sub, or `service`. */
export type HelpdeskChange = ByHelpdesk &
  (
    | { event: 'helpdesk.verification-started'; outcome: 'success'; after: JsonObject }
    | { event: 'helpdesk.verified'; outcome: 'success'; after: JsonObject }
    | {
        event: 'helpdesk.verification-failed';
        outcome: 'failure';
        reason: 'wrong-code' | 'expired' | 'unused';
        after: JsonObject;
      }
    | {
        event: 'helpdesk.refused';
        outcome: 'failure';
        reason: Exclude<RefusedBecause, 'wrong-code'>;
        after: JsonObject;
      }
    | { event: 'factor-reset.requested'; outcome: 'success'; after: JsonObject }
    | { event: 'factor-reset.approved'; outcome: 'success'; after: JsonObject }
    | {
        event: 'factor-reset.stopped';
        outcome: 'success';
        reason: 'link' | 'help-desk' | 'account-disabled';
        before: JsonObject;
      }
    | { event: 'factor-reset.done'; outcome: 'success'; reason: 'approved' | 'hold-over'; after: JsonObject }
  );

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
