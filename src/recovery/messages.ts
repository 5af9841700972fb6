import type { AuditTrail } from '../audit/trail.ts';
import type { ReasonOf } from '../audit-events.ts';
import type { Contact, Notice, NoticeChannel, NoticeKind, NoticeWords, Person } from '../notices/kinds.ts';
import type { Linked } from '../passwords/reset-links.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Request, ResetRequest, UserIdRequest } from './requests.ts';

interface Addressee extends Person {
  readonly userId: string;
  readonly status: string;
  readonly emailVerified: boolean;
  readonly phoneNumberVerified: boolean;
}

export interface MessagesDependencies {
  readonly db: Database;
  readonly accounts: {
    findByUserId(userId: string): Promise<Addressee | undefined>;
    findByContact(kind: 'email' | 'phone_number', spellings: readonly string[]): Promise<Addressee[]>;
  };
  readonly notices: {
    contacts(person: Pick<Person, 'email' | 'phoneNumber'>): Contact[];
    mayGo(message: {
      channel: NoticeChannel;
      to: string;
      kind: NoticeKind;
      account: string;
      own: boolean | undefined;
    }): Promise<boolean>;
    mayQueueSms(sms: { number: string; account?: string; address?: string | undefined }): Promise<boolean>;
    enqueue(tx: Transaction, notice: Notice): Promise<string>;
  };
  readonly resets: { sendingTo(id: string, account: string): Promise<void> };
  readonly links: { issue(linked: Linked): Promise<string> };
  readonly append: AuditTrail['append'];
  /** Whether an address that nobody proved gets nothing. */
  readonly refusesUnproved: () => Promise<boolean>;
  readonly issuer: string;
  /** s */
  readonly settings: { readonly code_life: number; readonly link_life: number };
}

/**
 * What is sent for a request, if anything: to the address that the account has on file, exactly as it is
 * stored, and never to what was typed. Whether one that its person never proved gets anything is a setting.
 */
export class Messages {
  readonly #deps: MessagesDependencies;

  constructor(deps: MessagesDependencies) {
    this.#deps = deps;
  }

  /** Answers a request; again where a job runs twice. @throws AppError('store-away') */
  async answer(request: Request): Promise<void> {
    await (request.what === 'password' ? this.#sendCode(request) : this.#sendUserIds(request));
  }

  async #sendCode(request: ResetRequest): Promise<void> {
    const account = await this.#deps.accounts.findByUserId(request.userId);
    if (!account) return this.#nothing(request, 'unknown-user-id');
    const { sub, locale } = account;
    if (account.status !== 'active') return this.#nothing(request, 'account-not-active', sub);
    const contact = this.#contactOf(account, request.channel);
    if (!contact) return this.#nothing(request, 'no-such-channel', sub);
    if (!(await this.#isOpen(account, request))) return this.#nothing(request, 'contact-unproved', sub);
    if (!(await this.#withinBudget(contact, sub, request))) return this.#nothing(request, 'over-budget', sub);
    // Before the message can arrive: a code counts for whom it was sent to.
    await this.#deps.resets.sendingTo(request.reset, sub);
    const { words, life } = await this.#resetWords(account, request);
    await this.#send({ ...words, ...contact, locale, account: sub, life }, request, [sub]);
  }

  async #resetWords({ sub, userId }: Addressee, { channel, code, app, begunAt }: ResetRequest) {
    const { links, settings } = this.#deps;
    const minutes = Math.max(1, Math.floor(settings.code_life / 60));
    const link = channel === 'email' ? await links.issue({ account: sub, userId, app, begunAt }) : undefined;
    const values = { code, minutes, ...(link === undefined ? {} : { link }) };
    return {
      words: { kind: 'reset-code', values } satisfies NoticeWords,
      life: link === undefined ? settings.code_life : settings.link_life,
    };
  }

  /** One message, however many accounts share an address: practices share mailboxes. */
  async #sendUserIds(request: UserIdRequest): Promise<void> {
    const { accounts, issuer, settings } = this.#deps;
    const { channel, contacts } = request;
    const all = await accounts.findByContact(channel === 'email' ? 'email' : 'phone_number', contacts);
    if (all.length === 0) return this.#nothing(request, 'unknown-contact');
    const open = await Promise.all(all.map((account) => this.#isOpen(account, request)));
    const found = all.filter((_, index) => open[index]);
    if (found.length === 0) return this.#nothing(request, 'contact-unproved');
    // A mail for each spelling on file: a mail server may take Ann@ and ann@ for two people.
    const bySpelling = Map.groupBy(found, (account) => this.#contactOf(account, channel)?.to);
    for (const [to, sharing] of bySpelling) {
      const { sub, locale } = sharing[0] as Addressee;
      if (to === undefined) return this.#nothing(request, 'no-such-channel');
      const contact = { channel, to };
      if (!(await this.#withinBudget(contact, sub, request))) return this.#nothing(request, 'over-budget');
      const userIds = sharing.map(({ userId }) => userId);
      const words = { kind: 'user-ids', values: { userIds, link: `${issuer}/` } } satisfies NoticeWords;
      const life = settings.link_life;
      const subs = sharing.map((account) => account.sub);
      await this.#send({ ...words, ...contact, locale, account: sub, life }, request, subs);
    }
  }

  async #isOpen(person: Addressee, { channel }: Request): Promise<boolean> {
    const proved = channel === 'email' ? person.emailVerified : person.phoneNumberVerified;
    return proved || !(await this.#deps.refusesUnproved());
  }

  #contactOf(person: Person, channel: NoticeChannel): Contact | undefined {
    return this.#deps.notices.contacts(person).find((contact) => contact.channel === channel);
  }

  async #withinBudget({ channel, to }: Contact, account: string, asked: Request): Promise<boolean> {
    const { what, origin, own } = asked;
    const kind = what === 'password' ? 'reset-code' : 'user-ids';
    if (channel === 'email') return this.#deps.notices.mayGo({ channel, to, kind, account, own });
    return this.#deps.notices.mayQueueSms({ number: to, account, address: origin.address });
  }

  async #send(notice: Notice, { what, channel, app, origin }: Request, accounts: readonly string[]) {
    const { db, notices, append } = this.#deps;
    const { address } = origin;
    await db.transaction().execute(async (tx) => {
      await notices.enqueue(tx, { ...notice, ...(address === undefined ? {} : { address }) });
      for (const account of accounts) {
        const event = { event: 'recovery.requested', outcome: 'success', reason: channel, account } as const;
        await append(tx, { ...event, ...(app === undefined ? {} : { app }), after: { what } }, origin);
      }
    });
  }

  async #nothing(
    { app, origin }: Request,
    reason: ReasonOf<'recovery.failed'>,
    account?: string,
  ): Promise<void> {
    await this.#deps.append(
      this.#deps.db,
      { event: 'recovery.failed', outcome: 'failure', reason, account, app },
      origin,
    );
  }
}
