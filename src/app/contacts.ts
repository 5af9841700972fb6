import { Activations } from '../accounts/activations.ts';
import type { Contact } from '../accounts/contact.ts';
import { ContactChanges } from '../accounts/contact-changes.ts';
import { ContactCodes } from '../accounts/contact-codes.ts';
import type { Config } from '../config.ts';
import type { Sealer } from '../keys/sealer.ts';
import { ResetLinks } from '../passwords/reset-links.ts';
import { ChangeContact } from '../use-cases/change-contact.ts';
import { Invite } from '../use-cases/invite.ts';
import { SendLink } from '../use-cases/send-link.ts';
import type { People, Stores } from './capabilities.ts';
import type { Mailing } from './notices.ts';

/** A code, and for whom. */
interface ContactCodeFor {
  readonly code: string;
  /** A sub. */
  readonly account: string;
  readonly locale: string | null;
  /** Who enters it: the person, or an operator to whom they read it. */
  readonly by: 'person' | 'operator';
  /** The client's. */
  readonly address?: string;
}

export type Contacts = ReturnType<typeof createContacts>;

/** How people are reached: what proves an address, and what changes one. */
export function createContacts(
  config: Config,
  { db, redis, keys }: Pick<Stores, 'db' | 'redis' | 'keys'>,
  { accounts, notices, sealer }: Pick<People, 'accounts'> & Pick<Mailing, 'notices'> & { sealer: Sealer },
) {
  const { activation_life: life, contact_code_life: codeLife, undo_life: undoLife } = config.accounts;
  const { issuer } = config;
  const contactChanges = new ContactChanges(db, undoLife);
  const invite = new Invite({ accounts, activations: new Activations(db, life), notices, issuer, life });
  const { link_life: linkLife } = config.recovery;
  const resetLinks = new ResetLinks({ redis, keys, seals: sealer, issuer, life: linkLife });
  return {
    contactChanges,
    /** Sends the code that proves an address there; false where that mailbox was sent many messages lately. */
    sendContactCode: async (contact: Contact, { code, by, ...about }: ContactCodeFor): Promise<boolean> => {
      const kind = by === 'person' ? 'contact-code' : 'support-code';
      if (!(await notices.mayGo({ ...contact, kind, account: about.account }))) return false;
      const values = { code, minutes: Math.round(codeLife / 60) };
      const notice = { kind, values, life: codeLife, ...contact, ...about } as const;
      await db.transaction().execute((tx) => notices.enqueue(tx, notice));
      return true;
    },
    contactCodes: new ContactCodes({ redis, keys, seals: sealer, life: codeLife }),
    changeContact: new ChangeContact({ db, changes: contactChanges, notices, issuer, undoLife }),
    invite,
    resetLinks,
    sendLink: new SendLink({ db, notices, links: resetLinks, invite, life: linkLife }),
  };
}
