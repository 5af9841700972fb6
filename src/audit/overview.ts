import { sql } from 'kysely';
import type { EventName } from '../audit-events.ts';
import { AppError } from '../errors.ts';
import type { Database } from '../postgres/database.ts';

/** What happened in an hour or a day. */
export interface Bucket {
  /** When it begins. */
  readonly at: Date;
  readonly sign_ins: number;
  /** Wrong passwords and wrong codes at sign-in. */
  readonly failures: number;
  readonly locks: number;
}

export interface Span {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  readonly step: 'hour' | 'day';
}

/** An address (of IPv6: a /64) whose failures are about many people. */
export interface SprayingAddress {
  readonly address: string;
  readonly failures: number;
  /** Accounts among them. */
  readonly accounts: number;
  /** Failures for user IDs that no account has. */
  readonly unknown: number;
  readonly last_at: Date;
}

export interface Spraying {
  /** s that are looked back, at most 86400. */
  readonly within: number;
  /** How many accounts, or failures for user IDs that no account has, make an address worth listing. */
  readonly accounts: number;
  /** Addresses told at most. */
  readonly limit: number;
}

const SUCCEEDED = 'sign-in.succeeded' satisfies EventName;
const LOCKED = 'lock.begun' satisfies EventName;
const FAILED = ['sign-in.failed', 'factor.failed'] satisfies EventName[];
/** Also what recovery's pages refuse: a sprayer tries them all. */
const TRIED = [...FAILED, 'recovery.failed'] satisfies EventName[];
const MOST_BUCKETS = 800;
const LENGTH = { hour: 3_600_000, day: 86_400_000 } as const; // ms
const MOST_BACK = 86_400;

/** The audit log in figures: none of its rows, so that looking leaves none. Throws AppError('store-away'). */
export class AuditOverview {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Sign-ins, failures and locks an hour or a day (in UTC), the oldest first, empty ones too; read off an index
   * alone, by event and time.
   * @throws AppError('bad-request') for more than 800 of them
   */
  async timeline({ from, to, step }: Span): Promise<Bucket[]> {
    const buckets = (to.getTime() - from.getTime()) / LENGTH[step];
    if (!(buckets <= MOST_BUCKETS)) throw new AppError('bad-request');
    const { rows } = await sql<Bucket>`
      with counted as (
        select date_trunc(${step}, at, 'UTC') as bucket,
          count(*) filter (where event = ${SUCCEEDED}) as sign_ins,
          count(*) filter (where event = any(${FAILED}::text[])) as failures,
          count(*) filter (where event = ${LOCKED}) as locks
        from audit_events
        where event = any(${[SUCCEEDED, ...FAILED, LOCKED]}::text[]) and at >= ${from} and at < ${to}
        group by bucket)
      select bucket as at, coalesce(sign_ins, 0) as sign_ins, coalesce(failures, 0) as failures,
        coalesce(locks, 0) as locks
      from generate_series(date_trunc(${step}, ${from}::timestamptz, 'UTC'),
        ${to}::timestamptz - interval '1 microsecond', make_interval(secs => ${LENGTH[step] / 1000})) as bucket
      left join counted using (bucket)
      order by bucket`.execute(this.#db);
    return rows;
  }

  /** Addresses whose failures of late are about many people, the most failures first. */
  async spraying({ within, accounts, limit }: Spraying): Promise<SprayingAddress[]> {
    const { rows } = await sql<SprayingAddress>`
      select host(source) || case when masklen(source) = 64 then '/64' else '' end as address,
        count(*) as failures, count(distinct account) as accounts,
        count(*) filter (where account is null) as unknown, max(at) as last_at
      from (
        select account, at, case when family(ip) = 6 then network(set_masklen(ip, 64))::inet else ip end as source
        from (
          select account, at, audit_address(address) as ip from audit_events
          where event = any(${TRIED}::text[]) and at > clock_timestamp() - make_interval(secs => ${Math.min(within, MOST_BACK)})
        ) as tries where ip is not null
      ) as sources
      group by source
      having count(distinct account) >= ${accounts} or count(*) filter (where account is null) >= ${accounts}
      order by failures desc, source limit ${limit}`.execute(this.#db);
    return rows;
  }
}
