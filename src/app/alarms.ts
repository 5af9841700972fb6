import type { Account, Accounts } from '../accounts/accounts.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { clock } from '../clock.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { LockEvent } from '../lockout/mirror.ts';
import type { NoticeWords } from '../notices/kinds.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Origin } from '../sessions/ledger.ts';

interface Moment {
  readonly at: string;
  readonly zone?: string;
}

interface LockJob {
  /** Null for a user ID that nobody has. */
  readonly account: string | null;
  readonly endsAt: string;
}

export interface AlarmsParts {
  readonly db: Database;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly trail: AuditTrail;
}

const LOCKS = 'lock-alarms';
const MINUTE = 60_000; // ms

/** Changes that their person is told of wherever they are made. [ASVS 6.3.7] */
const TOLD = {
  'factor.enrolled': (moment: Moment) => ({ kind: 'factor-enrolled', values: moment }) as const,
  'factor.removed': (moment: Moment) => ({ kind: 'factor-removed', values: moment }) as const,
  'password.changed': (moment: Moment) => ({ kind: 'password-changed', values: moment }) as const,
};

/** Tells people what happened to their account, in the transaction in which it does. */
export class Alarms {
  readonly #parts: AlarmsParts;

  constructor(parts: AlarmsParts) {
    this.#parts = parts;
  }

  /** Nobody is told of an account that cannot sign in. @param everywhere on every channel at once */
  async tell(
    tx: Transaction,
    sub: string,
    words: (moment: Moment) => NoticeWords,
    { everywhere = false } = {},
  ): Promise<void> {
    const account = await this.#parts.accounts.find(sub, tx);
    if (account?.status !== 'active') return;
    await this.#parts.notices.alarm(tx, account, words(momentFor(account)), { everywhere });
  }

  /** The audit trail's recorder, which also tells the person. */
  recorder(origin: Origin): (tx: Transaction, event: AuditEvent) => Promise<void> {
    const record = this.#parts.trail.recorder(origin);
    return async (tx, event) => {
      await record(tx, event);
      const words = isTold(event.event) ? TOLD[event.event] : undefined;
      if (words && event.account) await this.tell(tx, event.account, words);
    };
  }

  /**
   * The audit trail for locks, which also tells the person, by a job: one is added for a user ID that nobody has
   * too, since the notice itself would take longer and so tell who exists. [ASVS 6.3.8]
   */
  async appendLock(tx: Transaction, event: LockEvent, origin: Origin): Promise<void> {
    const { trail, jobs } = this.#parts;
    await trail.append(tx, event, origin);
    if (event.event !== 'lock.begun') return;
    const job: LockJob = { account: event.account ?? null, endsAt: event.after.ends_at };
    await jobs.enqueue(tx, LOCKS, job);
  }

  /** Begins to tell of locks. */
  async work(): Promise<void> {
    await this.#parts.jobs.work<LockJob>(LOCKS, (job) => this.#tellOfLock(job));
  }

  async #tellOfLock({ account, endsAt }: LockJob): Promise<void> {
    const left = Date.parse(endsAt) - clock.now();
    if (account === null || left <= 0) return;
    const minutes = Math.max(1, Math.ceil(left / MINUTE));
    await this.#parts.db
      .transaction()
      .execute((tx) =>
        this.tell(tx, account, (moment) => ({ kind: 'account-locked', values: { ...moment, minutes } })),
      );
  }
}

/** Now, as this person reads it. */
export function momentFor({ zoneinfo }: Pick<Account, 'zoneinfo'>): Moment {
  return { at: new Date(clock.now()).toISOString(), ...(zoneinfo ? { zone: zoneinfo } : {}) };
}

function isTold(event: string): event is keyof typeof TOLD {
  return event in TOLD;
}
