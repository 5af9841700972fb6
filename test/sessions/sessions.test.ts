import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditTrail } from '../../src/audit/trail.ts';
import { clock } from '../../src/clock.ts';
import type { Database } from '../../src/postgres/database.ts';
import { DurableStore } from '../../src/sessions/durable-store.ts';
import { Ledger } from '../../src/sessions/ledger.ts';
import type { SessionLives } from '../../src/sessions/session-store.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { until } from '../postgres/until.ts';
import { firstWrite, newName, SharedStores } from './fixture.ts';

const LASTING = { idle: 60, absolute: 600 };
/** How old an interrupted end must be before others finish it, ms. */
const YOUNG = 10_000;

let stores: SharedStores;
beforeAll(async () => {
  stores = await SharedStores.open();
});
afterAll(() => stores.close());

const nobody = { by: null, origin: {} } as const;

/** A session begun on a replica, as a sign-in does it: ledger first, then Redis. */
async function begin(sessions: Sessions, account?: string) {
  const accountId = account ?? (await stores.createAccount());
  const now = Date.now();
  const write = firstWrite({ login: { accountId, loginTs: Math.floor(now / 1000), amr: ['pwd'] } });
  const { uid, login } = write;
  expect(await sessions.begin({ uid, login, provedAt: now }, {})).toBe(true);
  expect(await sessions.put(write)).toBe('written');
  return { ...write, account: accountId };
}

const ledgerRow = (uid: string) =>
  stores.db
    .selectFrom('sessions')
    .select(['ended_at', 'end_reason', 'ended_by'])
    .where('uid', '=', uid)
    .executeTakeFirst();

const eventsOf = async (uid: string) =>
  (
    await stores.db
      .selectFrom('audit_events')
      .select(['event', 'reason', 'actor'])
      .where('session', '=', uid)
      .orderBy('at')
      .execute()
  ).map(({ event, reason, actor }) => [event, reason, actor].filter(Boolean).join(' '));

async function expectEnded(uid: string, reason: string, by: string | null = null): Promise<void> {
  expect(await ledgerRow(uid)).toEqual({ ended_at: expect.any(Date), end_reason: reason, ended_by: by });
  const ended = ['session.ended', reason, by].filter(Boolean).join(' ');
  expect(await eventsOf(uid)).toEqual(['sign-in.succeeded', ended]);
}

test('a session begun is found on every replica', async () => {
  const session = await begin(stores.replica(LASTING));
  const other = stores.replica(LASTING);
  expect(await other.findById(session.id)).toMatchObject({ uid: session.uid });
  expect(await other.findByUid(session.uid)).toMatchObject({ uid: session.uid });
});

test('a session that the ledger does not know is no session', async () => {
  const sessions = stores.replica(LASTING);
  const write = firstWrite();
  expect(await sessions.put(write)).toBe('written');
  expect(await sessions.findById(write.id)).toBeUndefined();
  expect(await sessions.findByUid(write.uid)).toBeUndefined();
});

test('without its audit row no session begins', async () => {
  const trail = {
    append: async () => {
      throw new Error('the audit log is full');
    },
  };
  const sessions = stores.replica(LASTING, { trail });
  const accountId = await stores.createAccount();
  const { uid, login } = firstWrite({ login: { accountId, loginTs: Math.floor(Date.now() / 1000) } });
  await expect(sessions.begin({ uid, login, provedAt: Date.now() }, {})).rejects.toThrow('full');
  expect(await ledgerRow(uid)).toBeUndefined();
});

test('an ended session does not begin again', async () => {
  const sessions = stores.replica(LASTING);
  const { uid, login, account } = await begin(sessions);
  await sessions.end(uid, { reason: 'signed-out', by: account, origin: {} });
  expect(await sessions.begin({ uid, login, provedAt: Date.now() }, {})).toBe(false);
  await expectEnded(uid, 'signed-out', account);
});

