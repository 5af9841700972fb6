import type { Transaction } from '../postgres/database.ts';

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
