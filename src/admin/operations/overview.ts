import { z } from 'zod';
import type { Directory } from '../../accounts/directory.ts';
import type { AuditOverview } from '../../audit/overview.ts';
import type { LockStore } from '../../lockout/lock-store.ts';
import type { ShutStreak, Streaks } from '../../lockout/streaks.ts';
import { storeMoment } from '../../moments.ts';
import type { SmsBudget } from '../../notices/sms-budget.ts';
import type { Database } from '../../postgres/database.ts';
import type { LogoutNoticeList } from '../../sessions/logout-notice-list.ts';
import type { SessionFigures } from '../../sessions/session-figures.ts';
import { operation } from '../operation.ts';
import { READERS } from '../roles.ts';

export interface OverviewOperationsDependencies {
  readonly audit: Pick<AuditOverview, 'timeline' | 'spraying'>;
  readonly figures: Pick<SessionFigures, 'openOverTime' | 'openNow'>;
  readonly locks: Pick<LockStore, 'current'>;
  readonly streaks: Pick<Streaks, 'shut'>;
  readonly notices: Pick<LogoutNoticeList, 'undelivered'>;
  readonly sms: Pick<SmsBudget, 'today'>;
  readonly directory: Pick<Directory, 'unproved'>;
  readonly db: Database;
  /** Accounts from which on an address counts as spraying. */
  readonly sprayed: number;
}

/** Looked back for what is unusual, s. */
const LATELY = 3600;
const HOUR = 3_600_000; // ms
const MOST = 20;

const bucket = z.object({ at: z.date(), sign_ins: z.number(), failures: z.number(), locks: z.number() });
const figure = z.object({ at: z.date(), open: z.number(), started: z.number(), ended: z.number() });
const spraying = z.object({
  address: z.string(),
  failures: z.number(),
  accounts: z.number(),
  unknown: z.number(),
  last_at: z.date(),
});
const lock = z.object({
  account: z.string().nullable(),
  user_id: z.string().nullable(),
  secret: z.string(),
  device: z.boolean(),
  began_at: z.date(),
  ends_at: z.date(),
});
const shut = z.object({
  account: z.string().nullable(),
  user_id: z.string().nullable(),
  secret: z.string(),
  device: z.boolean(),
  failures: z.number(),
  shut_at: z.date().nullable(),
});
const overview = z.object({
  from: z.date(),
  to: z.date(),
  step: z.enum(['hour', 'day']),
  timeline: z.array(bucket),
  sessions: z.object({ open: z.number(), over_time: z.array(figure) }),
  unusual: z.object({
    spraying: z.array(spraying),
    locks: z.array(lock).describe('At most 20'),
    shut: z.array(shut).describe('Too many failures in a row; at most 20'),
    logout_notices: z.object({ pending: z.number(), dead: z.number() }),
    sms: z.object({ sent: z.number(), limit: z.number() }),
  }),
  unproved_contacts: z.number().describe('People whose address is not confirmed'),
});

export function overviewOperations(deps: OverviewOperationsDependencies) {
  return {
    show: operation({
      id: 'showOverview',
      method: 'get',
      path: '/overview',
      summary: 'Shows sign-ins, failures, locks and sessions over time, and unusual activity now',
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
      answer: overview,
      async run(_actor, { query: { hours } }) {
        const to = await storeMoment(deps.db);
        const from = new Date(to.getTime() - hours * HOUR);
        const step = hours > 48 ? ('day' as const) : ('hour' as const);
        const [timeline, open, overTime, sprayers, locks, shutNow, notices, sms, unproved] =
          await Promise.all([
            deps.audit.timeline({ from, to, step }),
            deps.figures.openNow(),
            deps.figures.openOverTime(hours, 25),
            deps.audit.spraying({ within: LATELY, accounts: deps.sprayed, limit: MOST }),
            deps.locks.current(MOST),
            deps.streaks.shut(MOST),
            deps.notices.undelivered(),
            deps.sms.today(),
            deps.directory.unproved(),
          ]);
        return {
          from,
          to,
          step,
          timeline,
          sessions: { open, over_time: overTime },
          unusual: {
            spraying: sprayers,
            locks: locks.map(shownLock),
            shut: shutNow.map(shownShut),
            logout_notices: notices,
            sms,
          },
          unproved_contacts: unproved,
        };
      },
    }),
  };
}

export type OverviewOperations = ReturnType<typeof overviewOperations>;
export type OverviewFacts = z.output<typeof overview>;

function shownLock(held: Awaited<ReturnType<LockStore['current']>>[number]) {
  const { account, userId, secret, device, beganAt, endsAt } = held;
  return { account, user_id: userId, secret, device, began_at: beganAt, ends_at: endsAt } as const;
}

function shownShut({ account, userId, secret, device, failures, shutAt }: ShutStreak) {
  return { account, user_id: userId, secret, device, failures, shut_at: shutAt };
}
