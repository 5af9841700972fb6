import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditOverview } from '../../src/audit/overview.ts';
import type { AuditQuery } from '../../src/audit/query.ts';
import { AuditSearch } from '../../src/audit/search.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { createTestDatabase } from '../support/database.ts';
import { CROWDED, crowdAccount, crowded, crowdSession } from './crowd.ts';
import { WatchedDatabase } from './plans.ts';

const LONG = process.env.LONG === '1';
const PREPARING = LONG ? 3_600_000 : 300_000; // ms
const DAY = 86_400_000; // ms

/** Node's own collection of garbage, which tests are not given: what is only not collected yet is no growth. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const MOST_GROWTH = 50 * 1024 * 1024;

let drop: () => Promise<void>;
let watched: WatchedDatabase;
let search: AuditSearch;

beforeAll(async () => {
  const database = await createTestDatabase(crowded);
  drop = database.drop;
  watched = new WatchedDatabase(database.url);
  search = new AuditSearch(watched.db, new AuditTrail());
}, PREPARING);

afterAll(async () => {
  await watched?.close();
  await drop?.();
});

const visitor = { actor: 'sec.ops', origin: {} };
const ago = (days: number) => new Date(Date.now() - days * DAY);

const SEARCHES: readonly [string, AuditQuery][] = [
  ['everything', {}],
  ['an event', { event: 'sign-in.failed' }],
  ['a rare event', { event: 'membership.granted' }],
  ['an event that there is none of', { event: 'key.created' }],
  ['events by their beginning', { event: 'sign-in.*' }],
  ['rare events by their beginning', { event: 'membership.*' }],
  ['an outcome', { outcome: 'failure' }],
  ['a reason', { reason: 'unknown-user-id' }],
  ['a busy account', { account: crowdAccount(0) }],
  ['a quiet account', { account: crowdAccount(30) }],
  ['an account that nobody has', { account: 'nobody' }],
  ['an actor', { actor: crowdAccount(3) }],
  ['an app', { app: 'payments' }],
  ['a session', { session: crowdSession(77) }],
  ['a request', { request: 'crowd-request-777' }],
  ['an address', { address: '198.0.0.7' }],
  ['an IPv6 address', { address: '2001:db8::7' }],
  ['a small network', { address: '198.20.1.0/24' }],
  ['a large network', { address: '198.0.0.0/8' }],
  ['an IPv6 network', { address: '2001:db8:1::/48' }],
  ['a day', { from: ago(30), to: ago(29) }],
  ['an event on a day', { event: 'sign-in.failed', from: ago(30), to: ago(29) }],
  ['before everything', { to: ago(100) }],
  ['a rare word', { text: 'crowd-request-4242' }],
  ['a common word', { text: 'chrome' }],
  ['common words of one event', { text: 'wrong password iphone', event: 'sign-in.failed' }],
  ['a word that there is none of', { text: 'zebra' }],
  ['an app and an outcome', { app: 'claims', outcome: 'failure' }],
  ['what never happens together', { event: 'app.entered', reason: 'locked' }],
  [
    'an account, its failures of a week',
    { account: crowdAccount(0), outcome: 'failure', from: ago(20), to: ago(13) },
  ],
  ['an event from a network', { event: 'sign-in.failed', address: '198.3.0.0/16' }],
];

test.each(SEARCHES)('%s is found by an index', async (name, query) => {
  const first = await watched.scansOf(() => search.page(visitor, query, { limit: 50 }));
  note(name, first.ms, first.result.rows.length, first.text);
  expect(first.scans).toEqual([]);
  const after = first.result.next;
  if (!after) return;
  const second = await watched.scansOf(() => search.page(visitor, query, { limit: 50, after }));
  note(`${name}, page 2`, second.ms, second.result.rows.length, second.text);
  expect(second.scans).toEqual([]);
});

test.each([
  ['two days by the hour', 'hour', 2],
  ['a month by the day', 'day', 31],
] as const)('the timeline of %s is counted by an index', async (name, step, days) => {
  const overview = new AuditOverview(watched.db);
  const { scans, ms, result, text } = await watched.scansOf(() =>
    overview.timeline({ from: ago(days), to: new Date(), step }),
  );
  note(`timeline, ${name}`, ms, result.length, text);
  expect(scans).toEqual([]);
  expect(result.length).toBeGreaterThanOrEqual(days);
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from audit_events where event = 'sign-in.succeeded' and at >= ${ago(days)}`.execute(
    watched.db,
  );
  const counted = result.reduce((sum, bucket) => sum + bucket.sign_ins, 0);
  expect(Math.abs(counted - (rows[0]?.n ?? 0))).toBeLessThanOrEqual(CROWDED.events / 1000);
});

test('addresses that spray are found by an index', async () => {
  const overview = new AuditOverview(watched.db);
  const asked = { within: 86_400, accounts: 2, limit: 20 };
  const { scans, ms, result, text } = await watched.scansOf(() => overview.spraying(asked));
  note('spraying addresses', ms, result.length, text);
  expect(scans).toEqual([]);
});

test('a walk through pages takes no memory that grows with the log', async () => {
  const walk = async (pages: number) => {
    let after: Awaited<ReturnType<AuditSearch['page']>>['next'];
    for (let page = 0; page < pages; page += 1) {
      after = (await search.page(visitor, { event: 'app.*' }, { limit: 500, ...(after ? { after } : {}) }))
        .next;
    }
  };
  await walk(5);
  collect();
  const before = process.memoryUsage().rss;
  await walk(LONG ? 400 : 60);
  collect();
  const growth = process.memoryUsage().rss - before;
  process.stdout.write(`memory grew by ${(growth / 1024 / 1024).toFixed(1)} MiB\n`);
  expect(growth).toBeLessThan(MOST_GROWTH);
});

function note(name: string, ms: number, rows: number, plan: string): void {
  const how = process.env.PLANS ? `  ${plan}` : '';
  process.stdout.write(`${ms.toFixed(1).padStart(9)} ms  ${String(rows).padStart(3)} rows  ${name}${how}\n`);
}
