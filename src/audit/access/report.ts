/**
 * "Who could open Claims on 3 March at 14:00, and who did": told from the changes that the audit log records, from
 * the app's demands at the time, and from the ledger of sessions.
 */
import { sql } from 'kysely';
import { exactMoment, exactStoreMoment, isoMoment } from '../../moments.ts';
import type { Database } from '../../postgres/database.ts';
import type { JsonObject } from '../../postgres/schema.ts';
import type { AuditVisitor } from '../search.ts';
import type { AuditTrail } from '../trail.ts';
import { positions, stateAt } from './access-at.ts';
import { type Person, personAt } from './person.ts';
import { type AccountRow, appChanges, batchOf, entries } from './reading.ts';

/** The question, and what the app demanded. */
export interface ReportHead {
  readonly type: 'access-report';
  readonly version: 1;
  readonly app: string;
  readonly at: string;
  readonly made_at: string;
  /** As they were; any one of the roles would do. */
  readonly demands: JsonObject;
  /** Positions of the rows of the audit log that say so. */
  readonly rests_on: readonly number[];
}

export type ReportEntry = ReportHead | Person;

/** Accounts that are looked at together. */
const PAGE = 500;

export class AccessReport {
  readonly #db: Database;
  readonly #trail: Pick<AuditTrail, 'append'>;

  /** @param db preferably a separate pool with a longer query_timeout */
  constructor(db: Database, trail: Pick<AuditTrail, 'append'>) {
    this.#db = db;
    this.#trail = trail;
  }

  /**
   * The head, then everybody who could or did, by sub; in memory that does not grow with their number.
   * `undefined` where there was no such app. Who asks is in the log before anything is given out.
   * @throws AppError('store-away')
   */
  async about(
    { actor, origin }: AuditVisitor,
    app: string,
    at: Date,
  ): Promise<AsyncGenerator<ReportEntry> | undefined> {
    const head = await this.#head(app, exactMoment(at));
    if (!head) return undefined;
    const after = { report: 'access', app, at: at.toJSON() };
    await this.#trail.append(this.#db, { event: 'audit.read', outcome: 'success', actor, after }, origin);
    return this.#entries(head);
  }

  async #head(app: string, at: string): Promise<ReportHead | undefined> {
    if (app.includes('\0')) return undefined;
    const { changes, now } = await appChanges(this.#db, app, at);
    const { state, row } = stateAt<JsonObject>(changes, at, { now });
    if (!state) return undefined;
    const demands = (state.demands ?? {}) as JsonObject;
    const made_at = await exactStoreMoment(this.#db);
    return { type: 'access-report', version: 1, app, at, made_at, demands, rests_on: positions([row]) };
  }

  async *#entries(head: ReportHead): AsyncGenerator<ReportEntry> {
    yield head;
    for (let after = ''; ; ) {
      const accounts = await this.#page(after);
      if (accounts.length === 0) return;
      const [batch, entered] = await Promise.all([
        batchOf(this.#db, accounts),
        entries(this.#db, accounts, head.app, head.at),
      ]);
      for (const account of accounts) {
        const facts = { ...batch.of(account.sub), entered: entered.get(account.sub) ?? [] };
        const person = personAt(account, head, facts);
        if (person.could || person.did) yield person;
      }
      after = accounts.at(-1)?.sub ?? '';
    }
  }

  async #page(after: string): Promise<AccountRow[]> {
    const { rows } = await sql<AccountRow>`
      select to_jsonb(accounts) - 'password_hash'
          || jsonb_build_object('password', case when password_hash is null then 'none' else 'set' end) as row,
        sub, ${isoMoment(sql`created_at`)} as "createdAt"
      from accounts where sub > ${after} order by sub limit ${PAGE}`.execute(this.#db);
    return rows;
  }
}