test('of 16 ends at once on two replicas one is recorded', async () => {
  const replicas = [stores.replica(LASTING), stores.replica(LASTING)];
  const { uid, id } = await begin(replicas[0] as Sessions);
  const ends = Array.from({ length: 16 }, (_, index) =>
    replicas[index % 2]?.end(uid, { reason: 'revoked', ...nobody }),
  );
  await Promise.all(ends);
  await expectEnded(uid, 'revoked');
  for (const replica of replicas) expect(await replica.findById(id)).toBeUndefined();
  expect((await stores.redis.hash(stores.keys.pendingEnds())).has(uid)).toBe(false);
});

test('a Redis that forgot the end revives nothing', async () => {
  const sessions = stores.replica(LASTING);
  const write = await begin(sessions);
  await sessions.end(write.uid, { reason: 'revoked', ...nobody });
  await stores.redis.delete(stores.keys.sessionTombstone(write.uid));
  expect(await sessions.put(write)).toBe('written');
  expect(await sessions.findById(write.id)).toBeUndefined();
  expect(await stores.replica(LASTING).findByUid(write.uid)).toBeUndefined();
});

const expiries: [string, SessionLives, 'idle' | 'absolute'][] = [
  ['nobody used it for the idle time', { idle: 2, absolute: 60 }, 'idle'],
  ['its absolute life is over, though it was used', { idle: 2, absolute: 3 }, 'absolute'],
];

test.each(expiries)('two sweeps at once end a session once when %s', async (_when, lives, reason) => {
  const replicas = [stores.replica(lives), stores.replica(lives)] as const;
  const session = await begin(replicas[0]);
  const { uid } = session;
  await replicas[0].enter({ uid, account: session.account, clientId: 'claims', sid: 's', grantId: 'g' }, {});
  const began = performance.now();
  let ended = 0;
  await until(async () => {
    if (reason === 'absolute') await stores.store(lives).touch(uid);
    const swept = await Promise.all(replicas.map((replica) => replica.sweep()));
    ended += swept.reduce((sum, count) => sum + count);
    return ended > 0;
  }, 8000);
  expect(performance.now() - began).toBeGreaterThan(900);
  expect(await ledgerRow(uid)).toMatchObject({ end_reason: reason, ended_by: null });
  expect(await eventsOf(uid)).toEqual(['sign-in.succeeded', 'app.entered', `session.ended ${reason}`]);
  expect(await replicas[1].findById(session.id)).toBeUndefined();
  expect(await Promise.all(replicas.map((replica) => replica.sweep()))).toEqual([0, 0]);
});

test('the sweep spares a session whose use only Redis has heard of', async () => {
  const lives = { idle: 2, absolute: 60 };
  const [sessions, store] = [stores.replica(lives), stores.store(lives)];
  const session = await begin(sessions);
  const began = performance.now();
  await until(async () => {
    // Whoever notes it died before the ledger heard.
    await store.touch(session.uid);
    expect(await sessions.sweep()).toBe(0);
    return performance.now() - began > 3500;
  });
  expect(await sessions.findById(session.id)).toMatchObject({ uid: session.uid });
  expect(await ledgerRow(session.uid)).toMatchObject({ ended_at: null });
});

/** Makes a noted end look as old as one that its process has died over. */
async function age(uid: string): Promise<void> {
  const key = stores.keys.pendingEnds();
  const entry = JSON.parse(String(await stores.redis.command('HGET', key, uid)));
  await stores.redis.command('HSET', key, uid, JSON.stringify({ ...entry, at: entry.at - YOUNG }));
}

test('an end that PostgreSQL did not hear of is finished by the sweep, once, as it was meant', async () => {
  const db = stores.openDatabase();
  const cutOff = stores.replica(LASTING, { db });
  const { uid, id, account } = await begin(cutOff);
  await db.destroy();
  await cutOff.end(uid, { reason: 'password-changed', by: account, origin: { address: '203.0.113.7' } });
  const replicas = [stores.replica(LASTING), stores.replica(LASTING)];
  for (const replica of replicas) expect(await replica.findById(id)).toBeUndefined();
  await Promise.all(replicas.map((replica) => replica.sweep()));
  // Whoever noted it a moment ago may be at it still.
  expect(await ledgerRow(uid)).toMatchObject({ ended_at: null });
  await age(uid);
  await Promise.all(replicas.map((replica) => replica.sweep()));
  await expectEnded(uid, 'password-changed', account);
  expect((await stores.redis.hash(stores.keys.pendingEnds())).has(uid)).toBe(false);
});

