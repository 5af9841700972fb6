import { sql } from 'kysely';
import type { Append } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import { type Database, jsonb, type Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { JsonObject } from '../postgres/schema.ts';
import { clip, type End, type EndReason, type Ledger } from './ledger.ts';
import { isEverything, openMatching, type SessionCriteria } from './session-filter.ts';
import type { SessionStore } from './session-store.ts';
import { type Settlement, withdrawGrants } from './settlement.ts';

export interface BulkEndsDependencies {
  readonly db: Database;
  readonly store: Pick<SessionStore, 'end'>;
  readonly ledger: Pick<Ledger, 'forget'>;
  readonly settlement: Settlement;
  readonly trail: { readonly append: Append };
}

/** Who ends sessions, and why. */
export interface BulkEndOrder {
  /** A sub, or the name of what acts. */
  readonly by: string;
  /** Why, in that person's words; what is too long is cut off. */
  readonly note?: string | undefined;
  readonly origin: Origin;
}

/** How all that one account has open ends. */
export interface AccountEnd extends End {
  readonly origin: Origin;
  /** The uid of a session that goes on, and what it let in with it. */
  readonly except?: string | undefined;
}

/** How many rows one transaction closes. */
const BATCH = 200;
/** How many marks one statement puts down: more could take longer than a statement may. */
const MARKS = 10_000;

/**
 * Ends many sessions as one. A mark for each of them is put down in one transaction, and a session with a mark
 * is dead wherever it is shown, since PostgreSQL decides. Rows, audit events, Redis and the apps' notices follow from
 * the marks, a batch at a time, by whichever replica comes; each mark goes in the transaction of its batch, so
 * a process that dies in the midst leaves nothing undone and nothing done twice.
 */
export class BulkEnds {
  readonly #deps: BulkEndsDependencies;

  constructor(deps: BulkEndsDependencies) {
    this.#deps = deps;
  }

  /**
   * Ends every open session that matches, and the phones that they let in. All of them are dead when it returns,
   * on other replicas within a second.
   * @returns how many, and the id that each session's audit event names as `bulk_end`
   * @throws TypeError when the criteria name no sessions in particular; AppError `store-away`: nothing is ended
   */
  async mark(criteria: SessionCriteria, order: BulkEndOrder): Promise<{ id: string; sessions: number }> {
    // A form with every field left empty must not sign out a whole portal.
    if (isEverything(criteria)) throw new TypeError('criteria that name no sessions in particular');
    const { db, trail, ledger } = this.#deps;
    const id = newRowId();
    const marked = await db.transaction().execute(async (tx) => {
      await this.#note(tx, id, criteria, order);
      const uids = await markAll(tx, id, criteria);
      await withdrawGrants(tx, sql`session_uid in (select uid from ending_sessions where bulk_end = ${id})`);
      const after = { ...told(criteria, order), sessions: uids.length, bulk_end: id };
      const event = { event: 'sessions.revoked', outcome: 'success', actor: order.by, after } as const;
      await trail.append(tx, event, order.origin);
      return uids;
    });
    ledger.forget(marked);
    return { id, sessions: marked.length };
  }

  /**
   * Ends what an account has open, in the transaction of the change that is the reason: dead with its commit,
   * even if Redis or this process dies.
   * @returns the id of the end, to settle it by
   */
  async markAccount(tx: Transaction, account: string, end: AccountEnd): Promise<string> {
    const { reason, by: ended_by, note, origin, except } = end;
    const id = newRowId();
    await tx
      .insertInto('bulk_ends')
      .values({
        id,
        account,
        reason,
        ended_by,
        note: clip(note),
        criteria: jsonb({ filter: { account } }),
        origin: jsonb({ ...origin }),
      })
      .execute();
    await sql`
      insert into ending_sessions (uid, bulk_end) select s.uid, ${id} from ${openMatching({ account })}
        and s.uid is distinct from ${except ?? null} on conflict do nothing`.execute(tx);
    const marked = sql`session_uid in (select uid from ending_sessions where bulk_end = ${id})`;
    await withdrawGrants(tx, except === undefined ? sql`account = ${account}` : marked);
    return id;
  }

  /** Closes rows of one end and tells their apps: all of them, unless there are very many. */
  async settleOne(id: string): Promise<void> {
    await this.#settleSome(id);
  }

  /** Closes the rows of marked sessions and tells their apps, until none is left; how many it closed. */
  async settle(): Promise<number> {
    let closed = 0;
    while (await this.#isAnyMarked()) {
      const batch = await this.#settleSome();
      // The rest is in other hands.
      if (!batch) return closed;
      closed += batch.closed;
    }
    return closed;
  }

  async #isAnyMarked(): Promise<boolean> {
    return (await sql`select 1 from ending_sessions limit 1`.execute(this.#deps.db)).rows.length > 0;
  }

  async #settleSome(id?: string): Promise<{ closed: number } | undefined> {
    const { db, store, ledger, settlement } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const claimed = await claim(tx, id);
      const first = claimed[0];
      if (!first) return undefined;
      // Before the row is closed: from then on nobody looks for this session any more.
      await Promise.all(claimed.map(({ uid }) => store.end(uid)));
      ledger.forget(claimed.map(({ uid }) => uid));
      const ends = claimed.map(({ uid }) => ({ uid, reason: first.reason }));
      // Of a change of one account its own event tells; of many that were chosen each names the choice.
      const together = first.account === null ? first.bulk_end : undefined;
      const how = { by: first.ended_by, note: first.note ?? undefined, origin: first.origin, together };
      return { closed: (await settlement.settle(tx, ends, how, 'wait')).length };
    });
  }

  async #note(tx: Transaction, id: string, criteria: SessionCriteria, order: BulkEndOrder): Promise<void> {
    const { by: ended_by, note, origin } = order;
    await tx
      .insertInto('bulk_ends')
      .values({
        id,
        reason: 'revoked',
        ended_by,
        note: clip(note),
        criteria: jsonb(told(criteria)),
        origin: jsonb({ ...origin }),
      })
      .execute();
  }
}

