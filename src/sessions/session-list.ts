import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { LogoutNoticeStatus } from '../postgres/schema.ts';
import { MEMBERSHIPS, matching, OPEN, openMatching, type SessionCriteria } from './session-filter.ts';

/** A practice of the person during the session. */
export interface SessionPractice {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** A session as a list shows it. */
export interface ListedSession {
  readonly uid: string;
  readonly account: string;
  readonly user_id: string | null;
  readonly practices: readonly SessionPractice[];
  readonly started_at: Date;
  readonly last_seen_at: Date;
  /** What last counted as somebody at work (use.ts), and the client_id that it came by; null where unknown. */
  readonly last_seen_by: string | null;
  readonly last_seen_app: string | null;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  /** A sub, or the name of what acted; null where nobody did. */
  readonly ended_by: string | null;
  /** The user ID of `ended_by`, where it is an account's. */
  readonly ended_by_user_id: string | null;
  /** Why, in the words of the person who ended it. */
  readonly end_note: string | null;
  readonly address: string | null;
  /** Where the address is, as the proxy tells it. */
  readonly place: string | null;
  /** “Chrome on Windows”; '' where nothing is known. */
  readonly device: string;
  readonly user_agent: string | null;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** client_ids of the apps that were entered, by name. */
  readonly apps: readonly string[];
}

export interface SessionFilter extends PageRequest, SessionCriteria {}

/** What became of telling an app that the session ended. */
export interface NoticeOutcome {
  readonly id: string;
  /** `retrying` once a try has failed. */
  readonly outcome: 'waiting' | 'retrying' | 'accepted' | 'dead';
  readonly attempts: number;
  readonly last_error: string | null;
  /** When it last changed. */
  readonly at: Date;
}

/** An app in a session. */
export interface EnteredApp {
  readonly client_id: string;
  /** Null where the app has gone. */
  readonly name: string | null;
  readonly first_entered_at: Date;
  readonly last_entered_at: Date;
  /** Null while the session is open, and where the app takes no notices. */
  readonly notice: NoticeOutcome | null;
}

/** All that the ledger knows of a session. */
export interface SessionDetails extends Omit<ListedSession, 'apps'> {
  readonly idle_expires_at: Date | null;
  readonly absolute_expires_at: Date;
  readonly apps: readonly EnteredApp[];
}

/** What ending things would touch. */
export interface Touched {
  readonly sessions: number;
  /** Grants that outlive sessions: a phone's sign-in. */
  readonly offline: number;
}

/** What ending all that match would touch; `more` when there are more than were counted. */
export interface Matched extends Touched {
  readonly more: boolean;
}

/** The most that are counted before something is ended. */
const MOST_COUNTED = 100_000;

/** A session that is being ended with others is over already, though its row does not say so yet. */
const COLUMNS = sql`s.uid, s.account, a.user_id, s.started_at, s.last_seen_at, s.last_seen_by, s.last_seen_app,
  coalesce(s.ended_at, b.made_at) as ended_at, coalesce(s.end_reason, b.reason) as end_reason,
  coalesce(s.ended_by, b.ended_by) as ended_by, w.user_id as ended_by_user_id,
  coalesce(s.end_note, b.note) as end_note,
  s.address, s.place, s.device, s.user_agent, s.acr, s.amr,
  coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name, 'role', r.role) order by p.name, r.role)
    from (select distinct m.practice, m.role from ${MEMBERSHIPS}) r join practices p on p.id = r.practice),
    '[]') as practices`;

const JOINS = sql`join accounts a on a.sub = s.account
  left join ending_sessions e on e.uid = s.uid left join bulk_ends b on b.id = e.bulk_end
  left join accounts w on w.sub = coalesce(s.ended_by, b.ended_by)`;

/** The ledger as operators look through it, never all at once. Throws AppError('store-away'). */
export class SessionList {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  async page({ limit, after, ...criteria }: SessionFilter): Promise<Page<ListedSession>> {
    const later = after
      ? sql`(s.started_at, s.uid) < (cast(${after.at} as timestamptz), ${after.id})`
      : sql`true`;
    // The page first, from its index, and then what belongs to its rows.
    const { rows } = await sql<ListedSession & { at: string }>`
      select ${COLUMNS}, ${exactly('s.started_at')} as at,
        array(select client_id from session_apps p where p.uid = s.uid order by 1) as apps
      from (
        select * from sessions s where ${matching(criteria)} and ${later}
        order by s.started_at desc, s.uid desc limit ${limit + 1}
      ) s ${JOINS}
      order by s.started_at desc, s.uid desc`.execute(this.#db);
    const page = toPage(rows, limit, ({ at, uid }) => ({ at, id: uid }));
    return { ...page, rows: page.rows.map(({ at: _, ...session }) => session) };
  }

