import { sql } from 'kysely';
import { remember } from '../http/patience.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Login } from './session-store.ts';

/** Why a session ended. */
export type EndReason =
  | 'signed-out'
  | 'idle'
  | 'absolute'
  | 'switched-user'
  | 'revoked'
  | 'password-changed'
  | 'factor-removed'
  | 'account-disabled';

/** Where a request came from, for the ledger and the audit log. */
export interface Origin {
  readonly address?: string;
  readonly userAgent?: string;
  readonly request?: string;
}

export interface LedgerLives {
  /** Seconds. */
  readonly idle: number;
  readonly absolute: number;
  readonly public_idle?: number;
}

/** An open session that nobody may use any more, and why. */
export interface Expired {
  readonly uid: string;
  readonly reason: 'idle' | 'absolute' | 'revoked' | 'account-disabled';
}

/** s after which whoever revoked an account's sessions is taken to have died before ending them. */
const ABANDONED = 30;
/** How long a standing may be believed without asking again, ms: revocation is to be seen within a second. */
const STANDING_LIFE = 500;
const STANDINGS = 20_000;

/**
 * The durable record of sessions, ended ones included. It has the last word: a session or token whose ledger
 * row is missing or ended is refused, so a Redis that failed over and forgot a deletion revives nothing.
 */
export class Ledger {
  readonly #db: Database;
  readonly #lives: LedgerLives;
  readonly #standings = new Map<string, { alive: Promise<boolean>; until: number }>();

  constructor(db: Database, lives: LedgerLives) {
    this.#db = db;
    this.#lives = lives;
  }

