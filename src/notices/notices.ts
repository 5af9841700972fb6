/**
 * Mail and SMS. A notice is a row and a job, written in the transaction of the change that it tells of, so
 * neither goes without the other; the answer to the person never waits for a transport. This folder owns the
 * table notices.
 */
import { clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { chooseLocale } from '../html/language.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Contact, Notice, NoticeChannel, NoticeWords, Person } from './kinds.ts';
import { isAlarm } from './kinds.ts';
import type { MailBudget, MailFacts } from './mail-budget.ts';
import type { NoticeJob, NoticeQueue } from './notice-queue.ts';
import type { Content, Due, NoticeStore, Outcome } from './notice-store.ts';
import type { Renderer } from './renderer.tsx';
import type { SmsBudget, SmsFacts } from './sms-budget.ts';
import { DeliveryError, type Transport } from './transport.ts';

export interface NoticesDependencies {
  /** The jobs' own pool. */
  readonly db: Database;
  readonly store: Pick<NoticeStore, 'due' | 'note' | 'sweep'>;
  readonly queue: NoticeQueue;
  /** Those that are configured. */
  readonly transports: Readonly<Partial<Record<NoticeChannel, Transport>>>;
  /** Says why an SMS may not be sent; undefined when it may, which counts it. */
  readonly budget: Pick<SmsBudget, 'take' | 'allows'>;
  /** Counts a mail that other people can cause, and says whether it may go. */
  readonly mailBudget: Pick<MailBudget, 'take'>;
  readonly renderer: Pick<Renderer, 'render'>;
  /** Times in s. */
  readonly settings: { retries: number; first_delay: number; longest_delay: number; keep: number };
  readonly log: Log;
}

/** s that the outcome of a try is worth waiting for: a job is taken for dead after 60. */
const SETTLE = 20;
/** Of the wait; it spreads out what failed at one moment. */
const JITTER = 0.25;
/** s; what a transport asks for beyond that is not believed. */
const LONGEST_RETRY_AFTER = 3600;

const CHANNELS = ['email', 'sms'] as const;

export class Notices {
  readonly #deps: NoticesDependencies;

  constructor(deps: NoticesDependencies) {
    this.#deps = deps;
  }

  /** The channels that are configured; no page may offer others. */
  get channels(): readonly NoticeChannel[] {
    return CHANNELS.filter((channel) => this.#deps.transports[channel] !== undefined);
  }

  /**
   * Adds a notice: it is sent when, and only when, `tx` commits. What can be wrong with the address, the
   * budget or the transport shows in the list of notices, never here, so that a stranger cannot learn of it.
   * @returns its id
   * @throws AppError('store-away')
   */
  async enqueue(tx: Transaction, notice: Notice): Promise<string> {
    return this.#deps.queue.add(tx, notice);
  }

  /** The ways to reach a person over the configured channels, mail first. */
  contacts(person: Pick<Person, 'email' | 'phoneNumber'>): Contact[] {
    const { email, phoneNumber } = person;
    const all = [
      { channel: 'email', to: email },
      { channel: 'sms', to: phoneNumber },
    ] as const;
    return all.flatMap(({ channel, to }) => (to && this.channels.includes(channel) ? [{ channel, to }] : []));
  }

  /**
   * Tells a person of a change on a channel other than the one just used, where there is one: an attacker who has
   * taken over a mailbox must not be the only one to hear of it. [ASVS 6.3.7]
   * @param used what the change was made with; `everywhere` tells on every channel at once
   */
  async alarm(
    tx: Transaction,
    person: Person,
    words: NoticeWords,
    { used, everywhere = false }: { used?: NoticeChannel | undefined; everywhere?: boolean } = {},
  ): Promise<void> {
    const contacts = this.contacts(person);
    const other = contacts.find(({ channel }) => channel !== used) ?? contacts[0];
    for (const contact of everywhere ? contacts : other ? [other] : []) {
      if (!(await this.mayGo({ ...contact, kind: words.kind, account: person.sub }))) continue;
      await this.enqueue(tx, { ...words, ...contact, account: person.sub, locale: person.locale });
    }
  }

  /**
   * Whether an SMS would be sent now: asked before a notice is added that would only be withheld. It counts
   * nothing. The caller must answer the person the same either way.
   * @throws AppError('store-away')
   */
  async mayQueueSms(sms: Omit<SmsFacts, 'alarm'>): Promise<boolean> {
    return this.#deps.transports.sms !== undefined && this.#deps.budget.allows({ ...sms, alarm: false });
  }

  /**
   * Whether a message that other people can cause may go, asked before what it carries (a link, a code) is made.
   * Counts a mail; an SMS has budgets of its own, when it is sent. A stranger who asks must not learn the answer.
   * @throws AppError('store-away')
   */
  async mayGo({ channel, ...mail }: MailFacts & { channel: NoticeChannel }): Promise<boolean> {
    return channel === 'sms' || this.#deps.mailBudget.take(mail);
  }

  /** Begins to send. */
  async work(): Promise<void> {
    for (const channel of CHANNELS) {
      await this.#deps.queue.work(channel, (job, { retryCount }) => this.#deliver(job, retryCount > 0));
    }
  }

  /** Forgets expired secrets and old rows. @throws AppError('store-away') */
  async sweep(): Promise<void> {
    await this.#deps.store.sweep(this.#deps.settings.keep);
  }

  close(): void {
    for (const transport of Object.values(this.#deps.transports)) transport?.close();
  }

  async #deliver(job: NoticeJob, rerun: boolean): Promise<void> {
    const due = await this.#deps.store.due(job.notice, job.attempt);
    if (!due) return;
    const result = await this.#try(due, job, rerun);
    await settle(() => this.#deps.db.transaction().execute((tx) => this.#note(tx, due.channel, job, result)));
  }

  /** One try; a failure is its outcome, not an error. */
  async #try(due: Due, job: NoticeJob, rerun: boolean): Promise<Outcome & { wait?: number }> {
    const { content } = due;
    if (due.expired) return { status: 'failed', reason: 'expired' };
    if (!content) return { status: 'dead', reason: 'sealed-with-another-key' };
    try {
      const refused = job.attempt === 0 ? await this.#refusal(due, content) : undefined;
      if (refused) return { status: 'failed', reason: refused };
      const transport = this.#deps.transports[due.channel];
      if (!transport) throw new DeliveryError('no-transport');
      const providerId = await transport.send(this.#message(due, content, rerun || job.attempt > 0));
      return { status: 'sent', providerId };
    } catch (error) {
      return this.#failure(error, due, job);
    }
  }

  async #refusal({ channel, kind, account }: Due, { to, address }: Content): Promise<string | undefined> {
    if (channel !== 'sms') return undefined;
    return this.#deps.budget.take({ number: to, account, address, alarm: isAlarm(kind) });
  }

  #message({ id, channel, createdAt }: Due, content: Content, again: boolean) {
    const locale = chooseLocale({ chosen: content.locale ?? undefined });
    return {
      id,
      channel,
      to: content.to,
      createdAt,
      again,
      ...this.#deps.renderer.render(content, channel, locale),
    };
  }

  #failure(error: unknown, { id, kind, channel }: Due, job: NoticeJob): Outcome & { wait?: number } {
    const delivery =
      error instanceof DeliveryError ? error : new DeliveryError(reasonOf(error), { cause: error });
    const { reason, permanent, retryAfter = 0 } = delivery;
    const given = permanent || job.attempt + 1 >= job.tries;
    const status = given ? 'dead' : 'pending';
    // Of a transport's error only the code: servers quote addresses, and our log is no place for them.
    const err = error instanceof DeliveryError ? undefined : error;
    this.#deps.log.warn({ notice: id, kind, channel, reason, status, err }, 'a notice was not delivered');
    return { status, reason, wait: Math.min(LONGEST_RETRY_AFTER, retryAfter) };
  }

  async #note(
    tx: Transaction,
    channel: NoticeChannel,
    job: NoticeJob,
    { wait = 0, ...outcome }: Outcome & { wait?: number },
  ): Promise<void> {
    const noted = await this.#deps.store.note(tx, job.notice, job.attempt, outcome);
    if (!noted || outcome.status !== 'pending') return;
    const delay = Math.max(wait, this.#backoff(job));
    await this.#deps.queue.tryLater(tx, channel, { ...job, attempt: job.attempt + 1 }, delay);
  }

  /** s until the next try. */
  #backoff({ attempt, tries }: NoticeJob): number {
    const { first_delay: first, longest_delay: longest, retries } = this.#deps.settings;
    const done = Math.max(0, attempt - (tries - retries - 1));
    const delay = Math.min(longest, first * 2 ** done);
    return delay * (1 + JITTER * Math.random());
  }
}

function reasonOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'internal';
}

/**
 * Writes down what became of a message, again and again while PostgreSQL is away: without that the message
 * would be sent a second time, knowingly.
 */
async function settle(write: () => Promise<void>): Promise<void> {
  const end = clock.monotonic() + SETTLE * 1000;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (clock.monotonic() > end) throw error;
      await clock.wait(500);
    }
  }
}
