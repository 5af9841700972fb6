import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { ReasonOf } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import type { Contact, Notice, NoticeChannel, NoticeWords } from '../notices/kinds.ts';
import type { Notices } from '../notices/notices.ts';
import type { ResetLinks } from '../passwords/reset-links.ts';
import type { Database } from '../postgres/database.ts';
import { fromJson } from '../redis/record.ts';
import type { Resets } from './resets.ts';

interface Asked {
  readonly channel: NoticeChannel;
  readonly app?: string | undefined;
  readonly origin: Origin;
  /** Asked on a device that the user ID's owner has signed in on. */
  readonly own?: boolean | undefined;
}

/** Somebody wants a code for a user ID, which may be nobody's. */
export interface ResetAsked extends Asked {
  readonly what: 'password';
  /** The reset's id. */
  readonly reset: string;
  readonly userId: string;
  readonly code: string;
  /** Epoch ms by PostgreSQL's clock. */
  readonly begunAt: number;
}

/** Somebody wants to know the user IDs of an address or number, which may be nobody's. */
export interface UserIdsAsked extends Asked {
  readonly what: 'user-id';
  /** Spellings that count as the one on file. */
  readonly contacts: readonly string[];
}

export type MessageAsked = ResetAsked | UserIdsAsked;

export interface MessagesDependencies {
  readonly db: Database;
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly seals: Pick<Sealer, 'seal' | 'open'>;
  readonly accounts: Pick<Accounts, 'findByUserId' | 'findByContact'>;
  readonly notices: Pick<Notices, 'contacts' | 'mayGo' | 'mayQueueSms' | 'enqueue'>;
  readonly resets: Pick<Resets, 'sendingTo'>;
  readonly links: Pick<ResetLinks, 'issue'>;
  readonly trail: Pick<AuditTrail, 'append'>;
  readonly log: Log;
  /** Whether an address that nobody proved gets nothing. */
  readonly refusesUnproved: () => Promise<boolean>;
  readonly issuer: string;
  /** s */
  readonly settings: { readonly code_life: number; readonly link_life: number };
}

const QUEUE = 'recovery';
const PLACE = 'jobs:recovery';

/**
 * What is sent for a request, if anything: to the address that the account has on file, exactly as it is stored, and
 * never to what was typed. [rule 8] Whether one that its person never proved gets anything is a setting. Each request
 * is a job, even for nobody: the account is looked up and the message written after the answer, so that the answer
 * takes the same time whether or not the account exists. [ASVS 6.3.8]
 */
export class Messages {
  readonly #deps: MessagesDependencies;

  constructor(deps: MessagesDependencies) {
    this.#deps = deps;
  }

  /** Sealed, since jobs are kept for days: a code, and text that somebody typed. @throws AppError('store-away') */
  async ask(asked: MessageAsked): Promise<void> {
    const { db, jobs, seals } = this.#deps;
    const sealed = seals.seal(JSON.stringify(asked), PLACE).toString('base64');
    await jobs.enqueue(db, QUEUE, { sealed });
  }

  /** Begins to answer requests. */
  async work(): Promise<void> {
    await this.#deps.jobs.work<{ sealed: string }>(QUEUE, async ({ sealed }) => {
      const asked = this.#open(sealed);
      if (asked) await this.answer(asked);
    });
  }

  #open(sealed: string): MessageAsked | undefined {
    const { seals, log } = this.#deps;
    try {
      return fromJson(seals.open(Buffer.from(sealed, 'base64'), PLACE).toString());
    } catch (err) {
      // Trying again would not help; the person can ask again.
      log.warn({ err }, 'a request for a recovery message could not be read');
      return undefined;
    }
  }

  /** Answers a request; again where a job runs twice. @throws AppError('store-away') */
  async answer(request: MessageAsked): Promise<void> {
    await (request.what === 'password' ? this.#sendCode(request) : this.#sendUserIds(request));
  }

  async #sendCode(request: ResetAsked): Promise<void> {
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

  async #resetWords({ sub, userId }: Account, { channel, code, app, begunAt }: ResetAsked) {
    const { links, settings } = this.#deps;
    const minutes = Math.max(1, Math.floor(settings.code_life / 60));
    const link = channel === 'email' ? await links.issue({ account: sub, userId, app, begunAt }) : undefined;
    const values = { code, minutes, link };
    return {
      words: { kind: 'reset-code', values } satisfies NoticeWords,
      life: link === undefined ? settings.code_life : settings.link_life,
    };
  }

  /** One message, however many accounts share an address: practices share mailboxes. */
  async #sendUserIds(request: UserIdsAsked): Promise<void> {
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
      const [first] = sharing;
      if (!first || to === undefined) return this.#nothing(request, 'no-such-channel');
      const { sub, locale } = first;
      const contact = { channel, to };
      if (!(await this.#withinBudget(contact, sub, request))) return this.#nothing(request, 'over-budget');
      const userIds = sharing.map(({ userId }) => userId);
      const words = { kind: 'user-ids', values: { userIds, link: `${issuer}/` } } satisfies NoticeWords;
      const life = settings.link_life;
      const subs = sharing.map((account) => account.sub);
      await this.#send({ ...words, ...contact, locale, account: sub, life }, request, subs);
    }
  }

  async #isOpen(person: Account, { channel }: MessageAsked): Promise<boolean> {
    const proved = channel === 'email' ? person.emailVerified : person.phoneNumberVerified;
    return proved || !(await this.#deps.refusesUnproved());
  }

  #contactOf(person: Account, channel: NoticeChannel): Contact | undefined {
    return this.#deps.notices.contacts(person).find((contact) => contact.channel === channel);
  }

  async #withinBudget({ channel, to }: Contact, account: string, asked: MessageAsked): Promise<boolean> {
    const { what, origin, own } = asked;
    const kind = what === 'password' ? 'reset-code' : 'user-ids';
    if (channel === 'email') return this.#deps.notices.mayGo({ channel, to, kind, account, own });
    return this.#deps.notices.mayQueueSms({ number: to, account, address: origin.address });
  }

  async #send(notice: Notice, { what, channel, app, origin }: MessageAsked, accounts: readonly string[]) {
    const { db, notices, trail } = this.#deps;
    await db.transaction().execute(async (tx) => {
      await notices.enqueue(tx, { ...notice, address: origin.address });
      for (const account of accounts) {
        const event = { event: 'recovery.requested', outcome: 'success', reason: channel, account } as const;
        await trail.append(tx, { ...event, app, after: { what } }, origin);
      }
    });
  }

  async #nothing(
    { app, origin }: MessageAsked,
    reason: ReasonOf<'recovery.failed'>,
    account?: string,
  ): Promise<void> {
    const { db, trail } = this.#deps;
    await trail.append(db, { event: 'recovery.failed', outcome: 'failure', reason, account, app }, origin);
  }
}
