import type { Account } from '../accounts/account.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Actor } from './actor.ts';

/**
 * Ends every lock of an account, and forgets its failed attempts.
 * @returns the locks that were on, and how many secrets too many failures in a row had shut
 * @throws AppError('store-away')
 */
export async function unlockAccount(
  limiter: Pick<AttemptLimiter, 'lift'>,
  { sub, userId }: Pick<Account, 'sub' | 'userId'>,
  { name, origin }: Actor,
): Promise<{ locks: number; opened: number }> {
  // Attempts are counted by user ID: without one there is nothing to lift.
  return userId ? limiter.lift(foldUserId(userId), name, origin, sub) : { locks: 0, opened: 0 };
}
