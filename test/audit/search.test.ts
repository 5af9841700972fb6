import { BlockList, isIP } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuditOverview } from '../../src/audit/overview.ts';
import type { AuditQuery } from '../../src/audit/query.ts';
import { type AuditRow, COLUMNS } from '../../src/audit/reader.ts';
import { AuditSearch } from '../../src/audit/search.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let db: Database;
let search: AuditSearch;
let all: AuditRow[];

const visitor = { actor: 'sec.ops', origin: { address: '192.0.2.1', request: 'reading' } };
const BEGIN = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;

const words = {
  event: [
    'sign-in.succeeded',
    'sign-in.failed',
    'sign-in.refused',
    'factor.failed',
    'app.entered',
    'lock.begun',
  ],
  outcome: ['success', 'failure'],
  reason: [null, 'wrong-password', 'unknown-user-id', 'password'],
  account: [null, 'ana', 'lee', 'sam'],
  actor: [null, 'cli', 'ana'],
  app: [null, 'claims', 'eligibility'],
  session: [null, 's1', 's2'],
  request: [null, 'r1', 'r2', 'r3'],
  address: [
    null,
    '10.1.2.3',
    '10.1.9.9',
    '10.200.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '2001:db8:5::1',
    'no address',
  ],
} as const;
const NAMES = Object.keys(words) as (keyof typeof words)[];

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
  search = new AuditSearch(db, new AuditTrail());
  const rows = [...Array(400).keys()].map((n) => {
    const fields = NAMES.map((name, index) => {
      const choices = words[name];
      return [name, choices[(n * (index * 2 + 3) + Math.floor(n / (index + 2))) % choices.length]];
    });
    const note = ['over the Wire', 'Zürich', 'half-way house', 'o’clock'][n % 4];
    return {
      ...(Object.fromEntries(fields) as { event: string; outcome: 'success' }),
      // Several at one moment, so that a page may end between them.
      at: new Date(BEGIN + Math.floor(n / 3) * HOUR),
      user_agent: n % 5 === 0 ? null : `Browser/${n % 7} (Linux)`,
      after: { note, n },
    };
  });
  await db.insertInto('audit_events').values(rows).execute();
  all = await db
    .selectFrom('audit_events')
    .select(COLUMNS)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
});
afterAll(async () => {
  await db?.destroy();
  await drop?.();
});

/** All pages of a search, and how many there were. */
async function walk(query: AuditQuery, limit: number): Promise<AuditRow[]> {
  const found: AuditRow[] = [];
  let after: Awaited<ReturnType<AuditSearch['page']>>['next'];
  do {
    const page = await search.page(
      visitor,
      { to: new Date(BEGIN + 1000 * HOUR), ...query },
      { limit, after },
    );
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    found.push(...page.rows);
    after = page.next;
  } while (after);
  return found;
}

/** What should be found, told without a database. */
function expected(query: AuditQuery): string[] {
  const { event, address, from, to, text, ...exact } = query;
  const named = (row: AuditRow) =>
    event === undefined ||
    (event.endsWith('*') ? row.event.startsWith(event.slice(0, -1)) : row.event === event);
  const same = (row: AuditRow) =>
    Object.entries(exact).every(([name, value]) => value === undefined || Reflect.get(row, name) === value);
  const timely = (row: AuditRow) => (!from || row.at >= from) && (!to || row.at < to);
  const found = all.filter(
    (row) => named(row) && same(row) && timely(row) && within(row, address) && holds(row, text),
  );
  return found.map(({ id }) => id);
}

function within({ address }: AuditRow, range: string | undefined): boolean {
  if (range === undefined) return true;
  if (address === null || !isIP(address)) return false;
  const family = (text: string) => (isIP(text) === 4 ? 'ipv4' : 'ipv6');
  const [base = '', bits] = range.split('/');
  const list = new BlockList();
  if (bits === undefined) list.addAddress(base, family(base));
  else list.addSubnet(base, Number(bits), family(base));
  return family(base) === family(address) && list.check(address, family(address));
}

