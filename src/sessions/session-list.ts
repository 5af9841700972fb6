import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { afterPlace, exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';

/** A session as a list shows it. */
export interface ListedSession {
  readonly uid: string;
  readonly account: string;
  readonly user_id: string | null;
  readonly started_at: Date;
  readonly last_seen_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  /** client_ids of the apps that were entered, by name. */
  readonly apps: readonly string[];
}

export interface SessionFilter extends PageRequest {
  /** A sub. */
  readonly account?: string | undefined;
  /** Ended ones too. */
  readonly ended?: boolean | undefined;
}

/** What ending things would touch. */
export interface Touched {
  readonly sessions: number;
  /** Grants that outlive sessions: a phone's sign-in. */
  readonly offline: number;
}

/** The ledger as operators look through it, never all at once. Throws AppError('store-away'). */
export class SessionList {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  async page({ account, ended, limit, after }: SessionFilter): Promise<Page<ListedSession>> {
    const rows = await this.#db
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.sub', 'sessions.account')
      .select(['uid', 'account', 'accounts.user_id', 'started_at', 'last_seen_at', 'ended_at', 'end_reason'])
      .select(['address', 'user_agent', exactly('started_at').as('at')])
      .select(
        sql<string[]>`array(select client_id from session_apps a where a.uid = sessions.uid order by 1)`.as(
          'apps',
        ),
      )
      .$if(account !== undefined, (query) => query.where('account', '=', account as string))
      .$if(!ended, (query) => query.where('ended_at', 'is', null))
      .where(afterPlace('started_at', 'uid', after))
      .orderBy('started_at', 'desc')
      .orderBy('uid', 'desc')
      .limit(limit + 1)
      .execute();
    const page = toPage(rows, limit, ({ at, uid }) => ({ at, id: uid }));
    return { ...page, rows: page.rows.map(({ at: _, ...session }) => session) };
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

  /** The account of an open session; undefined when it has ended or never was. */
  async openAccount(uid: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('sessions')
      .select('account')
      .where('uid', '=', uid)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return row?.account;
  }

  async openOfAccount(account: string): Promise<Touched> {
    const { rows } = await sql<Touched>`
      select (select count(*)::int from sessions where account = ${account} and ended_at is null) as sessions,
        (select count(*)::int from grants where account = ${account} and expires_at > now()) as offline
    `.execute(this.#db);
    return rows[0] ?? { sessions: 0, offline: 0 };
  }

  async openOfApp(clientId: string): Promise<Touched> {
    const { rows } = await sql<Touched>`
      select (select count(*)::int from session_apps a join sessions s using (uid)
          where a.client_id = ${clientId} and s.ended_at is null) as sessions,
        (select count(*)::int from grants where client_id = ${clientId} and expires_at > now()) as offline
    `.execute(this.#db);
    return rows[0] ?? { sessions: 0, offline: 0 };
  }
}
