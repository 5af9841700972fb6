import { sql } from 'kysely';
import type { Append } from '../audit-events.ts';
import type { Egress } from '../http/egress.ts';
import { EgressError } from '../http/egress-error.ts';
import type { Origin } from '../http/origin.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { CurrentProvider } from './current-provider.ts';
import { mintLogoutToken } from './internals.ts';
import { QuietApps } from './quiet-apps.ts';

const QUEUE = 'logout-notice';
/** Runs again of a job that came to no outcome, since PostgreSQL was away or its process died. */
const RERUNS = 1000;
/** s that a try may take beside the app's time to answer; then its process is taken for dead. */
const OVERHEAD = 10;
/** Notices that one transaction replays. */
const BATCH = 200;

interface Ended {
  readonly uid: string;
  readonly account: string;
}

/** One try. */
interface NoticeJob {
  readonly notice: string;
  readonly account: string;
  /** How many tries went before. */
  readonly attempt: number;
  /** How many there may be in all. */
  readonly tries: number;
}

export interface LogoutNoticesDependencies {
  readonly db: Database;
  readonly jobs: Pick<JobQueue, 'enqueueAll' | 'work'>;
  readonly provider: CurrentProvider;
  readonly post: Egress['post'];
  readonly append: Append;
  readonly log: Log;
  readonly settings: {
    readonly retries: number;
    /** s */
    readonly first_delay: number;
    readonly longest_delay: number;
    /** s that an app may take to answer. */
    readonly timeout: number;
  };
}

/** Who replays notices. */
export interface Replayer {
  /** A sub, or the name of what acts. */
  readonly by: string;
  readonly origin: Origin;
}

/**
 * Tells the apps of a session that it ended (OIDC Back-Channel Logout 1.0): by jobs, enqueued in the
 * transaction that ends it, with a delivery record each. Each try is a job of its own, and its outcome, with
 * the next try, is one transaction: a process that dies loses none and counts none twice. A dead app keeps no
 * session alive and slows no page.
 */
export class LogoutNotices {
  readonly #deps: LogoutNoticesDependencies;
  readonly #quiet: QuietApps;

  constructor(deps: LogoutNoticesDependencies) {
    this.#deps = deps;
    this.#quiet = new QuietApps(deps.settings.first_delay);
  }