function holds(row: AuditRow, text: string | undefined): boolean {
  return text === undefined || JSON.stringify(row).toLowerCase().includes(text.toLowerCase());
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const one = (name: keyof typeof words) =>
  maybe(fc.constantFrom(...words[name].filter((word) => word !== null)));

test('a search finds what all its filters allow, page by page, the newest first', async () => {
  const queries = fc.record({
    event: maybe(fc.constantFrom(...words.event, 'sign-in.*', '*', 'key.*')),
    outcome: maybe(fc.constantFrom('success' as const, 'failure' as const)),
    reason: one('reason'),
    account: one('account'),
    actor: one('actor'),
    app: one('app'),
    session: one('session'),
    request: one('request'),
    address: maybe(
      fc.constantFrom('10.1.2.3', '10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', '2001:db8::1', '0.0.0.0/0'),
    ),
    from: maybe(fc.integer({ min: 0, max: 140 }).map((n) => new Date(BEGIN + n * HOUR))),
    text: maybe(fc.constantFrom('Wire', 'zürich', 'half-way', 'Browser/3', 'nothing-of-it')),
  });
  await fc.assert(
    fc.asyncProperty(queries, fc.constantFrom(1, 7, 50), async (query, limit) => {
      const few = Object.values(query).filter((value) => value !== undefined).length >= 2;
      const found = await walk(query, few ? limit : 50);
      expect(found.map(({ id }) => id)).toEqual(expected(query));
    }),
    { numRuns: 60 },
  );
});

test('rows of one moment are all shown, wherever a page ends among them', async () => {
  for (const limit of [7, 50]) {
    expect((await walk({}, limit)).map(({ id }) => id)).toEqual(expected({}));
  }
});

test('what can name nothing finds none', async () => {
  for (const query of [
    { address: 'garbage' },
    { address: '10.0.0.0/40' },
    { account: 'a\0b' },
    { event: 'zebra.*' },
  ]) {
    expect(await search.page(visitor, query, { limit: 5 })).toEqual({ rows: [], next: undefined });
  }
  const after = { at: '2026-03-03 00:00:00+00', id: "x'; drop table accounts" };
  await expect(search.page(visitor, {}, { limit: 5, after })).rejects.toMatchObject({ code: 'bad-request' });
});

test('reading leaves a row that says who, what was asked and how much was seen', async () => {
  const from = new Date('2026-03-02T00:00:00Z');
  const { rows } = await search.page(visitor, { event: 'sign-in.*', account: 'ana', from }, { limit: 3 });
  const [read] = await db
    .selectFrom('audit_events')
    .select(COLUMNS)
    .where('event', '=', 'audit.read')
    .orderBy('at', 'desc')
    .limit(1)
    .execute();
  expect(read).toMatchObject({
    event: 'audit.read',
    outcome: 'success',
    actor: 'sec.ops',
    account: null,
    address: '192.0.2.1',
    request: 'reading',
    after: {
      filter: { event: 'sign-in.*', account: 'ana', from: '2026-03-02T00:00:00.000Z' },
      rows: rows.length,
    },
  });
});

test('nobody reads when it cannot be written down', async () => {
  const broken = new AuditSearch(db, { append: () => Promise.reject(new Error('no room')) });
  await expect(broken.page(visitor, {}, { limit: 5 })).rejects.toThrow('no room');
});

test('the timeline counts sign-ins, failures and locks, empty hours too', async () => {
  const overview = new AuditOverview(db);
  const [from, to] = [new Date(BEGIN - 5 * HOUR), new Date(BEGIN + 60 * HOUR)];
  for (const [step, length] of [
    ['hour', HOUR],
    ['day', 24 * HOUR],
  ] as const) {
    const buckets = await overview.timeline({ from, to, step });
    expect(buckets).toHaveLength(step === 'hour' ? 65 : 4);
    for (const { at, sign_ins, failures, locks } of buckets) {
      const inside = all.filter(
        (row) => row.at >= from && row.at < to && row.at >= at && row.at.getTime() < at.getTime() + length,
      );
      const count = (...events: string[]) => inside.filter(({ event }) => events.includes(event)).length;
      expect({ sign_ins, failures, locks }).toEqual({
        sign_ins: count('sign-in.succeeded'),
        failures: count('sign-in.failed', 'factor.failed'),
        locks: count('lock.begun'),
      });
    }
  }
  const years = { from: new Date(0), to, step: 'day' } as const;
  await expect(overview.timeline(years)).rejects.toMatchObject({ code: 'bad-request' });
});

test('an address that tries many people is told, IPv6 by its /64, and one that tries itself is not', async () => {
  const failed = (address: string, account: string | null) =>
    ({ event: 'sign-in.failed', outcome: 'failure', reason: 'wrong-password', address, account }) as const;
  await db
    .insertInto('audit_events')
    .values([
      ...[...Array(8).keys()].map((n) => failed('203.0.113.5', `person-${n}`)),
      ...[...Array(6).keys()].map((n) => failed(`2001:db8:7::${n + 1}`, null)),
      ...[...Array(9).keys()].map(() => failed('203.0.113.9', 'clumsy')),
    ])
    .execute();
  const spraying = await new AuditOverview(db).spraying({ within: 900, accounts: 5, limit: 10 });
  expect(spraying).toEqual([
    { address: '203.0.113.5', failures: 8, accounts: 8, unknown: 0, last_at: expect.any(Date) },
    { address: '2001:db8:7::/64', failures: 6, accounts: 0, unknown: 6, last_at: expect.any(Date) },
  ]);
});
