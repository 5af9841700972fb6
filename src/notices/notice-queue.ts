import type { JobQueue } from '../jobs/queue.ts';
import type { Transaction } from '../postgres/database.ts';
import type { Notice, NoticeChannel } from './kinds.ts';
import type { NoticeStore } from './notice-store.ts';

/** One try of a notice. It carries no word of it: jobs are kept for days, in the clear. */
export interface NoticeJob {
  readonly notice: string;
  /** How many tries went before. */
  readonly attempt: number;
  /** How many tries there may be in all. */
  readonly tries: number;
}

export interface NoticeQueueDependencies {
  readonly store: Pick<NoticeStore, 'add' | 'revive'>;
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly settings: { readonly retries: number };
}

/** Runs again of a job that came to no outcome, since PostgreSQL was away or its process died. */
const RERUNS = 1000;

/** Notices on their way, each a row and a job for its next try. All methods throw AppError('store-away'). */
export class NoticeQueue {
  readonly #deps: NoticeQueueDependencies;

  constructor(deps: NoticeQueueDependencies) {
    this.#deps = deps;
  }

  /** Adds a notice; its id. */
  async add(tx: Transaction, notice: Notice): Promise<string> {
    const id = await this.#deps.store.add(tx, notice);
    await this.tryLater(tx, notice.channel, { notice: id, attempt: 0, tries: this.#tries(0) }, 0);
    return id;
  }

  /** Adds a try, so many seconds from now. */
  async tryLater(tx: Transaction, channel: NoticeChannel, job: NoticeJob, delay: number): Promise<void> {
    const options = { startAfter: Math.ceil(delay), retryLimit: RERUNS };
    await this.#deps.jobs.enqueue(tx, queueOf(channel), job, options);
  }

  /**
   * Lets dead notices be sent again, with as many tries as a new one: one, or up to 500 of all.
   * @returns the ids of those that were dead
   */
  async replay(tx: Transaction, id?: string): Promise<string[]> {
    const revived = await this.#deps.store.revive(tx, id);
    for (const { id: notice, channel, attempts: attempt } of revived) {
      await this.tryLater(tx, channel, { notice, attempt, tries: this.#tries(attempt) }, 0);
    }
    return revived.map((notice) => notice.id);
  }

  /** Begins to run the tries of a channel. */
  async work(
    channel: NoticeChannel,
    handler: (job: NoticeJob, info: { retryCount: number }) => Promise<void>,
  ): Promise<void> {
    await this.#deps.jobs.work<NoticeJob>(queueOf(channel), handler);
  }

  #tries(done: number): number {
    return done + this.#deps.settings.retries + 1;
  }
}

/** A queue for each channel: one that hangs does not hold up the other. */
function queueOf(channel: NoticeChannel): string {
  return `notice-${channel}`;
}
