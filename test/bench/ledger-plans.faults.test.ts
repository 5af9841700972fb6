import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { BulkEnds } from '../../src/sessions/bulk-ends.ts';
import { LogoutNoticeList } from '../../src/sessions/logout-notice-list.ts';
import { SessionFigures } from '../../src/sessions/session-figures.ts';
import type { SessionCriteria } from '../../src/sessions/session-filter.ts';
import { SessionList } from '../../src/sessions/session-list.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';
import { CROWDED, crowdAccount, crowded, crowdPractice, crowdSession } from './crowd.ts';

// Every search of the ledger is answered from an index, however many sessions there were.

const { sessions: SESSIONS } = CROWDED;
/** Bytes that looking may cost this process, however much there is. */
const MEMORY = 50 * 1024 * 1024;
const PATIENT = 1_800_000;

let drop: () => Promise<void>;
let db: Database;
/** Asks for the plan of each query instead. */
let planner: Database;
const plans: string[] = [];

beforeAll(async () => {
  const database = await createTestDatabase(crowded);
  drop = database.drop;
  db = openDatabase({ ...settings(database.url), query_timeout: 300 }, silent);
  planner = db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind !== 'RawNode') return node;
      const [first, ...others] = node.sqlFragments;
      return { ...node, sqlFragments: [`explain ${first}`, ...others] };
    },
    transformResult: async ({ result }) => {
      plans.push(result.rows.map((row) => String(row['QUERY PLAN'])).join('\n'));
      return { ...result, rows: [] };
    },
  });
}, PATIENT);

afterAll(async () => {
  await db?.destroy();
  await drop?.();
});

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000);

const searches: Record<string, SessionCriteria> = {
  'all there ever were': {},
  'open ones': { state: 'open' },
  'ended ones': { state: 'ended' },
  'of a busy account': { account: crowdAccount(0) },
  'of a quiet account': { account: crowdAccount(3000) },
  'open, of an account': { account: crowdAccount(0), state: 'open' },
  'of a practice': { practice: crowdPractice(7) },
  'open, of a practice': { practice: crowdPractice(7), state: 'open' },
  'of nobody’s practice': { practice: 'none' },
  'at an address': { address: '198.0.0.17' },
  'at an address where nobody was': { address: '203.0.113.7' },
  'in a small range': { address: '198.20.5.0/24' },
  'in a large range': { address: '198.0.0.0/8' },
  'in a range of IPv6': { address: '2001:db8:1::/48' },
  'in an app that many use': { app: 'claims' },
  'in an app that nobody uses': { app: 'none' },
  'open, in an app': { app: 'payments', state: 'open' },
  'on a device': { device: 'iphone' },
  'on a device that nobody has': { device: 'samsung' },
  'of some days': { from: day(20), to: day(18) },
  'with a reason': { reason: 'revoked' },
  'with a reason that nothing has': { reason: 'not-me' },
  'with everything at once': {
    account: crowdAccount(0),
    practice: crowdPractice(7),
    address: '198.0.0.0/8',
    app: 'claims',
    device: 'chrome',
    from: day(50),
    to: day(1),
    reason: 'idle',
    state: 'ended',
  },
  'in an app, in a range': { app: 'mobile', address: '198.1.0.0/16' },
  'on a device, with a rare reason': { device: 'mac', reason: 'not-me' },
};

/** Plans that read a table of millions through. */
const bad: string[] = [];

function look(what: string): void {
  expect(plans.length).toBeGreaterThan(0);
  const through = plans.filter((plan) => /Seq Scan on (sessions|session_apps|logout_notices)\b/.test(plan));
  bad.push(...through.map((plan) => `${what}:\n${plan}`));
  plans.length = 0;
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  process.stdout.write(`${String(SESSIONS)} sessions, ${what}: ${ms.toFixed(0)} ms\n`);
}

test(
  'every search of sessions is planned with indexes, on its first page and on a late one',
  async () => {
    const list = new SessionList(planner);
    const at = `${day(30).toISOString().slice(0, 23).replace('T', ' ')}+00`;
    for (const [what, criteria] of Object.entries(searches)) {
      await list.page({ ...criteria, limit: 50 });
      await list.page({ ...criteria, limit: 50, after: { at, id: 'x' } });
      look(what);
      await list.countMatching({ ...criteria, state: undefined });
      look(`how many open: ${what}`);
    }
    expect(bad).toEqual([]);
  },
  PATIENT,
);

test(
  'so are details, counts, notices and figures',
  async () => {
    const list = new SessionList(planner);
    await list.openOfAccount(crowdAccount(0));
    await list.openOfApp('claims');
    look('counts');
    const notices = new LogoutNoticeList(planner);
    for (const status of [undefined, 'dead', 'pending', 'accepted'] as const)
      await notices.page({ status, limit: 50 });
    await notices.undelivered();
    look('notices');
    const figures = new SessionFigures(planner);
    await figures.openNow();
    await figures.openOverTime(24, 48);
    look('figures');
    expect(bad).toEqual([]);
  },
  PATIENT,
);

test(
  'each takes little time and memory',
  async () => {
    const list = new SessionList(db);
    await list.page({ limit: 500 });
    const before = process.memoryUsage().rss;
    for (const [what, criteria] of Object.entries(searches)) {
      await timed(what, () => list.page({ ...criteria, limit: 50 }));
      await timed(`how many open: ${what}`, () => list.countMatching({ ...criteria, state: undefined }));
    }
    await timed('details', () => list.find(crowdSession(90)));
    const figures = new SessionFigures(db);
    await timed('figures of a day', () => figures.openOverTime(24, 48));
    await timed('figures of a week', () => figures.openOverTime(168, 200));
    const notices = new LogoutNoticeList(db);
    await timed('dead notices', () => notices.page({ status: 'dead', limit: 50 }));
    await timed('undelivered notices', () => notices.undelivered());
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY);
  },
  PATIENT,
);

test(
  'thousands of open sessions are marked as ended together in one short transaction',
  async () => {
    const ends = new BulkEnds({
      db,
      store: undefined as never,
      settlement: undefined as never,
      ledger: { forget: () => {} },
      trail: { append: async () => {} },
    });
    const order = { by: 'the-analyst', origin: {} };
    await timed('an end of all open ones', async () => {
      const { sessions } = await ends.mark({ from: day(90) }, order);
      expect(sessions).toBe(SESSIONS / 100);
    });
  },
  PATIENT,
);
