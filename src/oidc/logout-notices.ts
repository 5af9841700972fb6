import { sql } from 'kysely';
import type { Database, Transaction } from '../postgres/database.ts';
import type { CurrentProvider } from './current-provider.ts';
import { mintLogoutToken } from './internals.ts';

const QUEUE = 'logout-notice';

interface Ended {
  readonly uid: string;
  readonly account: string;
}

interface NoticeJob {
  readonly notice: string;
  readonly account: string;
}

export interface LogoutNoticesParts {
  readonly db: Database;
  readonly jobs: {
    enqueue(tx: Transaction, queue: string, data: object, options: object): Promise<void>;
    work<T extends object>(
      queue: string,
      handler: (data: T, job: { retryCount: number }) => Promise<void>,
    ): Promise<void>;
  };
  readonly provider: CurrentProvider;
  readonly post: (
    url: string,
    request: { headers: Record<string, string>; body: string },
  ) => Promise<{ status: number }>;
  readonly settings: { retries: number; first_delay: number; longest_delay: number };
}

/**
 * Tells the apps of a session that it ended (OIDC Back-Channel Logout 1.0): by jobs, enqueued in the
 * transaction that ends it, with a delivery record each. A dead app keeps no session alive and slows no page.
 */
export class LogoutNotices {
  readonly #parts: LogoutNoticesParts;

  constructor(parts: LogoutNoticesParts) {
    this.#parts = parts;
  }

  async enqueue(tx: Transaction, ended: Ended): Promise<void> {
    const { jobs, settings } = this.#parts;
    // In the transaction's own connection: asking the registry could wait for a second one, and deadlock the pool.
    const { rows } = await sql<{ id: string }>`
      insert into logout_notices (uid, client_id, sid)
      select s.uid, s.client_id, s.sid from session_apps s join apps a using (client_id)
      where s.uid = ${ended.uid} and a.metadata ? 'backchannel_logout_uri'
      returning id`.execute(tx);
    for (const { id } of rows) {
      const job: NoticeJob = { notice: id, account: ended.account };
      await jobs.enqueue(tx, QUEUE, job, {
        retryLimit: settings.retries,
        retryDelay: settings.first_delay,
        retryDelayMax: settings.longest_delay,
        retryBackoff: true,
      });
    }
  }

  async work(): Promise<void> {
    await this.#parts.jobs.work<NoticeJob>(QUEUE, (job, { retryCount }) => this.#deliver(job, retryCount));
  }

  async #deliver(job: NoticeJob, retryCount: number): Promise<void> {
    const { db, post, provider, settings } = this.#parts;
    const notice = await db
      .selectFrom('logout_notices')
      .select(['client_id', 'sid', 'status'])
      .where('id', '=', job.notice)
      .executeTakeFirst();
    if (notice?.status !== 'pending') return;
    const client = await provider.current.Client.find(notice.client_id);
    if (!client?.backchannelLogoutUri)
      return this.#note(job.notice, 'dead', 'the app takes no logout notices now');
    try {
      const token = await mintLogoutToken(provider.current, client, { sub: job.account, sid: notice.sid });
      const { status } = await post(client.backchannelLogoutUri, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ logout_token: token }).toString(),
      });
      if (status !== 200 && status !== 204) throw new Error(`the app answered ${status}`);
      await this.#note(job.notice, 'accepted', null);
    } catch (error) {
      const last = retryCount >= settings.retries;
      await this.#note(
        job.notice,
        last ? 'dead' : 'pending',
        error instanceof Error ? error.message : 'failed',
      );
      throw error;
    }
  }

  async #note(id: string, status: 'pending' | 'accepted' | 'dead', error: string | null): Promise<void> {
    await this.#parts.db
      .updateTable('logout_notices')
      .set({ status, last_error: error, attempts: sql<number>`attempts + 1`, updated_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
  }
}