interface Claimed {
  readonly uid: string;
  readonly bulk_end: string;
  readonly account: string | null;
  readonly reason: EndReason;
  readonly ended_by: string | null;
  readonly note: string | null;
  readonly origin: Origin;
}

async function markAll(tx: Transaction, id: string, criteria: SessionCriteria): Promise<string[]> {
  const uids: string[] = [];
  for (;;) {
    const { rows } = await sql<{ uid: string }>`
      insert into ending_sessions (uid, bulk_end)
      select s.uid, ${id} from ${openMatching(criteria)}
      limit ${MARKS} on conflict do nothing returning uid`.execute(tx);
    for (const { uid } of rows) uids.push(uid);
    if (rows.length === 0) return uids;
  }
}

/** Takes some marks of one end away, of any unless one is named; what another replica has taken is left to it. */
async function claim(tx: Transaction, id?: string): Promise<Claimed[]> {
  const end = id === undefined ? sql`(select bulk_end from ending_sessions limit 1)` : sql`${id}`;
  // A caller that has just named one waits until it is settled, here or on another replica.
  const busy = sql.raw(id === undefined ? 'skip locked' : '');
  const { rows } = await sql<Claimed>`
    with mine as (
      select uid from ending_sessions where bulk_end = ${end}
      order by uid limit ${BATCH} for update ${busy}
    ), gone as (
      delete from ending_sessions e using mine where e.uid = mine.uid returning e.uid, e.bulk_end
    )
    select gone.uid, gone.bulk_end, b.account, b.reason, b.ended_by, b.note, b.origin from gone join bulk_ends b on b.id = gone.bulk_end
    order by gone.uid`.execute(tx);
  return rows;
}

/** What was asked, for ledger and audit log. */
function told(criteria: SessionCriteria, order?: BulkEndOrder): JsonObject {
  const given = Object.entries(criteria).filter(([, value]) => value !== undefined);
  const filter = Object.fromEntries(
    given.map(([name, value]) => [name, value instanceof Date ? value.toJSON() : clip(String(value))]),
  );
  const note = clip(order?.note);
  return { filter, ...(note ? { note } : {}) };
}
