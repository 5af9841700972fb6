import type { Account } from '../accounts/account.ts';
import type { Recorder } from '../audit-events.ts';
import { storeMoment } from '../moments.ts';
import type { Notices } from '../notices/notices.ts';
import type { ResetLinks } from '../passwords/reset-links.ts';
import type { Database } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { Invite } from './invite.ts';

export interface SendLinkDependencies {
  readonly db: Database;
  readonly notices: Pick<Notices, 'contacts' | 'mayGo' | 'enqueue'>;
  readonly links: Pick<ResetLinks, 'issue'>;
  readonly invite: Pick<Invite, 'send'>;
  /** s that a link is good. */
  readonly life: number;
}

export interface Sent {
  readonly what: 'reset' | 'activation';
  readonly channel: NoticeChannel;
}

/**
 * An operator has a link sent to the address on file: to activate an account that is invited, to reset the password
 * of any other. The operator never sees it. [rule 29]
 */
export class SendLink {
  readonly #deps: SendLinkDependencies;

  constructor(deps: SendLinkDependencies) {
    this.#deps = deps;
  }

  /**
   * @param by a sub, or the name of what sends it
   * @returns undefined where no address on file can be reached; `many` where that mailbox was sent many lately
   * @throws AppError('store-away')
   */
  async send(account: Account, by: string, record: Recorder): Promise<Sent | 'many' | undefined> {
    return account.status === 'invited'
      ? this.#sendActivation(account.sub, by, record)
      : this.#sendReset(account, record);
  }

  async #sendActivation(account: string, by: string, record: Recorder): Promise<Sent | 'many' | undefined> {
    const { db, invite } = this.#deps;
    const invited = await db.transaction().execute((tx) => invite.send(tx, { account, by }, record));
    if (invited === 'many') return invited;
    if (invited === 'not-invited' || invited === 'unreachable') return undefined;
    return { what: 'activation', channel: invited };
  }

  /** It proves the mailbox, as if the person had asked for it. */
  async #sendReset(account: Account, record: Recorder): Promise<Sent | 'many' | undefined> {
    const { db, notices, links, life } = this.#deps;
    const contact = notices.contacts(account).find(({ channel }) => channel === 'email');
    if (!contact) return undefined;
    const { sub, userId, locale } = account;
    if (!(await notices.mayGo({ ...contact, kind: 'reset-link', account: sub }))) return 'many';
    const begunAt = (await storeMoment(db)).getTime();
    const link = await links.issue({ account: sub, userId, begunAt });
    const words = { kind: 'reset-link', values: { link, minutes: Math.floor(life / 60) } } as const;
    await db.transaction().execute(async (tx) => {
      await notices.enqueue(tx, { ...words, ...contact, account: sub, locale, life });
      const event = { event: 'recovery.requested', outcome: 'success', reason: 'email' } as const;
      await record(tx, { ...event, account: sub, after: { what: 'password' } });
    });
    return { what: 'reset', channel: contact.channel };
  }
}
