import type { Origin } from '../http/origin.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import type { Database } from '../postgres/database.ts';

interface Asked {
  readonly app?: string | undefined;
  readonly origin: Origin;
  /** Asked on a device that the user ID's owner has signed in on. */
  readonly own?: boolean | undefined;
}

/** Somebody wants a code for a user ID, which may be nobody's. */
export interface ResetRequest extends Asked {
  readonly what: 'password';
  /** The reset's id. */
  readonly reset: string;
  readonly userId: string;
  readonly channel: NoticeChannel;
  readonly code: string;
  /** Epoch ms by PostgreSQL's clock. */
  readonly begunAt: number;
}

/** Somebody wants to know the user IDs of an address or number, which may be nobody's. */
export interface UserIdRequest extends Asked {
  readonly what: 'user-id';
  readonly channel: NoticeChannel;
  /** Spellings that count as the one on file. */
  readonly contacts: readonly string[];
}

export type Request = ResetRequest | UserIdRequest;

export interface RequestsDependencies {
  readonly db: Database;
  readonly jobs: {
    enqueue(db: Database, queue: string, data: object): Promise<void>;
    work<T extends object>(queue: string, handler: (data: T) => Promise<void>): Promise<void>;
  };
  readonly seals: Pick<Sealer, 'seal' | 'open'>;
  readonly log: Log;
}

const QUEUE = 'recovery';
const PLACE = 'jobs:recovery';

/**
 * Requests for a message. Each is a job, whoever it is for: the account is looked up and the message written
 * after the answer, so that the answer takes the same time for somebody and nobody. [ASVS 6.3.8]
 */
export class Requests {
  readonly #deps: RequestsDependencies;

  constructor(deps: RequestsDependencies) {
    this.#deps = deps;
  }

  /** Sealed, since jobs are kept for days: a code, and whatever somebody typed. @throws AppError('store-away') */
  async add(request: Request): Promise<void> {
    const { db, jobs, seals } = this.#deps;
    const sealed = seals.seal(JSON.stringify(request), PLACE).toString('base64');
    await jobs.enqueue(db, QUEUE, { sealed });
  }

  /** Begins to answer requests. */
  async work(answer: (request: Request) => Promise<void>): Promise<void> {
    await this.#deps.jobs.work<{ sealed: string }>(QUEUE, async ({ sealed }) => {
      const request = this.#open(sealed);
      if (request) await answer(request);
    });
  }

  #open(sealed: string): Request | undefined {
    try {
      return JSON.parse(this.#deps.seals.open(Buffer.from(sealed, 'base64'), PLACE).toString()) as Request;
    } catch (err) {
      // Trying again would not help; the person can ask again.
      this.#deps.log.warn({ err }, 'a request for a recovery message could not be read');
      return undefined;
    }
  }
}
