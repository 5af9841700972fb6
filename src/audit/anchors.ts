import { appendFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { canonical } from './canonical.ts';
import type { Seal } from './seal.ts';
import { newestSeal } from './seals.ts';

/** A place outside the database that keeps the newest seals, so that even these cannot be rewritten. */
export interface Anchor {
  /** Names it among all; never changes. */
  readonly name: string;
  /** As the service's log calls it: an address may hold a secret. */
  readonly label: string;
  /** Keeps a seal. It may be given one twice. Throws when it cannot. */
  keep(seal: Seal): Promise<void>;
}

/** Sends to a web address; whether it was taken is the answer's status. */
export type Post = (
  url: string,
  request: { headers: Record<string, string>; body: string },
) => Promise<{ readonly status: number }>;

/** Appends to a file that, best, others can only read and add to. */
export class FileAnchor implements Anchor {
  readonly name: string;
  readonly label: string;
  readonly #path: string;

  constructor(path: string) {
    this.name = `file:${path}`;
    this.label = this.name;
    this.#path = path;
  }

  async keep(seal: Seal): Promise<void> {
    // Flushed: a seal that a power cut takes from the file would look as if it had never been.
    await appendFile(this.#path, `${canonical(seal)}\n`, { mode: 0o640, flush: true });
  }
}

/** Posts the seal, which its own signature proves. */
export class WebhookAnchor implements Anchor {
  readonly name: string;
  readonly label: string;
  readonly #url: string;
  readonly #post: Post;

  constructor(url: string, post: Post) {
    this.name = `webhook:${url}`;
    this.label = `webhook:${new URL(url).host}`;
    this.#url = url;
    this.#post = post;
  }

  async keep(seal: Seal): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const { status } = await this.#post(this.#url, { headers, body: canonical(seal) });
    if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`);
  }
}

/** Writes to the service's log, which is collected elsewhere. */
export class LogAnchor implements Anchor {
  readonly name = 'log';
  readonly label = 'log';
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  async keep(seal: Seal): Promise<void> {
    this.#log.info({ seal }, 'the audit log was sealed');
  }
}

/** s between tries of an anchor that fails, doubled each time, and at most. */
const FIRST_WAIT = 5;
const LONGEST_WAIT = 300;

/** Hands the newest seal to each anchor: from one replica, once unless it dies in between. */
export class Anchors {
  readonly #db: Database;
  readonly #anchors: readonly Anchor[];
  readonly #log: Log;
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor(db: Database, anchors: readonly Anchor[], log: Log) {
    this.#db = db;
    this.#anchors = anchors;
    this.#log = log;
  }

  /** Hands out what is new. An anchor that fails is logged and tried again later. */
  async run(): Promise<void> {
    for (const anchor of this.#anchors) {
      if ((this.#failures.get(anchor.name)?.until ?? 0) > clock.monotonic()) continue;
      try {
        await this.#db.transaction().execute((tx) => this.#hand(tx, anchor));
        this.#failures.delete(anchor.name);
      } catch (error) {
        this.#postpone(anchor, error);
      }
    }
  }

  async #hand(tx: Transaction, anchor: Anchor): Promise<void> {
    const { rows } = await sql<{ locked: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`audit anchor ${anchor.name}`}, 0)) as locked`.execute(
      tx,
    );
    if (!rows[0]?.locked) return;
    const kept = await tx
      .selectFrom('audit_anchors')
      .select('number')
      .where('name', '=', anchor.name)
      .executeTakeFirst();
    const seal = await newestSeal(tx);
    const [known, newest] = [kept?.number ?? 0, seal?.number ?? 0];
    if (newest < known) {
      this.#log.error({ anchor: anchor.label, known, newest }, 'the audit log lost seals: run audit verify');
    }
    if (!seal || newest === known) return;
    await anchor.keep(seal);
    const values = { number: newest, anchored_at: sql<Date>`clock_timestamp()` };
    await tx
      .insertInto('audit_anchors')
      .values({ name: anchor.name, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .execute();
  }

  #postpone({ name, label }: Anchor, error: unknown): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (count - 1));
    this.#failures.set(name, { count, until: clock.monotonic() + wait * 1000 });
    this.#log.warn({ err: error, anchor: label, wait }, 'a seal of the audit log could not be anchored');
  }
}
