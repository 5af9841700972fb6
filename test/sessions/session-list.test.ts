import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { LogoutNoticeList } from '../../src/sessions/logout-notice-list.ts';
import { SessionFigures } from '../../src/sessions/session-figures.ts';
import type { SessionCriteria } from '../../src/sessions/session-filter.ts';
import { SessionList } from '../../src/sessions/session-list.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { firstWrite, newName, SharedStores } from './fixture.ts';

const LASTING = { idle: 600, absolute: 3600 };
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

let stores: SharedStores;
let sessions: Sessions;
let list: SessionList;
beforeAll(async () => {
  stores = await SharedStores.open();
  sessions = stores.replica(LASTING);
  list = new SessionList(stores.db);
});
afterAll(() => stores?.close());

interface Begun {
  readonly uid: string;
  readonly account: string;
}

async function begin(
  origin: { address?: string; place?: string; userAgent?: string } = {},
  account?: string,
): Promise<Begun> {
  const accountId = account ?? (await stores.createAccount());
  const login = { accountId, loginTs: Math.floor(Date.now() / 1000), amr: ['pwd', 'otp'], acr: 'aal2' };
  const { uid } = firstWrite();
  expect(await sessions.begin({ uid, login, provedAt: Date.now() }, origin)).toBe(true);
  return { uid, account: accountId };
}

async function enter({ uid, account }: Begun, clientId: string): Promise<void> {
  expect(await sessions.enter({ uid, account, clientId, sid: newName(), grantId: newName() }, {})).toBe(true);
}

async function found(criteria: SessionCriteria): Promise<string[]> {
  return (await list.page({ ...criteria, limit: 500 })).rows.map(({ uid }) => uid);
}

async function practiceOf(account: string, more: { from?: Date; to?: Date | null } = {}): Promise<string> {
  const id = newName();
  await stores.db
    .insertInto('practices')
    .values({ id, name: 'Lakeside', tax_id: id.slice(0, 9) })
    .execute();
  await stores.db
    .insertInto('memberships')
    .values({
      account,
      practice: id,
      role: 'clinician',
      status: more.to ? 'ended' : 'active',
      granted_by: 'test',
      valid_from: more.from ?? new Date(Date.now() - 60_000),
      valid_to: more.to ?? null,
    })
    .execute();
  return id;
}

test('a session is told with its device, place, factors and practices', async () => {
  const begun = await begin({ address: '203.0.113.7', place: 'Oslo', userAgent: CHROME });
  const practice = await practiceOf(begun.account);
  const session = await list.find(begun.uid);
  expect(session).toMatchObject({
    uid: begun.uid,
    account: begun.account,
    address: '203.0.113.7',
    place: 'Oslo',
    device: 'Chrome on Windows',
    acr: 'aal2',
    amr: ['pwd', 'otp'],
    ended_at: null,
    apps: [],
    practices: [{ id: practice, name: 'Lakeside', role: 'clinician' }],
  });
  expect(await list.find('nobody')).toBeUndefined();
  expect(await list.find('nul\0')).toBeUndefined();
});

test('addresses and ranges are found in whatever spelling, and garbage finds nothing', async () => {
  const four = await begin({ address: '198.51.100.17' });
  const six = await begin({ address: '2001:db8:1::17' });
  const bad = await begin({ address: 'not an address' });
  const ofRange = async (address: string) =>
    (await found({ address })).filter((uid) => [four, six, bad].some((each) => each.uid === uid));
  for (const address of ['198.51.100.17', '198.51.100.0/24', '::ffff:198.51.100.17', '198.51.99.1/20']) {
    expect(await ofRange(address)).toEqual([four.uid]);
  }
  for (const address of ['2001:DB8:1:0::17', '2001:db8::/32', '2001:db8:1::/120']) {
    expect(await ofRange(address)).toEqual([six.uid]);
  }
  const garbage = [
    '',
    'x',
    '198.51.100.0/33',
    '198.51.100.0/',
    '/24',
    '1.2.3',
    '2001:db8::/129',
    '0/0',
    '\0',
  ];
  for (const address of [...garbage, 'not an address', "'; drop table sessions --"]) {
    expect(await found({ address })).toEqual([]);
  }
});

test('sessions are found by account, app, device, time, state and reason, and by several at once', async () => {
  const before = new Date();
  const phone = await begin({ userAgent: SAFARI });
  const desk = await begin({ userAgent: CHROME }, phone.account);
  const app = newName();
  await enter(desk, app);
  await sessions.end(phone.uid, { reason: 'not-me', by: phone.account, origin: {} });
  const after = new Date(Date.now() + 1000);
  const mine = { account: phone.account };
  expect(await found(mine)).toEqual([desk.uid, phone.uid]);
  expect(await found({ ...mine, state: 'open' })).toEqual([desk.uid]);
  expect(await found({ ...mine, state: 'ended' })).toEqual([phone.uid]);
  expect(await found({ ...mine, reason: 'not-me' })).toEqual([phone.uid]);
  expect(await found({ ...mine, device: 'windows CHROME' })).toEqual([desk.uid]);
  expect(await found({ ...mine, device: 'iphone' })).toEqual([phone.uid]);
  expect(await found({ ...mine, device: 'netscape' })).toEqual([]);
  expect(await found({ app })).toEqual([desk.uid]);
  expect(await found({ app, device: 'iphone' })).toEqual([]);
  expect(await found({ ...mine, from: before, to: after })).toEqual([desk.uid, phone.uid]);
  expect(await found({ ...mine, from: after })).toEqual([]);
  expect(await found({ ...mine, to: before })).toEqual([]);
  expect(await found({ ...mine, from: new Date(Number.NaN) })).toEqual([]);
  for (const name of ['account', 'practice', 'app', 'device', 'reason']) {
    expect(await found({ [name]: 'a\0b' })).toEqual([]);
  }
});