  /**
   * Opens a session's row, or notes that its person signed in once more. The account's row is locked, so that
   * disabling it either comes first and is seen here, or finds this session and ends it.
   * @param session.provedAt when the person proved who they are, epoch ms: not before all sessions were revoked
   * @returns `begun`, `renewed`, or `refused` when the account may not sign in or the session has ended
   */
  async begin(
    tx: Transaction,
    session: { uid: string; login: Login; provedAt: number },
    origin: Origin,
  ): Promise<'begun' | 'renewed' | 'refused'> {
    const { uid, login } = session;
    const account = await sql`
      select 1 from accounts where sub = ${login.accountId} and status = 'active'
        and (sessions_not_before is null or sessions_not_before <= to_timestamp(${session.provedAt / 1000}))
      for share`.execute(tx);
    if (account.rows.length === 0) return 'refused';
    const amr = [...(login.amr ?? [])];
    const idle = (login.isPublic && this.#lives.public_idle) || this.#lives.idle;
    const row = await sql<{ inserted: boolean }>`
      insert into sessions (uid, account, idle_expires_at, absolute_expires_at, address, user_agent, acr, amr)
      values (${uid}, ${login.accountId}, ${fromNow(idle)}, ${fromNow(this.#lives.absolute)},
        ${origin.address ?? null}, ${origin.userAgent ?? null}, ${login.acr ?? null}, ${amr})
      on conflict (uid) do update set acr = excluded.acr, amr = excluded.amr,
        last_seen_at = now(), idle_expires_at = excluded.idle_expires_at
        where sessions.ended_at is null and sessions.account = excluded.account and not exists
          (select 1 from accounts a where a.sub = sessions.account and a.sessions_not_before > sessions.started_at)
      returning (xmax = 0) as inserted`.execute(tx);
    this.#standings.delete(uid);
    if (!row.rows[0]) return 'refused';
    return row.rows[0].inserted ? 'begun' : 'renewed';
  }

  /** Notes that an open session was signed in to more strongly; false when it has ended. */
  async raise(uid: string, { acr, amr = [] }: Login): Promise<boolean> {
    const row = await this.#db
      .updateTable('sessions')
      .set({ acr: acr ?? null, amr: [...amr] })
      .where('uid', '=', uid)
      .where('ended_at', 'is', null)
      .returning('uid')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Notes that an app was entered: `first` in this session or `again`; `ended` when the session is over. */
  async enter(
    tx: Transaction,
    entry: { uid: string; clientId: string; sid: string; grant: string },
  ): Promise<'first' | 'again' | 'ended'> {
    const { uid, clientId, sid, grant } = entry;
    const row = await sql<{ inserted: boolean }>`
      insert into session_apps (uid, client_id, sid, grant_id)
      select uid, ${clientId}, ${sid}, ${grant} from sessions where uid = ${uid} and ended_at is null
      on conflict (uid, client_id) do update set last_entered_at = now(), grant_id = excluded.grant_id
      returning (xmax = 0) as inserted`.execute(tx);
    // Locked: the session's end either came first and is seen here, or waits, and then finds the app to tell.
    const open = await sql`
      select 1 from sessions where uid = ${uid} and ended_at is null for share`.execute(tx);
    if (!row.rows[0] || open.rows.length === 0) return 'ended';
    return row.rows[0].inserted ? 'first' : 'again';
  }

  /** Whether the session may still be used. One indexed query, believed for half a second. */
  async alive(uid: string): Promise<boolean> {
    const now = performance.now();
    const known = this.#standings.get(uid);
    if (known && known.until > now) return remember('postgresql', known.alive);
    const alive = this.#read(uid);
    this.#standings.delete(uid);
    this.#standings.set(uid, { alive, until: now + STANDING_LIFE });
    if (this.#standings.size > STANDINGS) this.#forgetOldest();
    alive.catch(() => this.#standings.delete(uid));
    return remember('postgresql', alive);
  }

  /** Whether the session has a row and may no longer be used; asked anew. */
  async isOver(uid: string): Promise<boolean> {
    const row = await sql`select 1 from sessions where uid = ${uid}`.execute(this.#db);
    return row.rows.length === 1 && !(await this.#read(uid));
  }

  /** @param idle seconds that the session now has */
  async seen(uid: string, idle: number): Promise<void> {
    await this.#db
      .updateTable('sessions')
      .set({ last_seen_at: sql`now()`, idle_expires_at: fromNow(idle) })
      .where('uid', '=', uid)
      .where('ended_at', 'is', null)
      .execute();
  }

  /** Moves the idle end alone: activity was noted in Redis and did not reach the ledger. */
  async postpone(uid: string, seconds: number): Promise<void> {
    const idle_expires_at = fromNow(Math.max(1, seconds));
    await this.#db.updateTable('sessions').set({ idle_expires_at }).where('uid', '=', uid).execute();
  }

  /** Closes a row, once: the account, or undefined when it was closed before or never opened. */
  async end(tx: Transaction, uid: string, reason: EndReason, by: string | null): Promise<string | undefined> {
    const row = await tx
      .updateTable('sessions')
      .set({ ended_at: sql`now()`, end_reason: reason, ended_by: by })
      .where('uid', '=', uid)
      .where('ended_at', 'is', null)
      .returning('account')
      .executeTakeFirst();
    this.#standings.delete(uid);
    return row?.account;
  }

  /**
   * Open sessions that are to be ended: those that look expired (the absolute life is over, or nothing was seen for
   * the idle time), and those that their account's row has made dead without anybody ending them.
   */
  async expired(limit: number): Promise<Expired[]> {
    const rows = await sql<Expired>`
      select s.uid, case when a.status <> 'active' then 'account-disabled'
        when s.absolute_expires_at <= now() then 'absolute' else 'idle' end as reason
      from sessions s join accounts a on a.sub = s.account
      where s.ended_at is null and least(s.idle_expires_at, s.absolute_expires_at) <= now()
      order by least(s.idle_expires_at, s.absolute_expires_at) limit ${limit}`.execute(this.#db);
    const revoked = await this.#revoked(limit);
    const known = new Set(revoked.map(({ uid }) => uid));
    return [...revoked, ...rows.rows.filter(({ uid }) => !known.has(uid))];
  }

  /**
   * Whoever revoked them died before ending them. The row is looked at once it is old enough that nobody is at it
   * still, and for as long as a session can have been open: after that, it has expired.
   */
  async #revoked(limit: number): Promise<Expired[]> {
    const rows = await sql<Expired>`
      select s.uid, case when a.status <> 'active' then 'account-disabled' else 'revoked' end as reason
      from accounts a join sessions s on s.account = a.sub
      where a.sessions_not_before < now() - make_interval(secs => ${ABANDONED})
        and a.sessions_not_before > now() - make_interval(secs => ${this.#lives.absolute + ABANDONED})
        and s.ended_at is null and s.started_at < a.sessions_not_before
      limit ${limit}`.execute(this.#db);
    return rows.rows;
  }

  async openOf(account: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('sessions')
      .select('uid')
      .where('account', '=', account)
      .where('ended_at', 'is', null)
      .execute();
    return rows.map((row) => row.uid);
  }

  async #read(uid: string): Promise<boolean> {
    const row = await sql`
      select 1 from sessions s join accounts a on a.sub = s.account
      where s.uid = ${uid} and s.ended_at is null and s.absolute_expires_at > now() and a.status = 'active'
        and (a.sessions_not_before is null or s.started_at >= a.sessions_not_before)`.execute(this.#db);
    return row.rows.length === 1;
  }

  #forgetOldest(): void {
    for (const uid of this.#standings.keys()) {
      this.#standings.delete(uid);
      if (this.#standings.size <= STANDINGS / 2) return;
    }
  }
}

function fromNow(seconds: number) {
  return sql<Date>`now() + make_interval(secs => ${seconds})`;
}
