/**
 * Work that outlives a request: notices, back-channel logout, sweeps. Jobs are rows that pg-boss keeps in
 * PostgreSQL, enqueued in the transaction of the change that they follow from, so neither goes without the
 * other. This folder owns the schema `jobs`, whose tables postgres/migrate.ts makes.
 */
import { randomUUID } from 'node:crypto';
import { CompiledQuery, sql } from 'kysely';
import { type Db, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { JOBS_SCHEMA } from '../postgres/migrate.ts';
import { Sweeper } from '../sweeper.ts';
import { OutageLog } from './outage-log.ts';

export interface JobOptions {
  /** s before the first try; 0 unless given. */
  readonly startAfter?: number;
  /** Tries after the first; 10 unless given. */
  readonly retryLimit?: number;
  /** s before the first retry; 1 unless given. */
  readonly retryDelay?: number;
  /** Doubles the delay each time, with jitter; true unless given. */
  readonly retryBackoff?: boolean;
  /** s that the delay grows to at most; 300 unless given. */
  readonly retryDelayMax?: number;
  /** Jobs with a higher one go first; 0 unless given. */
  readonly priority?: number;
  /** s that one try may take, after which its process is taken for dead; 60 unless given, at least 1. */
  readonly expireAfter?: number;
  /** While a job with this key waits for its first try, another is not added. */
  readonly singletonKey?: string;
}

export interface WorkOptions {
  /** Jobs of the queue that this process works on at once; 4 unless given. */
  readonly concurrency?: number;
}

export interface JobInfo {
  readonly id: string;
  /** 0 on the first try. */
  readonly retryCount: number;
}

/** Runs a job; when it throws, the job is tried again later. It may run twice, so it must bear that. */
export type JobHandler<T> = (data: T, job: JobInfo) => Promise<void>;

/** s; a job whose process died is tried again after this. */
const EXPIRE = 60;
const MONITOR = 15;
/** s between looks at the queues that this process works on, all in one statement. */
const LOOK = 0.5;
/** s after which an idle worker looks by itself, should all those looks have failed. */
const POLL = 30;
const RETRIES = { retryLimit: 10, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 } as const;

export class JobQueue {
  readonly #boss: PgBoss;
  readonly #log: Log;
  readonly #made = new Map<string, Promise<void>>();
  readonly #db: Database;
  readonly #outage: OutageLog;
  readonly #looks: Sweeper;
  readonly #worked: string[] = [];

  /** @param db preferably a separate pool, so that a burst of jobs never starves sign-ins */
  constructor(db: Database, log: Log) {
    this.#log = log;
    this.#db = db;
    this.#boss = new PgBoss({
      db: bind(db),
      schema: JOBS_SCHEMA,
      migrate: false,
      createSchema: false,
      schedule: false,
      superviseIntervalSeconds: MONITOR,
      monitorIntervalSeconds: MONITOR,
    });
    this.#outage = new OutageLog(log);
    this.#looks = new Sweeper(() => this.#look(), LOOK, log, 'the look for jobs');
    // Without a listener an 'error' event ends the process: an outage of PostgreSQL would take sign-in along.
    this.#boss.on('error', (error) => this.#outage.report(error));
    this.#boss.on('warning', (warning) => log.warn({ warning }, 'jobs: warning'));
  }

  /** Begins to supervise; call before `work`. Throws when the tables are not migrated or the store is away. */
  async start(): Promise<void> {
    await this.#boss.start();
    this.#looks.start();
  }

  /**
   * Takes no new job, waits for those running (s, at least 1), and hands back what is still running then:
   * it is tried again.
   */
  async stop(grace: number): Promise<void> {
    const looked = this.#looks.stop();
    await this.#boss
      .stop({ graceful: true, timeout: grace * 1000 })
      .catch((error: unknown) => this.#log.warn({ err: error }, 'jobs: not stopped cleanly'));
    await looked;
  }

  /**
   * Adds a job in `tx`: it exists when, and only when, that commits. Needs no `start`.
   * @throws AppError('store-away')
   */
  async enqueue(
    tx: Transaction | Database,
    queue: string,
    data: object,
    options: JobOptions = {},
  ): Promise<void> {
    await this.enqueueAll(tx, queue, [data], options);
  }

  /** Adds a job for each of `datas` in one statement, like `enqueue`. */
  async enqueueAll(
    tx: Transaction | Database,
    queue: string,
    datas: readonly object[],
    { expireAfter, ...options }: JobOptions = {},
  ): Promise<void> {
    await this.#make(queue);
    const jobs = datas.map((data) => ({
      ...options,
      ...(expireAfter === undefined ? {} : { expireInSeconds: Math.ceil(expireAfter) }),
      data,
      // The queue's policy lets one waiting job of each key in; a job that names none gets a random one.
      singletonKey: options.singletonKey ?? randomUUID(),
    }));
    await this.#boss.insert(queue, jobs, { db: bind(tx) });
  }

  /** Runs the jobs of a queue, within a second of their commit, until `stop`. */
  async work<T extends object>(
    queue: string,
    handler: JobHandler<T>,
    options: WorkOptions = {},
  ): Promise<void> {
    await this.#make(queue);
    const how = {
      includeMetadata: true,
      batchSize: 1,
      pollingIntervalSeconds: POLL,
      localConcurrency: options.concurrency ?? 4,
    } as const;
    await this.#boss.work(queue, how, async ([job]: JobWithMetadata<T>[]) => {
      if (!job) return;
      // A worker that found a job looks for the next at once, and so do its fellows: a burst has no pauses.
      this.#wake(new Set([queue]));
      await this.#run(queue, job, handler);
    });
    this.#worked.push(queue);
  }

  /**
   * Wakes the workers of queues in which a job waits. One look for all of them costs a replica 2 statements a second;
   * each worker's own would cost it 8 a queue, day and night.
   */
  async #look(): Promise<void> {
    try {
      const { rows } = await sql<{ name: string }>`
        select name from unnest(${this.#worked}::text[]) as worked (name)
        where exists (
          select from ${sql.table(`${JOBS_SCHEMA}.job`)} as job
          where job.name = worked.name and state < 'active' and not blocked and start_after <= now())`.execute(
        this.#db,
      );
      this.#wake(new Set(rows.map(({ name }) => name)));
    } catch (error) {
      this.#outage.report(error);
    }
  }

  #wake(queues: ReadonlySet<string>): void {
    for (const worker of this.#boss.getWipData()) {
      if (queues.has(worker.name)) this.#boss.notifyWorker(worker.id);
    }
  }

  async #run<T>(queue: string, job: JobWithMetadata<T>, handler: JobHandler<T>): Promise<void> {
    const { id, retryCount } = job;
    try {
      await handler(job.data, { id, retryCount });
    } catch (error) {
      this.#log.warn({ err: error, queue, job: id, retryCount }, 'jobs: a job failed');
      throw error;
    }
  }

  /** Creates a queue, once a process; the store makes that safe from several replicas. */
  #make(queue: string): Promise<void> {
    const made = this.#made.get(queue);
    if (made) return made;
    const policy = { ...RETRIES, policy: 'short', expireInSeconds: EXPIRE };
    const making = this.#boss.createQueue(queue, policy);
    this.#made.set(queue, making);
    making.catch(() => this.#made.delete(queue));
    return making;
  }
}

/** pg-boss's view of a connection or transaction of ours. */
function bind(db: Database | Transaction): Db {
  return {
    executeSql: async (text, values) => {
      const result = await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values));
      return { rows: result.rows };
    },
  };
}