  async enqueue(tx: Transaction, ended: readonly Ended[]): Promise<void> {
    // In the transaction's own connection: asking the registry could wait for a second one, and deadlock the pool.
    const { rows } = await sql<{ notice: string; account: string }>`
      insert into logout_notices (uid, client_id, sid)
      select s.uid, s.client_id, s.sid from session_apps s join apps a using (client_id)
      where s.uid = any(${ended.map(({ uid }) => uid)}) and a.metadata ? 'backchannel_logout_uri'
      returning id as notice, (select account from sessions where sessions.uid = logout_notices.uid)`.execute(
      tx,
    );
    const tries = this.#deps.settings.retries + 1;
    await this.#add(
      tx,
      rows.map((row) => ({ ...row, attempt: 0, tries })),
      0,
    );
  }

  async work(): Promise<void> {
    await this.#deps.jobs.work<NoticeJob>(QUEUE, (job) => this.#deliver(job));
  }

  /**
   * Tells an app after all: a dead notice gets as many tries as a new one.
   * @returns false when no dead notice has this id
   * @throws AppError `store-away`
   */
  async replay(id: string, replayer: Replayer): Promise<boolean> {
    if (!/^[\da-f-]{36}$/i.test(id)) return false;
    return (await this.#revive(sql`cast(id as text) = ${id.toLowerCase()}`, replayer)).length > 0;
  }

  /** The same with every dead notice, or every one to an app; their ids. Goes on where it was interrupted. */
  async replayAll(app: string | undefined, replayer: Replayer): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const some = await this.#revive(app === undefined ? sql`true` : sql`client_id = ${app}`, replayer);
      ids.push(...some);
      if (some.length < BATCH) return ids;
    }
  }

  async #revive(which: ReturnType<typeof sql>, { by, origin }: Replayer): Promise<string[]> {
    const { db, append, settings } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const { rows } = await sql<Revived>`
        with dead as (
          select id from logout_notices where status = 'dead' and ${which}
          order by created_at limit ${BATCH} for update skip locked
        )
        update logout_notices n set status = 'pending', updated_at = now()
        from dead, sessions s where n.id = dead.id and s.uid = n.uid
        returning n.id as notice, n.attempts as attempt, n.client_id as app, n.uid as session, s.account`.execute(
        tx,
      );
      for (const { app, session, account } of rows) {
        const event = { event: 'logout-notice.replayed', outcome: 'success' } as const;
        await append(tx, { ...event, actor: by, account, app, session }, origin);
      }
      const jobs = rows.map(({ notice, account, attempt }) => ({
        notice,
        account,
        attempt,
        tries: attempt + settings.retries + 1,
      }));
      await this.#add(tx, jobs, 0);
      return rows.map(({ notice }) => notice);
    });
  }

  async #add(tx: Transaction, tries: readonly NoticeJob[], startAfter: number): Promise<void> {
    if (tries.length === 0) return;
    const expireAfter = this.#deps.settings.timeout + OVERHEAD;
    // First tries first: apps that are there must not wait behind thousands of tries of one that is not.
    const priority = tries[0]?.attempt === 0 ? 1 : 0;
    const options = { startAfter, expireAfter, priority, retryLimit: RERUNS, retryDelayMax: 60 };
    await this.#deps.jobs.enqueueAll(tx, QUEUE, tries, options);
  }

  async #deliver(job: NoticeJob): Promise<void> {
    const notice = await this.#deps.db
      .selectFrom('logout_notices')
      .select(['client_id', 'sid', 'status', 'attempts'])
      .where('id', '=', job.notice)
      .executeTakeFirst();
    // A job that ran before, and whose process died when its outcome was known already.
    if (notice?.status !== 'pending' || notice.attempts !== job.attempt) return;
    const problem = await this.#tell(notice, job.account);
    await this.#note(job, notice.client_id, problem);
  }

  /** @returns what went wrong; undefined when the app accepted */
  async #tell(notice: { client_id: string; sid: string }, sub: string): Promise<Problem | undefined> {
    const { post, provider } = this.#deps;
    const client = await provider.current.Client.find(notice.client_id);
    if (!client?.backchannelLogoutUri) return { text: 'the app takes no logout notices now', final: true };
    const quiet = { text: 'the app did not answer another notice in time; not asked again at once' };
    const token = await mintLogoutToken(provider.current, client, { sub, sid: notice.sid });
    if (!this.#quiet.mayAsk(notice.client_id)) return quiet;
    try {
      const { status } = await post(client.backchannelLogoutUri, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ logout_token: token }).toString(),
      });
      this.#quiet.answered(notice.client_id);
      return status === 200 || status === 204 ? undefined : { text: `the app answered ${status}` };
    } catch (error) {
      if (error instanceof EgressError && error.fault === 'timeout') this.#quiet.keptQuiet(notice.client_id);
      else this.#quiet.answered(notice.client_id);
      return { text: error instanceof Error ? error.message : 'failed' };
    }
  }

  /** The outcome and the next try, or neither. */
  async #note(job: NoticeJob, app: string, problem: Problem | undefined): Promise<void> {
    const { db, settings, log } = this.#deps;
    const attempt = job.attempt + 1;
    const dead = problem && (problem.final || attempt >= job.tries);
    const status = problem ? (dead ? 'dead' : 'pending') : 'accepted';
    await db.transaction().execute(async (tx) => {
      const noted = await tx
        .updateTable('logout_notices')
        .set({ status, last_error: problem?.text ?? null, attempts: attempt, updated_at: sql<Date>`now()` })
        .where('id', '=', job.notice)
        .where('attempts', '=', job.attempt)
        .where('status', '=', 'pending')
        .executeTakeFirst();
      if (status !== 'pending' || noted.numUpdatedRows === 0n) return;
      const { first_delay, longest_delay } = settings;
      const delay = Math.min(longest_delay, first_delay * 2 ** Math.min(30, attempt - 1));
      // Spread out, so that an app that comes back is not met by all that it missed at once.
      await this.#add(tx, [{ ...job, attempt }], delay * (0.75 + Math.random() / 2));
    });
    if (dead) log.warn({ app, notice: job.notice, problem: problem.text }, 'a logout notice was given up');
  }
}

interface Problem {
  readonly text: string;
  /** Another try would help nothing. */
  readonly final?: true;
}

interface Revived {
  readonly notice: string;
  readonly attempt: number;
  readonly app: string;
  readonly session: string;
  readonly account: string;
}