  /** One session with its apps and what became of their notices; undefined when there never was one. */
  async find(uid: string): Promise<SessionDetails | undefined> {
    if (uid.includes('\0')) return undefined;
    const { rows } = await sql<Omit<SessionDetails, 'apps'>>`
      select ${COLUMNS}, s.idle_expires_at, s.absolute_expires_at
      from sessions s ${JOINS} where s.uid = ${uid}`.execute(this.#db);
    return rows[0] && { ...rows[0], apps: await this.#appsOf(uid) };
  }

  /** How many open sessions match, counted up to 100,000, and the phones that they let in. */
  async countMatching(criteria: SessionCriteria): Promise<Matched> {
    const { rows } = await sql<Touched>`
      with found as materialized (
        select s.uid from ${openMatching(criteria)} limit ${MOST_COUNTED + 1}
      )
      select (select count(*)::int from found) as sessions,
        (select count(*)::int from grants where session_uid in (select uid from found) and expires_at > now())
          as offline`.execute(this.#db);
    const { sessions = 0, offline = 0 } = rows[0] ?? {};
    return { sessions: Math.min(sessions, MOST_COUNTED), offline, more: sessions > MOST_COUNTED };
  }

  async #appsOf(uid: string): Promise<EnteredApp[]> {
    const { rows } = await sql<Omit<EnteredApp, 'notice'> & NoticeRow>`
      select p.client_id, a.name, p.first_entered_at, p.last_entered_at,
        n.id, n.status, n.attempts, n.last_error, n.updated_at
      from session_apps p left join apps a using (client_id)
        left join logout_notices n on n.uid = p.uid and n.client_id = p.client_id
      where p.uid = ${uid} order by p.first_entered_at, p.client_id`.execute(this.#db);
    return rows.map(({ id, status, attempts, last_error, updated_at, ...app }) => ({
      ...app,
      notice:
        id && status
          ? { id, outcome: outcomeOf(status, attempts), attempts, last_error, at: updated_at }
          : null,
    }));
  }

  /** Whether an account ever had a session. */
  async isKnown(account: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('sessions')
      .select('uid')
      .where('account', '=', account)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Addresses of an account's sessions on one kind of device that began in the last `within` s, at most 500. */
  async addressesOf(
    account: string,
    { device, within }: { readonly device: string; readonly within: number },
  ): Promise<string[]> {
    const { rows } = await sql<{ address: string }>`
      select distinct address from sessions where account = ${account} and device = ${device}
        and started_at > clock_timestamp() - make_interval(secs => ${within}) and address is not null
      limit 500`.execute(this.#db);
    return rows.map(({ address }) => address);
  }

  /** The account of an open session; undefined when it has ended or never was. */
  async openAccount(uid: string): Promise<string | undefined> {
    const { rows } = await sql<{ account: string }>`
      select s.account from sessions s where s.uid = ${uid} and ${OPEN}`.execute(this.#db);
    return rows[0]?.account;
  }

  async openOfAccount(account: string): Promise<Touched> {
    const { rows } = await sql<Touched>`
      select (select count(*)::int from ${openMatching({ account })}) as sessions,
        (select count(*)::int from grants where account = ${account} and expires_at > now()) as offline
    `.execute(this.#db);
    return rows[0] ?? { sessions: 0, offline: 0 };
  }

  async openOfApp(clientId: string): Promise<Touched> {
    const { rows } = await sql<Touched>`
      select (select count(*)::int from ${openMatching({ app: clientId })}) as sessions,
        (select count(*)::int from grants where client_id = ${clientId} and expires_at > now()) as offline
    `.execute(this.#db);
    return rows[0] ?? { sessions: 0, offline: 0 };
  }
}

interface NoticeRow {
  readonly id: string | null;
  readonly status: LogoutNoticeStatus | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly updated_at: Date;
}

/** A notice's status as people read it. */
export function outcomeOf(status: LogoutNoticeStatus, attempts: number): NoticeOutcome['outcome'] {
  if (status !== 'pending') return status;
  return attempts > 0 ? 'retrying' : 'waiting';
}
