import { sql } from 'kysely';
import type { Transaction } from '../postgres/database.ts';

/** How many sessions a person may have at once. [ASVS 7.1.2] */
export class SessionLimit {
  readonly #most: number | undefined;

  /** @param most any number unless given */
  constructor(most: number | undefined) {
    this.#most = most;
  }

  /** Before a session begins: sign-ins of one account at the same moment would each count without the others. */
  async takeTurns(tx: Transaction, account: string): Promise<void> {
    if (this.#most === undefined) return;
    await sql`select pg_advisory_xact_lock(hashtextextended(${`sessions:${account}`}, 0))`.execute(tx);
  }

  /** After it: the oldest ones of the account, which have to end for it, but never itself. */
  async beyond(tx: Transaction, account: string, itself: string): Promise<string[]> {
    if (this.#most === undefined) return [];
    const { rows } = await sql<{ uid: string }>`
      select uid from sessions s where account = ${account} and ended_at is null
        and not exists (select 1 from ending_sessions e where e.uid = s.uid)
      order by (uid = ${itself}) desc, started_at desc, uid desc offset ${this.#most}`.execute(tx);
    return rows.map(({ uid }) => uid);
  }
}