test('an end interrupted before its first step is finished by the sweep', async () => {
  const sessions = stores.replica(LASTING);
  const { uid, id } = await begin(sessions);
  const noted = { reason: 'revoked', ...nobody, at: Date.now() - YOUNG };
  await stores.redis.command('HSET', stores.keys.pendingEnds(), uid, JSON.stringify(noted));
  expect(await sessions.findById(id)).toMatchObject({ uid });
  await sessions.sweep();
  expect(await sessions.findById(id)).toBeUndefined();
  await expectEnded(uid, 'revoked');
});

test('thousands that expire at once are ended by two sweeps, each once, well within a minute', async () => {
  const count = 2000;
  const account = await stores.createAccount();
  const metadata = { backchannel_logout_uri: 'https://mass.example/logout' };
  await stores.db.insertInto('apps').values({ client_id: 'mass', name: 'Mass', metadata }).execute();
  const mass = sql`generate_series(1, cast(${count} as int)) n`;
  await sql`insert into sessions (uid, account, started_at, idle_expires_at, absolute_expires_at)
    select 'mass-' || n, ${account}, now() - interval '1 hour', now(), now() + interval '1 hour'
    from ${mass}`.execute(stores.db);
  await sql`insert into session_apps (uid, client_id, sid)
    select 'mass-' || n, 'mass', 'mass-sid-' || n from ${mass}`.execute(stores.db);
  const begun = performance.now();
  const replicas = [stores.replica(LASTING), stores.replica(LASTING)];
  const open = sql`select 1 from sessions where ended_at is null and account = ${account} limit 1`;
  let [ended, rounds] = [0, 0];
  // Replicas leave to one another what they are at; the next sweep takes what then is left.
  while ((await open.execute(stores.db)).rows.length > 0) {
    const swept = await Promise.all(replicas.map((replica) => replica.sweep()));
    ended += swept.reduce((sum, each) => sum + each);
    rounds += 1;
  }
  // One every ten seconds.
  expect(rounds).toBeLessThan(5);
  expect(performance.now() - begun).toBeLessThan(40_000);
  // With what other tests left to expire.
  expect(ended).toBeGreaterThanOrEqual(count);
  const of = (table: string, column: string) =>
    sql`(select count(*)::int from ${sql.table(table)} where ${sql.ref(column)} like 'mass-%')`;
  const { rows } = await sql`select ${of('audit_events', 'session')} as events,
    ${of('logout_notices', 'uid')} as notices`.execute(stores.db);
  expect(rows).toEqual([{ events: count, notices: count }]);
});

