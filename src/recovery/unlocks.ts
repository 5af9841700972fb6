import type { Origin } from '../http/origin.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Log } from '../log.ts';
import { ACTORS } from '../names.ts';
import type { Transaction } from '../postgres/database.ts';

/** Whose locks a reset ends. */
interface Unlock {
  /** A folded user ID. */
  readonly subject: string;
  readonly account: string;
  /** When the password was reset, epoch ms by PostgreSQL's clock. */
  readonly at: number;
}

export interface UnlocksDependencies {
  readonly jobs: Pick<JobQueue, 'enqueue' | 'work'>;
  readonly limiter: Pick<AttemptLimiter, 'lift' | 'locksOf'>;
  readonly log: Log;
}

const QUEUE = 'recovery-unlock';
/** s after which what could not be done at once is done by a job. */
const LATER = 5;

/** Ends the locks of whoever has reset their password: after its commit, and by a job where that failed. */
export class Unlocks {
  readonly #deps: UnlocksDependencies;

  constructor(deps: UnlocksDependencies) {
    this.#deps = deps;
  }

  /** In the transaction of the reset. */
  async order(tx: Transaction, unlock: Unlock): Promise<void> {
    await this.#deps.jobs.enqueue(tx, QUEUE, unlock, { startAfter: LATER });
  }

  /** Right after its commit. Never throws: the password is reset, and an error page would say otherwise. */
  async now({ subject, account }: Unlock, origin: Origin): Promise<void> {
    try {
      await this.#deps.limiter.lift(subject, ACTORS.recovery, origin, account);
    } catch (err) {
      this.#deps.log.warn({ err }, 'a reset has not ended all locks yet; its job will');
    }
  }

  /** Begins to do what was not done. */
  async work(): Promise<void> {
    const { jobs, limiter } = this.#deps;
    await jobs.work<Unlock>(QUEUE, async ({ subject, account, at }) => {
      const locks = await limiter.locksOf(subject);
      // A lock that began since is a guesser's at the new password.
      const mine = locks.length > 0 && locks.every(({ beganAt }) => beganAt.getTime() <= at);
      if (mine) await limiter.lift(subject, ACTORS.recovery, {}, account);
    });
  }
}
