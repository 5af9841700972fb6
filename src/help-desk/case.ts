import type { Database, Transaction } from '../postgres/database.ts';
import { GLOBAL_ROLES, type GlobalRole } from '../roles.ts';
import { ResetRefused } from './refusals.ts';
import { holdsRole, lockPerson, type Person, type RunningReset, runningReset } from './reset-store.ts';

/** Who may verify callers and ask for resets. */
export const VERIFIERS: readonly GlobalRole[] = ['support'];
export const APPROVERS: readonly GlobalRole[] = ['support', 'operator'];
/** Stopping one is safe, so more roles may. */
export const STOPPERS = GLOBAL_ROLES;

/** An account that the help desk acts on, locked. */
export interface Case {
  readonly tx: Transaction;
  readonly person: Person;
  readonly running: RunningReset | undefined;
}

/**
 * Acts on another person's account in one transaction, which reads the actor's role and the account's status anew.
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
    // A thief at a signed-in desk could otherwise reset the factor of the account it is signed in to.
    if (by === account) throw new ResetRefused('own-account');
    if (person?.status !== 'active') throw new ResetRefused('not-active');
    return work({ tx, person, running: await runningReset(tx, account) });
  });
}
