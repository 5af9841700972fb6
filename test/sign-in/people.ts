import { Accounts } from '../../src/accounts/accounts.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import type { Portal } from '../support/portal.ts';

/** Adds an active account to a portal. */
export async function addPerson(portal: Portal, userId: string, password: string): Promise<void> {
  const hasher = new PasswordHasher({
    hash: { memory: 7168, time: 1, parallelism: 1 },
    pool: { workers: 1, queue: 4 },
  });
  const trail = new AuditTrail();
  try {
    const passwordHash = await hasher.hash(password);
    const person = { userId, givenName: 'Zoe', familyName: 'Test', passwordHash };
    await portal.db
      .transaction()
      .execute((tx) =>
        new Accounts(portal.db).create(tx, person, (t, change) => trail.append(t, change, {})),
      );
  } finally {
    await hasher.close();
  }
}
