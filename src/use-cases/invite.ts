import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activations } from '../accounts/activations.ts';
import type { Contact } from '../accounts/contact.ts';
import type { Recorder } from '../audit-events.ts';
import type { Notices } from '../notices/notices.ts';
import type { Transaction } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';

export interface InviteDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly activations: Pick<Activations, 'issue'>;
  readonly notices: Pick<Notices, 'contacts' | 'mayGo' | 'enqueue'>;
  readonly issuer: string;
  /** s that a link is good. */
  readonly life: number;
}

/** Who is invited, and by whom. */
export interface Invitation {
  readonly account: string;
  /** A sub, or the name of what invites. */
  readonly by: string;
}

/**
 * `not-invited`: they have come already, or are disabled; `unreachable`: no address on file that can be reached;
 * `many`: that mailbox was sent many messages lately, and the earlier link stays good.
 */
export type Invited = NoticeChannel | 'not-invited' | 'unreachable' | 'many';

/** Where no mail server is set, mail waits for one. */
function contactOf(account: Account, notices: Pick<Notices, 'contacts'>): Contact | undefined {
  const [contact] = notices.contacts(account);
  return contact ?? (account.email === null ? undefined : { channel: 'email', to: account.email });
}

/**
 * Sends a person, and nobody else, the link that activates their account: opening it proves the address, since only
 * its mailbox got it. An earlier link is dead.
 */
export class Invite {
  readonly #deps: InviteDependencies;

  constructor(deps: InviteDependencies) {
    this.#deps = deps;
  }

  /** @returns over which channel it goes, once `tx` commits @throws AppError('store-away') */
  async send(tx: Transaction, { account: sub, by }: Invitation, record: Recorder): Promise<Invited> {
    const { accounts, activations, notices, issuer, life } = this.#deps;
    const account = await accounts.find(sub, tx);
    const contact = account && contactOf(account, notices);
    if (!contact) return 'unreachable';
    if (account.status !== 'invited') return 'not-invited';
    if (!(await notices.mayGo({ ...contact, kind: 'activation', account: sub }))) return 'many';
    const link = await activations.issue(tx, { account: sub, by, sentTo: contact.to }, record);
    if (!link) return 'not-invited';
    const { name, locale, zoneinfo } = account;
    const until = { at: link.expiresAt.toJSON(), ...(zoneinfo ? { zone: zoneinfo } : {}) };
    const values = { name, link: `${issuer}/activate/${link.token}`, ...until };
    await notices.enqueue(tx, { kind: 'activation', values, ...contact, account: sub, locale, life });
    return contact.channel;
  }
}
