import { sql } from 'kysely';
import { AuditTrail } from '../../src/audit/trail.ts';
import { JobQueue } from '../../src/jobs/queue.ts';
import { LogoutNotices } from '../../src/oidc/logout-notices.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { type EndReason, Ledger } from '../../src/sessions/ledger.ts';
import { type SessionLives, SessionStore } from '../../src/sessions/session-store.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import { silent } from '../postgres/settings.ts';
import { firstWrite, newName } from '../sessions/fixture.ts';
import type { Portal } from '../support/portal.ts';

/** A session with how it must end. */
export interface EndedSession {
  readonly uid: string;
  /** What its cookie holds. */
  readonly id: string;
  readonly entered: readonly { app: string; sid: string }[];
  readonly reason: EndReason;
  readonly by: string | null;
  readonly note: string | null;
}

/** What PostgreSQL knows of one. */
interface Row {
  readonly uid: string;
  readonly end_reason: string | null;
  readonly ended_by: string | null;
  readonly end_note: string | null;
  /** Audit rows that tell its end. */
  readonly events: number;
  /** s from its expiry to its end. */
  readonly late: number;
}

const LASTING: SessionLives = { idle: 3600, absolute: 7200 };
/** s */
const SHORT = 8;
const NOTE = 'a stolen laptop';

/** Sessions by the hundred on the stores of a portal, begun by the service's own code but without its pages. */
export class Population {
  readonly sessions: Sessions;
  readonly #portal: Portal;
  readonly #redis: RedisStore;
  readonly #apps: readonly string[];

  private constructor(portal: Portal, redis: RedisStore, apps: readonly string[]) {
    this.#portal = portal;
    this.#redis = redis;
    this.#apps = apps;
    this.sessions = this.#replica(LASTING);
  }

  static async open(portal: Portal, apps: readonly string[]): Promise<Population> {
    const settings = { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 5 };
    const redis = new RedisStore(settings, silent);
    await redis.ready(5);
    return new Population(portal, redis, apps);
  }

  async close(): Promise<void> {
    this.#redis.close();
  }

  async subOf(userId: string): Promise<string> {
    const found = this.#portal.db.selectFrom('accounts').select('sub').where('user_id', '=', userId);
    return (await found.executeTakeFirstOrThrow()).sub;
  }

  /** Sessions that are over after some seconds: half of them for want of use, half for their age. */
  async comeExpiring(count: number): Promise<EndedSession[]> {
    const account = await this.subOf('dr.rivera');
    const idle = this.#replica({ idle: SHORT, absolute: 3600 });
    const absolute = this.#replica({ idle: SHORT, absolute: SHORT });
    const how = { by: null, note: null };
    return inTurn(count, (index) =>
      index % 2 === 0
        ? this.#come(idle, account, '192.0.2.1', { ...how, reason: 'idle' })
        : this.#come(absolute, account, '192.0.2.1', { ...how, reason: 'absolute' }),
    );
  }

