import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Append, Recorder } from '../audit-events.ts';
import { clock } from '../clock.ts';
import type { Origin } from '../http/origin.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { NoticeWords } from '../notices/kinds.ts';
import { type ReadersMoment as Moment, momentFor } from '../notices/moment.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Secret } from '../postgres/schema.ts';

interface LockJob {
  /** Null for a user ID that nobody has. */
  readonly account: string | null;
  /** Not there in jobs of the version before. */
  readonly secret?: Secret;
  readonly device?: boolean;
  /** Null where it does not end by itself. */
  readonly endsAt: string | null;
}

export interface AlarmsDependencies {
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

/**
 * The audit trail for locks, which also tells the person, by a job: one is added for a user ID that nobody has
 * too, since the notice itself would take longer and so tell who exists. [ASVS 6.3.8]
 */
export function lockRecorder({ trail, jobs }: Pick<AlarmsDependencies, 'trail' | 'jobs'>): Append {
  return async (tx, event, origin) => {
    await trail.append(tx, event, origin);
    if (event.event !== 'lock.begun' && event.event !== 'authenticator.shut') return;
    const { account = null, reason: secret, after } = event;
    const endsAt = typeof after.ends_at === 'string' ? after.ends_at : null;
    const job: LockJob = { account, secret, device: after.device === true, endsAt };
    await jobs.enqueue(tx, LOCKS, job);
  };
}

/** Tells people what happened to their account, in the transaction in which it does. */
export class Alarms {
  readonly #deps: AlarmsDependencies;

  constructor(deps: AlarmsDependencies) {
    this.#deps = deps;
  }

  /** Nobody is told of an account that cannot sign in. @param everywhere on every channel at once */
  async tell(
    tx: Transaction,
    sub: string,
    words: (moment: Moment) => NoticeWords,
    { everywhere = false } = {},
  ): Promise<void> {
    const account = await this.#deps.accounts.find(sub, tx);
    if (account?.status !== 'active') return;
    await this.#deps.notices.alarm(tx, account, words(momentFor(account)), { everywhere });
  }

  /** The audit trail's recorder, which also tells the person. */
  recorder(origin: Origin): Recorder {
    const record = this.#deps.trail.recorder(origin);
    return async (tx, event) => {
      await record(tx, event);
      const words = isTold(event.event) ? TOLD[event.event] : undefined;
      if (words && event.account) await this.tell(tx, event.account, words);
    };
  }

  /** Begins to tell of locks. */
  async work(): Promise<void> {
    await this.#deps.jobs.work<LockJob>(LOCKS, (job) => this.#tellOfLock(job));
  }

  async #tellOfLock({ account, secret = 'password', device = false, endsAt }: LockJob): Promise<void> {
    const left = endsAt === null ? undefined : Date.parse(endsAt) - clock.now();
    if (account === null || (left !== undefined && left <= 0)) return;
    const words = (moment: Moment): NoticeWords =>
      left === undefined
        ? { kind: 'authenticator-shut', values: { ...moment, secret, device } }
        : {
            kind: 'account-locked',
            values: { ...moment, secret, minutes: Math.max(1, Math.ceil(left / MINUTE)) },
          };
    await this.#deps.db.transaction().execute((tx) => this.tell(tx, account, words));
  }
}

function isTold(event: string): event is keyof typeof TOLD {
  return Object.hasOwn(TOLD, event);
}
