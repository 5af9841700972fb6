import type { AuditTrail } from '../audit/trail.ts';
import type { Append } from '../audit-events.ts';
import { clock } from '../clock.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { ReadersMoment } from '../moments.ts';
import type { NoticeWords } from '../notices/kinds.ts';
import type { Database } from '../postgres/database.ts';
import type { Secret } from '../postgres/schema.ts';
import type { TellOfChange } from './tell-of-change.ts';

interface LockJob {
  /** Null for a user ID that nobody has. */
  readonly account: string | null;
  /** Not there in jobs of the version before. */
  readonly secret?: Secret;
  readonly device?: boolean;
  /** Null where it does not end by itself. */
  readonly endsAt: string | null;
}

export interface TellOfLockDependencies {
  readonly db: Database;
  readonly jobs: Pick<JobQueue, 'work'>;
  readonly alarms: Pick<TellOfChange, 'tell'>;
}

const LOCKS = 'lock-alarms';
const MINUTE = 60_000; // ms

/**
 * Writes what happens to locks to the audit log, and has their person told by a job: one is added for a user ID
 * that nobody has too, since writing the notice itself takes longer and so would tell who exists. [ASVS 6.3.8]
 */
export function lockRecorder(trail: Pick<AuditTrail, 'append'>, jobs: Pick<JobQueue, 'enqueue'>): Append {
  return async (tx, event, origin) => {
    await trail.append(tx, event, origin);
    if (event.event !== 'lock.begun' && event.event !== 'authenticator.shut') return;
    const { account = null, reason: secret, after } = event;
    const endsAt = typeof after.ends_at === 'string' ? after.ends_at : null;
    const job: LockJob = { account, secret, device: after.device === true, endsAt };
    await jobs.enqueue(tx, LOCKS, job);
  };
}

/** Tells people that their account, or one way into it, is locked. */
export class TellOfLock {
  readonly #deps: TellOfLockDependencies;

  constructor(deps: TellOfLockDependencies) {
    this.#deps = deps;
  }

  async work(): Promise<void> {
    await this.#deps.jobs.work<LockJob>(LOCKS, (job) => this.#tell(job));
  }

  async #tell({ account, secret = 'password', device = false, endsAt }: LockJob): Promise<void> {
    const left = endsAt === null ? undefined : Date.parse(endsAt) - clock.now();
    // Nobody's user ID, or a lock that was over before its job ran.
    if (account === null || (left !== undefined && left <= 0)) return;
    const words = (moment: ReadersMoment): NoticeWords =>
      left === undefined
        ? { kind: 'authenticator-shut', values: { ...moment, secret, device } }
        : {
            kind: 'account-locked',
            values: { ...moment, secret, minutes: Math.max(1, Math.ceil(left / MINUTE)) },
          };
    const { db, alarms } = this.#deps;
    await db.transaction().execute((tx) => alarms.tell(tx, account, words));
  }
}
