import { randomBytes } from 'node:crypto';
import { openStores, type Stores } from '../../src/app/capabilities.ts';
import { createNotices, type Mailing } from '../../src/app/notices.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { brandOf } from '../../src/html/brand.ts';
import { JobQueue } from '../../src/jobs/queue.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import type { Notice } from '../../src/notices/kinds.ts';
import type { Notices } from '../../src/notices/notices.ts';
import type { Database } from '../../src/postgres/database.ts';
import { silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';

const MASTER_KEY = masterKeyOf('test');

/** The part of the service that sends, wired as the service wires it, on a database of its own. */
export class PostOffice {
  readonly config: Config;
  readonly stores: Stores;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly #drop: () => Promise<void>;
  readonly #jobs: JobQueue;
  readonly #mailing: Mailing;
  #working = false;

  private constructor(environment: Record<string, string | undefined>, drop: () => Promise<void>) {
    this.environment = environment;
    this.config = loadConfig({ mode: 'production', environment });
    this.stores = openStores(this.config, silent);
    this.#jobs = new JobQueue(this.stores.jobsDb, silent);
    const sealer = new Sealer(this.config.secrets.master_key);
    const brand = brandOf(this.config.operator);
    const parts = { sealer, jobs: this.#jobs, trail: new AuditTrail(), brand };
    this.#mailing = createNotices(this.config, silent, this.stores, parts);
    this.#drop = drop;
  }

  /** @param settings environment variables: SMTP_URL and the like */
  static async open(settings: Record<string, string> = {}): Promise<PostOffice> {
    const { url, drop } = await createTestDatabase();
    const environment = {
      PATH: process.env.PATH,
      ISSUER: 'https://signin.example.test',
      DATABASE_URL: url,
      REDIS_URL: process.env.TEST_REDIS_URL,
      VESTIBULE_MASTER_KEY: MASTER_KEY,
      COOKIE_KEYS: cookieKey('c'),
      VESTIBULE__redis__prefix: `test-${randomBytes(6).toString('hex')}`,
      VESTIBULE__operator__name: 'Northwind Health Plan',
      VESTIBULE__notices__first_delay: 'PT1S',
      VESTIBULE__notices__longest_delay: 'PT1S',
      ...settings,
    };
    return new PostOffice(environment, drop);
  }

  /** Another process on the same stores; close it before this one. */
  async twin(): Promise<PostOffice> {
    return new PostOffice(this.environment, async () => undefined);
  }

  get notices(): Notices {
    return this.#mailing.notices;
  }

  get db(): Database {
    return this.stores.db;
  }

  /** Begins to send. */
  async work(): Promise<void> {
    this.#working = true;
    await this.#jobs.start();
    await this.notices.work();
  }

  /** Adds a notice in a transaction of its own; its id. */
  async post(notice: Notice): Promise<string> {
    return this.db.transaction().execute((tx) => this.notices.enqueue(tx, notice));
  }

  /** Replays a dead notice, or all; the ids of those that were dead. */
  async replay(id?: string): Promise<string[]> {
    return this.db.transaction().execute((tx) => this.#mailing.queue.replay(tx, id));
  }

  async row(id: string) {
    return this.db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  /** How many notices there are in a state. */
  async count(status: 'pending' | 'sent' | 'delivered' | 'failed' | 'dead'): Promise<number> {
    const rows = await this.db.selectFrom('notices').select('id').where('status', '=', status).execute();
    return rows.length;
  }

  async close(): Promise<void> {
    if (this.#working) await this.#jobs.stop(5);
    this.notices.close();
    this.stores.redis.close();
    const { db, jobsDb, searchDb } = this.stores;
    await Promise.all([db.destroy(), jobsDb.destroy(), searchDb.destroy()]);
    await this.#drop();
  }
}

/** A mail with a code. */
export function codeMail(to: string, code = '428913'): Notice {
  return { kind: 'reset-code', channel: 'email', to, values: { code, minutes: 10 } };
}

/** An SMS with a code. */
export function codeSms(to: string, code = '428913', more: Partial<Notice> = {}): Notice {
  return { kind: 'reset-code', channel: 'sms', to, ...more, values: { code, minutes: 10 } } as Notice;
}
