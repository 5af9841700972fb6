import { sql } from 'kysely';
import { deviceName } from '../http/device-name.ts';
import type { Origin } from '../http/origin.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { Liveness } from './liveness.ts';
import type { Login } from './session-store.ts';

/** Why a session ended. */
export type EndReason =
  | 'signed-out'
  | 'idle'
  | 'absolute'
  | 'switched-user'
  | 'revoked'
  | 'not-me'
  | 'password-changed'
  | 'factor-removed'
  | 'account-disabled'
  /** Another sign-in took its place: a person may have only so many. */
  | 'too-many';

/** Every reason there is, for filters that offer a choice. */
export const END_REASONS: readonly EndReason[] = [
  ...(['signed-out', 'idle', 'absolute', 'switched-user', 'revoked', 'not-me'] as const),
  ...(['password-changed', 'factor-removed', 'account-disabled', 'too-many'] as const),
];

/** What says that somebody is at work in a session; the ledger keeps the last one. */
export const USES = ['authorize', 'launcher', 'refresh', 'activity', 'stay'] as const;

export interface Use {
  readonly by: (typeof USES)[number];
  /** The client_id that it came by; our own pages have one too. */
  readonly app?: string | undefined;
}

export interface LedgerLives {
  /** Seconds. */
  readonly idle: number;
  readonly absolute: number;
  readonly public_idle?: number;
}

/** How a session ends. */
export interface End {
  readonly reason: EndReason;
  /** The account that ended it, or the name of what acted; null when nobody did (expiry). */
  readonly by: string | null;
  /** Why, in that person's words; what is too long is cut off. */
  readonly note?: string | undefined;
}

/** How much of somebody's words is kept, characters. */
export const LONGEST_NOTE = 500;

/** An open session that nobody may use any more, and why. */
export interface Expired {
  readonly uid: string;
  readonly reason: 'idle' | 'absolute' | 'revoked' | 'account-disabled';
}

/** Seconds after which a process that revoked an account's sessions is taken to have died before ending them. */
const ABANDONED = 30;

/**
 * The durable record of sessions, ended ones included. It has the last word: a session or token whose ledger
 * row is missing or ended is refused, so a Redis that failed over and forgot a deletion revives nothing.
 */
export class Ledger {
  readonly #db: Database;
  readonly #lives: LedgerLives;
  readonly #liveness = new Liveness((uid) => this.#read(uid));

  constructor(db: Database, lives: LedgerLives) {
    this.#db = db;
    this.#lives = lives;
  }

