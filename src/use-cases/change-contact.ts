import type { Contact } from '../accounts/contact.ts';
import type { ContactChanges } from '../accounts/contact-changes.ts';
import type { Recorder } from '../audit-events.ts';
import { momentFor } from '../moments.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database } from '../postgres/database.ts';

export interface ChangeContactDependencies {
  readonly db: Database;
  readonly changes: Pick<ContactChanges, 'change'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly issuer: string;
  /** s for which a change can be undone. */
  readonly undoLife: number;
}

/**
 * A proved address takes the old one's place. The old address is told on every channel, with a link that
 * undoes it: the new address may be a thief's. [ASVS 6.3.7]
 */
export class ChangeContact {
  readonly #deps: ChangeContactDependencies;

  constructor(deps: ChangeContactDependencies) {
    this.#deps = deps;
  }

  /**
   * @param contact proved by a code that was sent there
   * @returns false when the account may no longer sign in
   * @throws AppError('store-away')
   */
  async change(sub: string, contact: Contact, record: Recorder): Promise<boolean> {
    const { db, changes, notices, issuer, undoLife } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const changed = await changes.change(tx, sub, contact, record);
      if (!changed) return false;
      const { before, token } = changed;
      const kind = contact.channel === 'email' ? 'email-changed' : 'phone-changed';
      const link = `${issuer}/account/undo/${token}`;
      const values = { ...momentFor(before), link, hours: Math.round(undoLife / 3600) };
      await notices.alarm(tx, before, { kind, values }, { everywhere: true });
      return true;
    });
  }
}
