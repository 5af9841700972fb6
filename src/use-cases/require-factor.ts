import type { Accounts } from '../accounts/accounts.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

/** Says whether an account must have a second factor whatever its roles. @throws AppError('store-away') */
export async function requireFactor(
  { db, accounts }: { db: Database; accounts: Pick<Accounts, 'requireFactor'> },
  sub: string,
  required: boolean,
  { record }: Actor,
): Promise<void> {
  await db.transaction().execute((tx) => accounts.requireFactor(tx, sub, required, record));
}
