import { type RawBuilder, sql } from 'kysely';
import type { Append, AuditEvent } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { type Closed, clip, type End, type EndReason, type Ledger } from './ledger.ts';

/** Where the notices for sessions' apps are put, in the transaction that ends them. */
export interface LogoutNotices {
  enqueue(tx: Transaction, ended: readonly { uid: string; account: string }[]): Promise<void>;
}

export interface SettlementDependencies {
  readonly ledger: Ledger;
  readonly trail: { readonly append: Append };
  readonly notices: LogoutNotices;
}

/** By whom and why sessions were ended, and from where. */
export interface HowEnded extends Omit<End, 'reason'> {
  readonly origin: Origin;
  /** The end of many that this one is a part of. */
  readonly together?: string | undefined;
}

/** Ends after which a phone that the session let in is out too; signing out leaves it signed in. */
const TAKEN_AWAY: ReadonlySet<EndReason> = new Set([
  'revoked',
  'not-me',
  'password-changed',
  'factor-removed',
  'account-disabled',
]);

/** What PostgreSQL is to know of ended sessions, in one transaction: ledger, audit log, notices, grants. */
export class Settlement {
  readonly #deps: SettlementDependencies;

  constructor(deps: SettlementDependencies) {
    this.#deps = deps;
  }

  /**
   * Settles sessions, each once, however many replicas do so.
   * @param busy whether to wait for a row that somebody works on, or to leave it for the next time
   * @returns those that were open until now
   */
  async settle(
    tx: Transaction,
    ends: readonly { uid: string; reason: EndReason }[],
    how: HowEnded,
    busy: 'wait' | 'skip',
  ): Promise<Closed[]> {
    const { ledger, trail, notices } = this.#deps;
    const closed = await ledger.end(tx, ends, { by: how.by, note: how.note, busy });
    for (const session of closed) await trail.append(tx, eventOf(session, how), how.origin);
    if (closed.length > 0) await notices.enqueue(tx, closed);
    const taken = closed.filter(({ reason }) => TAKEN_AWAY.has(reason)).map(({ uid }) => uid);
    if (taken.length > 0) await withdrawGrants(tx, sql`session_uid = any(${taken})`);
    return closed;
  }
}

function eventOf({ uid, account, reason }: Closed, { by, note, together }: HowEnded): AuditEvent {
  const told = { ...(clip(note) ? { note: clip(note) } : {}), ...(together ? { bulk_end: together } : {}) };
  return {
    event: 'session.ended',
    outcome: 'success',
    reason,
    account,
    session: uid,
    ...(by ? { actor: by } : {}),
    ...(Object.keys(told).length > 0 ? { after: told } : {}),
  };
}

/** Deletes offline grants with their refresh tokens. */
export async function withdrawGrants(db: Database | Transaction, which: RawBuilder<unknown>): Promise<void> {
  await sql`with gone as (delete from grants where ${which} returning id)
    delete from refresh_tokens where grant_id in (select id from gone)`.execute(db);
}