/** As when a process committed that all of an account's sessions are dead, so many s ago, and then died. */
async function revokeAndDie(account: string, seconds: number, status: 'active' | 'disabled'): Promise<void> {
  const moment = sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`;
  const started = sql<Date>`clock_timestamp() - make_interval(secs => ${seconds + 5})`;
  await stores.db
    .updateTable('sessions')
    .set({ started_at: started })
    .where('account', '=', account)
    .execute();
  await stores.db
    .updateTable('accounts')
    .set({ status, sessions_not_before: moment })
    .where('sub', '=', account)
    .execute();
}

test.each([
  ['active', 'revoked'],
  ['disabled', 'account-disabled'],
] as const)(
  'sessions that an %s account’s row made dead, and that nobody ended, the sweep ends as %s, with their apps told',
  async (status, reason) => {
    const replicas = [stores.replica(LASTING), stores.replica(LASTING)] as const;
    const app = { client_id: `left-${status}`, name: 'Left' };
    const metadata = { backchannel_logout_uri: 'https://left.example/logout' };
    await stores.db
      .insertInto('apps')
      .values({ ...app, metadata })
      .execute();
    const dead = await begin(replicas[0]);
    const entry = { uid: dead.uid, account: dead.account, clientId: app.client_id, sid: newName() };
    await replicas[0].enter({ ...entry, grantId: newName() }, {});
    const other = await begin(replicas[0]);
    await revokeAndDie(dead.account, 5, status);
    // Whoever revoked them may be at it still.
    await Promise.all(replicas.map((replica) => replica.sweep()));
    expect(await ledgerRow(dead.uid)).toMatchObject({ ended_at: null });
    await revokeAndDie(dead.account, 40, status);
    const later = status === 'active' ? await begin(replicas[1], dead.account) : undefined;
    await Promise.all(replicas.map((replica) => replica.sweep()));
    expect(await ledgerRow(dead.uid)).toMatchObject({ end_reason: reason, ended_by: null });
    expect(await eventsOf(dead.uid)).toEqual(['sign-in.succeeded', 'app.entered', `session.ended ${reason}`]);
    expect(await replicas[1].findById(dead.id)).toBeUndefined();
    const told = await stores.db
      .selectFrom('logout_notices')
      .select('client_id')
      .where('uid', '=', dead.uid)
      .execute();
    expect(told).toEqual([{ client_id: app.client_id }]);
    for (const alive of [other, ...(later ? [later] : [])]) {
      expect(await ledgerRow(alive.uid)).toMatchObject({ ended_at: null });
    }
  },
);

/** Asks for the plan instead of each query, and answers with nothing. */
function explaining(plans: string[]): Database {
  return stores.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind !== 'RawNode') return node;
      const { sqlFragments } = node;
      return { ...node, sqlFragments: [`explain ${sqlFragments[0]}`, ...sqlFragments.slice(1)] };
    },
    transformResult: async ({ result }) => {
      plans.push(result.rows.map((row) => String(row['QUERY PLAN'])).join('\n'));
      return { ...result, rows: [] };
    },
  });
}

test('the sweep finds them by indexes, not by reading every account or session', async () => {
  for (let from = 1; from < 20_000; from += 2000) {
    const numbers = sql`generate_series(cast(${from} as int), cast(${from + 1999} as int)) n`;
    await stores.db
      .insertInto('accounts')
      .columns(['sub', 'user_id', 'user_id_folded', 'given_name', 'family_name', 'status'])
      .expression(sql`select 'many-' || n, 'many-' || n, 'many-' || n, 'A', 'B', 'active' from ${numbers}`)
      .execute();
    await sql`insert into sessions (uid, account, absolute_expires_at, idle_expires_at)
      select 'many-' || n, 'many-' || n, now() + interval '1 hour', now() + interval '1 hour'
      from ${numbers}`.execute(stores.db);
  }
  await sql`analyze accounts, sessions`.execute(stores.db);
  const asked: string[] = [];
  const ledger = new Ledger(explaining(asked), LASTING);
  await ledger.expired(200);
  expect(asked).toHaveLength(2);
  for (const plan of asked) expect(plan).not.toMatch(/Seq Scan/);
});

test('all sessions of an account end together, and nobody else’s', async () => {
  const sessions = stores.replica(LASTING);
  const mine = await begin(sessions);
  const more = await begin(sessions, mine.account);
  const other = await begin(sessions);
  await sessions.endAllOf(mine.account, { reason: 'account-disabled', ...nobody });
  for (const { uid } of [mine, more]) await expectEnded(uid, 'account-disabled');
  expect(await sessions.findById(other.id)).toMatchObject({ uid: other.uid });
});

/** A phone let in on a session: whether its grant is there after the session ended for `reason`. */
async function phoneSurvives(
  reason: 'signed-out' | 'idle' | 'revoked' | 'password-changed',
): Promise<boolean> {
  const sessions = stores.replica(LASTING);
  const { uid, account } = await begin(sessions);
  const durable = new DurableStore(stores.db);
  const grant = newName();
  const exp = Math.floor(Date.now() / 1000) + 60;
  await durable.putGrant(grant, { accountId: account, clientId: 'mobile', sessionUid: uid, exp });
  await sessions.end(uid, { reason, ...nobody });
  return (await durable.findGrant(grant)) !== undefined;
}

test('a phone outlives a session that is signed out or expires, and not one that is taken away', async () => {
  expect(await phoneSurvives('signed-out')).toBe(true);
  expect(await phoneSurvives('idle')).toBe(true);
  expect(await phoneSurvives('revoked')).toBe(false);
  expect(await phoneSurvives('password-changed')).toBe(false);
});

test('an account that is disabled without a word is out within a second', async () => {
  const sessions = stores.replica(LASTING);
  const { id, account } = await begin(sessions);
  expect(await sessions.findById(id)).toBeDefined();
  await stores.db.updateTable('accounts').set({ status: 'disabled' }).where('sub', '=', account).execute();
  clock.advance(1000);
  expect(await sessions.findById(id)).toBeUndefined();
});

test('an app entered as the session ends is told, or not let in', async () => {
  const replicas = [stores.replica(LASTING), stores.replica(LASTING)] as const;
  await stores.db
    .insertInto('apps')
    .values({
      client_id: 'late',
      name: 'Late',
      metadata: { backchannel_logout_uri: 'https://late.example/logout' },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  for (let round = 0; round < 20; round++) {
    const { uid, account } = await begin(replicas[0]);
    const entry = { uid, account, clientId: 'late', sid: newName(), grantId: newName() };
    const [entered] = await Promise.all([
      replicas[0].enter(entry, {}),
      replicas[1].end(uid, { reason: 'revoked', ...nobody }),
    ]);
    const told = await stores.db
      .selectFrom('logout_notices')
      .select('client_id')
      .where('uid', '=', uid)
      .execute();
    if (entered) expect(told).toEqual([{ client_id: 'late' }]);
  }
});

test('the audit trail of a whole session reads in order', async () => {
  const sessions = stores.replica(LASTING, { trail: new AuditTrail() });
  const { uid, account } = await begin(sessions);
  const entry = { uid, account, clientId: 'claims', sid: 's', grantId: 'g' };
  expect(await sessions.enter(entry, {})).toBe(true);
  expect(await sessions.enter(entry, {})).toBe(true);
  await sessions.end(uid, { reason: 'signed-out', by: account, origin: {} });
  expect(await sessions.enter(entry, {})).toBe(false);
  expect(await eventsOf(uid)).toEqual([
    'sign-in.succeeded',
    'app.entered',
    `session.ended signed-out ${account}`,
  ]);
});

test('a person has as many sessions as is set: of many sign-ins at once the newest stay, the oldest are told why', async () => {
  const limited = [0, 1].map(() => stores.replica(LASTING, { perAccount: 3 })) as [Sessions, Sessions];
  const account = await stores.createAccount();
  const first = await begin(limited[0], account);
  expect(await limited[0].endReason(first.uid)).toBeUndefined();
  const more = await Promise.all(
    Array.from({ length: 8 }, (_, index) => begin(limited[index % 2] as Sessions, account)),
  );
  const open = await stores.db
    .selectFrom('sessions')
    .select('uid')
    .where('account', '=', account)
    .where('ended_at', 'is', null)
    .execute();
  expect(open).toHaveLength(3);
  await expectEnded(first.uid, 'too-many');
  expect(await limited[1].endReason(first.uid)).toBe('too-many');
  for (const { uid, id } of [first, ...more]) {
    const lives = open.some((row) => row.uid === uid);
    expect([uid, (await stores.replica(LASTING).findById(id)) !== undefined]).toEqual([uid, lives]);
  }
  // Another person's are not counted, and without a limit nobody's are.
  const other = await begin(limited[0]);
  expect(await limited[0].findById(other.id)).toMatchObject({ uid: other.uid });
});
