import type { Database, Transaction } from '../postgres/database.ts';
import type { GlobalRole } from '../postgres/schema.ts';
import { holdsRole, lockPerson, type Person, type RunningReset, runningReset } from './factor-reset-store.ts';
import { ResetRefused } from './reset-refused.ts';

/** Who may verify callers and ask for resets. */
export const VERIFIERS: readonly GlobalRole[] = ['support'];
export const APPROVERS: readonly GlobalRole[] = ['support', 'operator'];
/** To stop one is safe, so more may. */
export const STOPPERS: readonly GlobalRole[] = ['support', 'operator', 'security-analyst'];

/** What somebody of the help desk acts on, with the account locked. */
export interface Case {
  readonly tx: Transaction;
  readonly person: Person;
  readonly running: RunningReset | undefined;
}

/**
 * Does something about another person's account, in one transaction: the role of who does it, and the
 * account's status, are those of this very moment.
 * @param by a sub
 * @throws ResetRefused
 */
export async function handleCase<T>(
  db: Database,
  { account, by, roles }: { account: string; by: string; roles: readonly GlobalRole[] },
  work: (found: Case) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const person = await lockPerson(tx, account);
    if (!(await holdsRole(tx, by, roles))) throw new ResetRefused('role-missing');
    // Who is signed in where a thief sits must not be able to let that thief in for good.
    if (by === account) throw new ResetRefused('own-account');
    if (person?.status !== 'active') throw new ResetRefused('not-active');
    return work({ tx, person, running: await runningReset(tx, account) });
  });
}