  /**
   * Opens a session's row, or notes that its person signed in once more. The account's row is locked, so that
   * disabling it either comes first and is seen here, or finds this session and ends it.
   * @param session.provedAt when the person proved who they are, epoch ms: not before all sessions were revoked
   * @returns the moment before which all was revoked, if any; `refused` when the account may not sign in or the
   *   session has ended
   */
  async begin(
    tx: Transaction,
    session: { uid: string; login: Login; provedAt: number; app?: string },
    origin: Origin,
  ): Promise<{ readonly notBefore: Date | null } | 'refused'> {
    const { uid, login } = session;
    const { rows: accounts } = await sql<{ notBefore: Date | null }>`
      select sessions_not_before as "notBefore" from accounts where sub = ${login.accountId} and status = 'active'
        and (sessions_not_before is null or sessions_not_before <= to_timestamp(${session.provedAt / 1000}))
      for share`.execute(tx);
    const [account] = accounts;
    if (!account) return 'refused';
    const amr = [...(login.amr ?? [])];
    const idle = (login.isPublic && this.#lives.public_idle) || this.#lives.idle;
    const row = await sql`
      insert into sessions (uid, account, idle_expires_at, absolute_expires_at, address, place, user_agent,
        device, acr, amr, last_seen_by, last_seen_app)
      values (${uid}, ${login.accountId}, ${fromNow(idle)}, ${fromNow(this.#lives.absolute)},
        ${origin.address ?? null}, ${origin.place ?? null}, ${origin.userAgent ?? null},
        ${deviceName(origin.userAgent ?? '')}, ${login.acr ?? null}, ${amr},
        'authorize', ${session.app ?? null})
      on conflict (uid) do update set acr = excluded.acr, amr = excluded.amr,
        last_seen_at = now(), last_seen_by = excluded.last_seen_by, last_seen_app = excluded.last_seen_app,
        idle_expires_at = excluded.idle_expires_at
        where sessions.ended_at is null and ${notEnding('sessions')}
          and sessions.account = excluded.account and not exists
          (select 1 from accounts a where a.sub = sessions.account and a.sessions_not_before > sessions.started_at)
      returning uid`.execute(tx);
    this.#liveness.forget([uid]);
    return row.rows.length === 0 ? 'refused' : account;
  }

  /** Why a session ended; undefined while it is open, and for one that never was. */
  async endReason(uid: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('sessions')
      .select('end_reason')
      .where('uid', '=', uid)
      .executeTakeFirst();
    return row?.end_reason ?? undefined;
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
      select uid, ${clientId}, ${sid}, ${grant} from sessions
        where uid = ${uid} and ended_at is null and ${notEnding('sessions')}
      on conflict (uid, client_id) do update set last_entered_at = now(), grant_id = excluded.grant_id
      returning (xmax = 0) as inserted`.execute(tx);
    // Locked: the session's end either came first and is seen here, or waits, and then finds the app to tell.
    const open = await sql`
      select 1 from sessions where uid = ${uid} and ended_at is null for share`.execute(tx);
    if (!row.rows[0] || open.rows.length === 0) return 'ended';
    return row.rows[0].inserted ? 'first' : 'again';
  }

  /** Whether the session may still be used. One indexed query, believed for half a second. */
  alive(uid: string): Promise<boolean> {
    return this.#liveness.alive(uid);
  }

  /** Whether the session has a row and may no longer be used; asked anew. */
  async isOver(uid: string): Promise<boolean> {
    const row = await sql`select 1 from sessions where uid = ${uid}`.execute(this.#db);
    return row.rows.length === 1 && !(await this.#read(uid));
  }

  /** @param idle seconds that the session now has */
  async seen(uid: string, idle: number, { by, app }: Use): Promise<void> {
    const use = { last_seen_by: by, last_seen_app: app ?? null };
    await this.#db
      .updateTable('sessions')
      .set({ last_seen_at: sql`now()`, ...use, idle_expires_at: fromNow(idle) })
      .where('uid', '=', uid)
      .where('ended_at', 'is', null)
      .execute();
  }

  /** The session that an app knows by this `sid`, ended or not. */
  async uidOf(clientId: string, sid: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('session_apps')
      .select('uid')
      .where('sid', '=', sid)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return row?.uid;
  }

  /** Moves idle ends alone, by seconds from now: activity was noted in Redis and did not reach the ledger. */
  async postpone(sessions: readonly { uid: string; left: number }[]): Promise<void> {
    if (sessions.length === 0) return;
    const [uids, lefts] = [sessions.map(({ uid }) => uid), sessions.map(({ left }) => Math.max(1, left))];
    await sql`
      update sessions s set idle_expires_at = now() + make_interval(secs => l.seconds)
      from unnest(cast(${uids} as text[]), cast(${lefts} as float8[])) l (uid, seconds)
      where s.uid = l.uid`.execute(this.#db);
  }

  /**
   * Closes rows, each once: those that were open, with their accounts.
   * @param ended.busy what to do with a row that somebody else works on: a sweep leaves it to them
   */
  async end(
    tx: Transaction,
    ends: readonly { uid: string; reason: EndReason }[],
    ended: Omit<End, 'reason'> & { busy: 'wait' | 'skip' },
  ): Promise<Closed[]> {
    const [uids, reasons] = [ends.map(({ uid }) => uid), ends.map(({ reason }) => reason)];
    // In one order everywhere, so that two that end the same sessions wait for one another in no circle.
    const { rows } = await sql<Closed>`
      with due as (
        select uid from sessions where uid = any(${uids}) and ended_at is null
        order by uid for no key update ${sql.raw(ended.busy === 'skip' ? 'skip locked' : '')}
      )
      update sessions s
      set ended_at = now(), end_reason = e.reason, ended_by = ${ended.by}, end_note = ${clip(ended.note)}
      from due join unnest(cast(${uids} as text[]), cast(${reasons} as text[])) e (uid, reason) using (uid)
      where s.uid = due.uid returning s.uid, s.account, s.end_reason as reason`.execute(tx);
    this.#liveness.forget(uids);
    return rows;
  }

  /** Forgets what is believed of sessions: they were ended. */
  forget(uids: readonly string[]): void {
    this.#liveness.forget(uids);
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
   * Sessions of accounts whose revocation was interrupted: its process died before it ended them. The row is looked at once it is old enough that nobody is at it
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
      where s.uid = ${uid} and s.ended_at is null and ${notEnding('s')} and s.absolute_expires_at > now() and a.status = 'active'
        and (a.sessions_not_before is null or s.started_at >= a.sessions_not_before)`.execute(this.#db);
    return row.rows.length === 1;
  }
}

/** A session whose row was closed just now. */
export interface Closed {
  readonly uid: string;
  readonly account: string;
  readonly reason: EndReason;
}

/** Not ended with many others a moment ago: their rows are closed after them. */
function notEnding(sessions: 's' | 'sessions') {
  return sql<boolean>`not exists (select 1 from ending_sessions e where e.uid = ${sql.ref(`${sessions}.uid`)})`;
}

/** Cut between characters, without what PostgreSQL cannot hold. */
export function clip(note: string | undefined): string | null {
  return note?.slice(0, LONGEST_NOTE).toWellFormed().replaceAll('\0', '\uFFFD') || null;
}

function fromNow(seconds: number) {
  return sql<Date>`now() + make_interval(secs => ${seconds})`;
}
