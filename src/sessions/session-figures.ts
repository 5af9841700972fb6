import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** How many sessions there were at a moment, and what had changed since the moment before it. */
export interface SessionFigure {
  readonly at: Date;
  readonly open: number;
  readonly started: number;
  readonly ended: number;
}

/** The longest time that is looked back on, hours. */
const LONGEST = 24 * 7;

/** Sessions over time, for pictures. Throws AppError('store-away'). */
export class SessionFigures {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Open sessions at evenly spread moments up to now, the oldest first. Counted from what is open now and what
   * began and ended since, each from an index.
   * @param hours how far back, 1 to 168
   * @param points how many moments, 2 to 200
   */
  async openOverTime(hours: number, points: number): Promise<SessionFigure[]> {
    const [back, steps] = [within(hours, 1, LONGEST), within(points, 2, 200)];
    const seconds = sql`cast(${(back * 3600) / (steps - 1)} as float8)`;
    const bucketOf = (column: string) =>
      sql`greatest(0, ceil(extract(epoch from (${sql.ref(column)} - clock.began)) / ${seconds}))::int`;
    const { rows } = await sql<SessionFigure>`
      with clock as materialized (select now() - make_interval(secs => ${back * 3600}) as began),
        starts as (select ${bucketOf('started_at')} as step, count(*)::int as many from sessions, clock
          where started_at > now() - make_interval(secs => ${back * 3600}) and started_at <= now() group by 1),
        ends as (select ${bucketOf('ended_at')} as step, count(*)::int as many from sessions, clock
          where ended_at > now() - make_interval(secs => ${back * 3600}) and ended_at <= now() group by 1),
        steps as (
          select step, coalesce(starts.many, 0) as started, coalesce(ends.many, 0) as ended
          from generate_series(0, ${steps - 1}) step left join starts using (step) left join ends using (step)
        )
      select clock.began + make_interval(secs => step * ${seconds}) as at, started, ended,
        ((select count(*) from sessions where ended_at is null)
          - coalesce(sum(started - ended) over (order by step rows between 1 following and unbounded following), 0)
        )::int as open
      from steps, clock order by step`.execute(this.#db);
    return rows;
  }

  /** How many sessions are open now. */
  async openNow(): Promise<number> {
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from sessions where ended_at is null`.execute(this.#db);
    return rows[0]?.open ?? 0;
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(value) || least));
}
