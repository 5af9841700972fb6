import type { Accounts } from '../accounts/accounts.ts';
import type { Database } from '../postgres/database.ts';
import type { AccountStatus } from '../postgres/schema.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Actor } from './actor.ts';

/**
 * Keeps a person out. Everything they have open is dead with the commit, whatever becomes of Redis or this process.
 * @returns false, and nothing is changed, for one's own account: the only operator would lock everybody out of the
 * console
 * @throws AppError('store-away')
 */
export async function disableAccount(
  { accounts, sessions }: { accounts: Pick<Accounts, 'setStatus'>; sessions: Pick<Sessions, 'changing'> },
  sub: string,
  { name: by, origin, record }: Actor,
): Promise<boolean> {
  if (by === sub) return false;
  await sessions.changing(async (tx, end) => {
    await accounts.setStatus(tx, sub, 'disabled', record);
    await end(sub, { reason: 'account-disabled', by, origin });
  });
  return true;
}

/**
 * Lets a disabled person sign in again, or, where there is no password, activate their account.
 * @returns the account's status after that; undefined when it is gone
 * @throws AppError('store-away')
 */
export async function enableAccount(
  { db, accounts }: { db: Database; accounts: Pick<Accounts, 'findLocked' | 'setStatus'> },
  sub: string,
  { record }: Actor,
): Promise<AccountStatus | undefined> {
  return db.transaction().execute(async (tx) => {
    const account = await accounts.findLocked(tx, sub);
    if (account?.status !== 'disabled') return account?.status;
    const status = account.passwordHash === null ? 'invited' : 'active';
    await accounts.setStatus(tx, sub, status, record);
    return status;
  });
}