  /** Sessions to be revoked: half one by one, half by the range of their addresses. */
  async comeLasting(count: number, by = 'the-analyst'): Promise<EndedSession[]> {
    const account = await this.subOf('op.lee');
    return inTurn(count, (index) =>
      index % 2 === 0
        ? this.#come(this.sessions, account, '192.0.2.2', { reason: 'revoked', by, note: null })
        : this.#come(this.sessions, account, `198.51.100.${index % 250}`, {
            reason: 'revoked',
            by,
            note: NOTE,
          }),
    );
  }

  /** As it was foretold; of those that end one by one, half by a process that dies right after it began to. */
  async revoke(sessions: readonly EndedSession[], by: string): Promise<void> {
    await this.sessions.endMatching({ address: '198.51.100.0/24' }, { by, note: NOTE, origin: {} });
    const single = sessions.filter(({ note }) => note === null);
    const keys = new RedisKeys(this.#portal.redisPrefix);
    await inTurn(single.length, async (index) => {
      const uid = String(single[index]?.uid);
      const end = { reason: 'revoked', by, origin: {} } as const;
      if (index % 2 === 0) return this.sessions.end(uid, end);
      const noted = JSON.stringify({ ...end, at: Date.now() });
      await this.#redis.command('HSET', keys.pendingEnds(), uid, noted);
    });
  }

  /** How many are open in the ledger. */
  async stillOpen(sessions: readonly EndedSession[]): Promise<number> {
    return this.#count(sql`sessions where ended_at is null and uid = any(${uidsOf(sessions)})`);
  }

  /** Those whose cookie still leads to a session. */
  async alive(sessions: readonly EndedSession[]): Promise<string[]> {
    const found: string[] = [];
    for (const { uid, id } of sessions) if (await this.sessions.findById(id)) found.push(uid);
    return found;
  }

  async undelivered(sessions: readonly EndedSession[]): Promise<number> {
    return this.#count(sql`logout_notices where status <> 'accepted' and uid = any(${uidsOf(sessions)})`);
  }

  async notices(sessions: readonly EndedSession[]) {
    return this.#portal.db
      .selectFrom('logout_notices')
      .select(['client_id', 'sid', 'status'])
      .where('uid', '=', sql<string>`any(${uidsOf(sessions)})`)
      .execute();
  }

  async rows(sessions: readonly EndedSession[]): Promise<Row[]> {
    const { rows } = await sql<Row>`
      select uid, end_reason, ended_by, end_note,
        cast(extract(epoch from ended_at - least(idle_expires_at, absolute_expires_at)) as float8) as late,
        (select count(*)::int from audit_events where event = 'session.ended' and session = s.uid) as events
      from sessions s where uid = any(${uidsOf(sessions)})`.execute(this.#portal.db);
    return rows;
  }

  async #count(what: ReturnType<typeof sql>): Promise<number> {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${what}`.execute(
      this.#portal.db,
    );
    return rows[0]?.count ?? 0;
  }

  async #come(
    sessions: Sessions,
    account: string,
    address: string,
    end: Pick<EndedSession, 'reason' | 'by' | 'note'>,
  ): Promise<EndedSession> {
    const login = { accountId: account, loginTs: Math.floor(Date.now() / 1000), amr: ['pwd'] };
    const write = firstWrite({ login });
    const { uid, id } = write;
    if (!(await sessions.begin({ uid, login, provedAt: Date.now() }, { address })))
      throw new Error('refused');
    await sessions.put(write);
    const entered = this.#apps
      .filter(
        (_, index) => (Number.parseInt(Buffer.from(uid).toString('hex').slice(0, 8), 16) + index) % 2 === 0,
      )
      .map((app) => ({ app, sid: newName() }));
    for (const { app, sid } of entered) {
      if (!(await sessions.enter({ uid, account, clientId: app, sid, grantId: newName() }, {}))) {
        throw new Error('ended before it could enter an app');
      }
    }
    return { uid, id, entered, ...end };
  }

  #replica(lives: SessionLives): Sessions {
    const { db, redisPrefix } = this.#portal;
    const keys = new RedisKeys(redisPrefix);
    const trail = new AuditTrail();
    const notices = new LogoutNotices({
      db,
      jobs: new JobQueue(db, silent),
      log: silent,
      // The services deliver; here notices are only put where they find them.
      provider: undefined as never,
      post: undefined as never,
      append: (tx, event, origin) => trail.append(tx, event, origin),
      settings: { retries: 50, first_delay: 1, longest_delay: 5, timeout: 1 },
    });
    const store = new SessionStore(this.#redis, keys, lives);
    const ledger = new Ledger(db, lives);
    return new Sessions({ store, ledger, keys, db, trail, notices, redis: this.#redis, log: silent });
  }
}

function uidsOf(sessions: readonly EndedSession[]): string[] {
  return sessions.map(({ uid }) => uid);
}

/** A few at a time. */
async function inTurn<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = new Array(count);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) done[index] = await work(index);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return done;
}
