import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { exactly, type Page, type PageRequest, toPage } from '../postgres/keyset.ts';
import type { LogoutNoticeStatus } from '../postgres/schema.ts';
import { type NoticeOutcome, outcomeOf } from './session-list.ts';

/** The notice to an app that a session ended. */
export interface ListedLogoutNotice extends NoticeOutcome {
  readonly session: string;
  readonly account: string;
  readonly user_id: string | null;
  readonly client_id: string;
  /** When the session ended. */
  readonly created_at: Date;
}

export interface LogoutNoticeFilter extends PageRequest {
  /** All unless given. */
  readonly status?: LogoutNoticeStatus | undefined;
}

/** Notices that have not arrived. */
export interface Undelivered {
  readonly pending: number;
  readonly dead: number;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The most that are counted. */
const MOST_COUNTED = 10_000;

/** What became of telling apps that sessions ended. Throws AppError('store-away'). */
export class LogoutNoticeList {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  async page({ status, limit, after }: LogoutNoticeFilter): Promise<Page<ListedLogoutNotice>> {
    if (after && !UUID.test(after.id)) return { rows: [], next: undefined };
    const later = after
      ? sql`(n.created_at, n.id) < (cast(${after.at} as timestamptz), cast(${after.id} as uuid))`
      : sql`true`;
    // Not as a parameter: the indexes of the few that are dead or pending know the word.
    const wanted = status ? sql`n.status = ${sql.lit(status)}` : sql`true`;
    const { rows } = await sql<Row>`
      select n.id, n.status, n.attempts, n.last_error, n.updated_at, n.uid as session, s.account, a.user_id,
        n.client_id, n.created_at, ${exactly('n.created_at')} as place
      from (
        select * from logout_notices n where ${wanted} and ${later}
        order by n.created_at desc, n.id desc limit ${limit + 1}
      ) n join sessions s using (uid) join accounts a on a.sub = s.account
      order by n.created_at desc, n.id desc`.execute(this.#db);
    const page = toPage(rows, limit, ({ place, id }) => ({ at: place, id }));
    const shown = page.rows.map(({ status, updated_at: at, place: _, ...notice }) => ({
      ...notice,
      at,
      outcome: outcomeOf(status, notice.attempts),
    }));
    return { ...page, rows: shown };
  }

  /** How many have not arrived, each counted up to 10,000. */
  async undelivered(): Promise<Undelivered> {
    const count = (status: 'pending' | 'dead') => sql`(select count(*)::int from (
      select 1 from logout_notices where status = ${sql.lit(status)} limit ${MOST_COUNTED}) few)`;
    const { rows } = await sql<Undelivered>`
      select ${count('pending')} as pending, ${count('dead')} as dead`.execute(this.#db);
    return rows[0] ?? { pending: 0, dead: 0 };
  }
}

interface Row extends Omit<ListedLogoutNotice, 'outcome' | 'at'> {
  readonly status: LogoutNoticeStatus;
  readonly updated_at: Date;
  readonly place: string;
}
