import type { Administering, Changed, Delegation } from '../accounts/delegation.ts';
import type { Practices } from '../accounts/practices.ts';
import type { Recorder } from '../audit-events.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

/**
 * An operator or a program ends a role in a practice; what the role opens is closed at the person's next sign-on.
 * @throws AppError('store-away')
 */
export async function endMembership(
  { db, practices }: { db: Database; practices: Pick<Practices, 'setStatus'> },
  id: string,
  { name: changedBy, record }: Actor,
): Promise<void> {
  const change = { id, status: 'ended', changedBy } as const;
  await db.transaction().execute((tx) => practices.setStatus(tx, change, record));
}

/** An administrator of that very practice ends a role there, never their own. @throws AppError('store-away') */
export async function endMembershipAsAdministrator(
  { db, delegation }: { db: Database; delegation: Pick<Delegation, 'end'> },
  who: Administering,
  id: string,
  record: Recorder,
): Promise<Changed> {
  return db.transaction().execute((tx) => delegation.end(tx, who, id, record));
}