test('a practice finds the sessions during which somebody was of it, and no others', async () => {
  const begun = await begin();
  const [now, past, future] = [
    await practiceOf(begun.account),
    await practiceOf(begun.account, { to: new Date(Date.now() - 30_000) }),
    await practiceOf(begun.account, { from: new Date(Date.now() + 60_000) }),
  ];
  const asked = await practiceOf(begun.account);
  await stores.db
    .updateTable('memberships')
    .set({ status: 'requested' })
    .where('practice', '=', asked)
    .execute();
  expect(await found({ practice: now })).toEqual([begun.uid]);
  expect(await found({ practice: past })).toEqual([]);
  expect(await found({ practice: asked })).toEqual([]);
  expect(await found({ practice: future })).toEqual([]);
  // Whoever joins in the midst of a session is found by it.
  const joined = await practiceOf(begun.account, { from: new Date() });
  expect(await found({ practice: joined })).toEqual([begun.uid]);
  await sessions.end(begun.uid, { reason: 'signed-out', by: begun.account, origin: {} });
  expect(await found({ practice: joined })).toEqual([begun.uid]);
  expect(await found({ practice: await practiceOf(begun.account, { from: new Date() }) })).toEqual([]);
});

test('pages follow one another without a gap or a double, whatever began at the same moment', async () => {
  const account = await stores.createAccount();
  const all = [];
  for (let count = 0; count < 7; count++) all.push((await begin({}, account)).uid);
  await stores.db
    .updateTable('sessions')
    .set({ started_at: new Date() })
    .where('account', '=', account)
    .execute();
  const seen: string[] = [];
  let after: Parameters<SessionList['page']>[0]['after'];
  do {
    const page = await list.page({ account, limit: 3, after });
    seen.push(...page.rows.map(({ uid }) => uid));
    after = page.next;
  } while (after);
  expect(seen.toSorted()).toEqual(all.toSorted());
});

test('what an app was told stands beside it: waiting, retrying, accepted or dead', async () => {
  const begun = await begin();
  const apps = ['one', 'two', 'three', 'four'].map((name) => `${name}-${newName()}`);
  const metadata = { backchannel_logout_uri: 'https://app.example/logout' };
  await stores.db
    .insertInto('apps')
    .values(apps.map((client_id) => ({ client_id, name: 'App', metadata })))
    .execute();
  for (const app of apps) await enter(begun, app);
  expect((await list.find(begun.uid))?.apps.map(({ notice }) => notice)).toEqual([null, null, null, null]);
  await sessions.end(begun.uid, { reason: 'revoked', by: 'boss', note: 'a stolen laptop', origin: {} });
  const states = [
    ['pending', 0],
    ['pending', 2],
    ['accepted', 3],
    ['dead', 9],
  ] as const;
  for (const [index, [status, attempts]] of states.entries()) {
    await stores.db
      .updateTable('logout_notices')
      .set({ status, attempts })
      .where('client_id', '=', String(apps[index]))
      .execute();
  }
  const session = await list.find(begun.uid);
  expect(session).toMatchObject({ end_reason: 'revoked', ended_by: 'boss', end_note: 'a stolen laptop' });
  const outcomes = session?.apps.map(({ client_id, notice }) => [
    client_id,
    notice?.outcome,
    notice?.attempts,
  ]);
  expect(outcomes).toEqual([
    [apps[0], 'waiting', 0],
    [apps[1], 'retrying', 2],
    [apps[2], 'accepted', 3],
    [apps[3], 'dead', 9],
  ]);
  const notices = new LogoutNoticeList(stores.db);
  const dead = await notices.page({ status: 'dead', limit: 10 });
  expect(dead.rows).toMatchObject([{ client_id: apps[3], session: begun.uid, outcome: 'dead', attempts: 9 }]);
  expect(await notices.undelivered()).toEqual({ pending: 2, dead: 1 });
});

test('figures over time add up to what is open now', async () => {
  const figures = new SessionFigures(stores.db);
  const one = await begin();
  await stores.db
    .updateTable('sessions')
    .set({ started_at: sql<Date>`now() - interval '90 minutes'` })
    .where('uid', '=', one.uid)
    .execute();
  const two = await begin();
  await sessions.end(two.uid, { reason: 'signed-out', by: two.account, origin: {} });
  const points = await figures.openOverTime(2, 5);
  expect(points).toHaveLength(5);
  const [first, second, , , last] = points;
  expect([first?.open, second?.open, second?.started]).toEqual([0, 1, 1]);
  expect(last?.open).toBe(await figures.openNow());
  for (const [index, { open, started, ended }] of points.entries()) {
    const before = points[index - 1];
    if (before) expect(open).toBe(before.open + started - ended);
  }
});
