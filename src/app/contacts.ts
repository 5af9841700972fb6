import { Activations } from '../accounts/activations.ts';
import { ContactChanges } from '../accounts/contact-changes.ts';
import { ContactCodes } from '../accounts/contact-codes.ts';
import type { Config } from '../config.ts';
import type { Sealer } from '../keys/sealer.ts';
import { ResetLinks } from '../passwords/reset-links.ts';
import { ChangeContact } from '../use-cases/change-contact.ts';
import { Invite } from '../use-cases/invite.ts';
import { ProveContact } from '../use-cases/prove-contact.ts';
import { SendLink } from '../use-cases/send-link.ts';
import type { People, Stores } from './capabilities.ts';
import type { Mailing } from './notices.ts';

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
  const contactCodes = new ContactCodes({ redis, keys, seals: sealer, life: codeLife });
  const invite = new Invite({ accounts, activations: new Activations(db, life), notices, issuer, life });
  const { link_life: linkLife } = config.recovery;
  const resetLinks = new ResetLinks({ redis, keys, seals: sealer, issuer, life: linkLife });
  return {
    contactChanges,
    contactCodes,
    proveContact: new ProveContact({
      db,
      codes: contactCodes,
      changes: contactChanges,
      notices,
      life: codeLife,
    }),
    changeContact: new ChangeContact({ db, changes: contactChanges, notices, issuer, undoLife }),
    invite,
    resetLinks,
    sendLink: new SendLink({ db, notices, links: resetLinks, invite, life: linkLife }),
  };
}
