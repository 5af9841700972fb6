import type { Administering, Changed, Delegation } from '../accounts/delegation.ts';
import type { Recorder } from '../audit-events.ts';
import type { Database } from '../postgres/database.ts';
import type { MembershipRole } from '../roles.ts';

/** A practice's administrator gives a member another role there. @throws AppError('store-away') */
export async function assignRole(
  { db, delegation }: { db: Database; delegation: Pick<Delegation, 'assign'> },
  who: Administering,
  change: { readonly id: string; readonly role: MembershipRole },
  record: Recorder,
): Promise<Changed> {
  return db.transaction().execute((tx) => delegation.assign(tx, who, change, record));
}
