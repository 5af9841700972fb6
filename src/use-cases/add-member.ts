import type { Directory } from '../accounts/directory.ts';
import type { Practices } from '../accounts/practices.ts';
import type { Database } from '../postgres/database.ts';
import type { MembershipRole } from '../roles.ts';
import type { Actor } from './actor.ts';

export interface NewMember {
  readonly account: string;
  readonly practice: string;
  readonly role: MembershipRole;
}

/**
 * Gives an account a role in a practice.
 * @returns the membership's id; undefined when the account has this role there already
 * @throws AppError('store-away')
 */
export async function addMember(
  {
    db,
    directory,
    practices,
  }: {
    db: Database;
    directory: Pick<Directory, 'membershipsOf'>;
    practices: Pick<Practices, 'addMember'>;
  },
  member: NewMember,
  { name: grantedBy, record }: Actor,
): Promise<string | undefined> {
  const held = (await directory.membershipsOf(member.account)).some(
    ({ practice, role, status }) =>
      practice === member.practice && role === member.role && status !== 'ended',
  );
  if (held) return undefined;
  return db.transaction().execute((tx) => practices.addMember(tx, { ...member, grantedBy }, record));
}
