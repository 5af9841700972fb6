import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditTrail } from '../../src/audit/trail.ts';
import { clock } from '../../src/clock.ts';
import { DurableStore } from '../../src/sessions/durable-store.ts';
import type { SessionCriteria } from '../../src/sessions/session-filter.ts';
import { SessionList } from '../../src/sessions/session-list.ts';
import type { Sessions, Trail } from '../../src/sessions/sessions.ts';
import { firstWrite, newName, SharedStores } from './fixture.ts';

const LASTING = { idle: 600, absolute: 3600 };
const APP = 'bulk';
const order = { by: 'the-analyst', note: 'a stolen laptop', origin: { address: '203.0.113.99' } };

let stores: SharedStores;
beforeAll(async () => {
  stores = await SharedStores.open();
  const metadata = { backchannel_logout_uri: 'https://bulk.example/logout' };
  await stores.db.insertInto('apps').values({ client_id: APP, name: 'Bulk', metadata }).execute();
});
afterAll(() => stores?.close());

interface Held {
  readonly uid: string;
  readonly id: string;
  readonly account: string;
  /** Of a phone that it let in. */
  readonly grant: string;
}

/** Sessions at an address of their own, each with an app and a phone. */
async function crowd(count: number): Promise<{ address: string; held: Held[]; sessions: Sessions }> {
  const sessions = stores.replica(LASTING);
  const address = `2001:db8:${newName()
    .replace(/[^a-f0-9]/gi, '')
    .padEnd(4, '0')
    .slice(0, 4)}::${Math.floor(Math.random() * 9999)}`;
  const held: Held[] = [];
  // A few at a time: all at once would wait for connections for too long.
  while (held.length < count) {
    const some = Array.from({ length: Math.min(8, count - held.length) }, () => begin(sessions, address));
    held.push(...(await Promise.all(some)));
  }
  return { address, held, sessions };
}

async function begin(sessions: Sessions, address: string): Promise<Held> {
  const account = await stores.createAccount();
  const login = { accountId: account, loginTs: Math.floor(Date.now() / 1000), amr: ['pwd'] };
  const write = firstWrite({ login });
  const { uid, id } = write;
  expect(await sessions.begin({ uid, login, provedAt: Date.now() }, { address })).toBe(true);
  expect(await sessions.put(write)).toBe('written');
  expect(await sessions.enter({ uid, account, clientId: APP, sid: newName(), grantId: newName() }, {})).toBe(
    true,
  );
  const grant = newName();
  const exp = Math.floor(Date.now() / 1000) + 60;
  await new DurableStore(stores.db).putGrant(grant, {
    accountId: account,
    clientId: APP,
    sessionUid: uid,
    exp,
  });
  return { uid, id, account, grant };
}

async function stand(sessions: Sessions, held: readonly Held[]): Promise<number> {
  const found = await Promise.all(held.map(({ id }) => sessions.findById(id)));
  return found.filter(Boolean).length;
}

const count = async (what: ReturnType<typeof sql<{ count: number }>>) =>
  (await what.execute(stores.db)).rows[0]?.count;
const uids = (held: readonly Held[]) => held.map(({ uid }) => uid);

/** Each row closed, one event and one notice each, no mark left. */
async function expectSettled(held: readonly Held[]): Promise<void> {
  const rows = await stores.db
    .selectFrom('sessions')
    .select(['end_reason', 'ended_by', 'end_note'])
    .where('uid', 'in', uids(held))
    .execute();
  const ended = { end_reason: 'revoked', ended_by: order.by, end_note: order.note };
  expect(rows).toEqual(held.map(() => ended));
  const events = sql<{ count: number }>`select count(*)::int as count from audit_events
    where event = 'session.ended' and session = any(${uids(held)}) and actor = ${order.by} and reason = 'revoked'
      and after ->> 'note' = ${order.note} and address = ${order.origin.address}`;
  expect(await count(events)).toBe(held.length);
  const all = sql<{ count: number }>`select count(*)::int as count from audit_events
    where event = 'session.ended' and session = any(${uids(held)})`;
  expect(await count(all)).toBe(held.length);
  const told = sql<{
    count: number;
  }>`select count(*)::int as count from logout_notices where uid = any(${uids(held)})`;
  expect(await count(told)).toBe(held.length);
  expect(await count(sql`select count(*)::int as count from ending_sessions`)).toBe(0);
}

test('all that match are dead at once, on other replicas within a second, before any row is closed', async () => {
  const { address, held, sessions } = await crowd(5);
  const bystander = await begin(sessions, '192.0.2.1');
  const other = stores.replica(LASTING);
  expect(await stand(other, held)).toBe(5);
  const list = new SessionList(stores.db);
  expect(await list.countMatching({ address })).toEqual({ sessions: 5, offline: 5, more: false });
  expect(await sessions.endMatching({ address }, order)).toEqual({ id: expect.any(String), sessions: 5 });
  expect(await stand(sessions, held)).toBe(0);
  clock.advance(1000);
  expect(await stand(other, held)).toBe(0);
  const durable = new DurableStore(stores.db);
  for (const { grant } of held) expect(await durable.findGrant(grant)).toBeUndefined();
  expect(await list.countMatching({ address })).toEqual({ sessions: 0, offline: 0, more: false });
  // The list says so already.
  const { rows } = await list.page({ address, limit: 10 });
  expect(rows).toMatchObject(
    held.map(() => ({ end_reason: 'revoked', ended_by: order.by, end_note: order.note })),
  );
  expect(
    await count(
      sql`select count(*)::int as count from sessions where uid = any(${uids(held)}) and ended_at is null`,
    ),
  ).toBe(5);
  expect(await other.settleMarked()).toBe(5);
  await expectSettled(held);
  expect(await stand(sessions, [bystander])).toBe(1);
});

test('a marked session signs nobody in again, enters no app, and a Redis that forgot changes nothing', async () => {
  const { address, held, sessions } = await crowd(1);
  const [{ uid, id, account } = {} as Held] = held;
  await sessions.endMatching({ address }, order);
  const login = { accountId: account, loginTs: Math.floor(Date.now() / 1000) };
  const other = stores.replica(LASTING);
  expect(await other.begin({ uid, login, provedAt: Date.now() }, {})).toBe(false);
  expect(await other.enter({ uid, account, clientId: 'late', sid: newName(), grantId: newName() }, {})).toBe(
    false,
  );
  expect(await other.isOver(uid)).toBe(true);
  expect(await other.findById(id)).toBeUndefined();
  await other.settleMarked();
  await expectSettled(held);
});

test('many replicas close the rows together, each once', async () => {
  const { address, held, sessions } = await crowd(250);
  await sessions.endMatching({ address }, order);
  const replicas = Array.from({ length: 4 }, () => stores.replica(LASTING));
  // A single end of one of them comes at the same moment.
  const single = held[7] as Held;
  const closed = await Promise.all(replicas.map((replica) => replica.settleMarked()));
  await replicas[0]?.end(single.uid, { reason: 'signed-out', by: single.account, origin: {} });
  await replicas[1]?.settleMarked();
  expect(closed.reduce((sum, each) => sum + each)).toBe(250);
  await expectSettled(held);
});

test('a process that dies in the midst of closing loses nothing and doubles nothing', async () => {
  const { address, held, sessions } = await crowd(210);
  await sessions.endMatching({ address }, order);
  const trail = new AuditTrail();
  let written = 0;
  const dying: Trail = {
    append: async (tx, event, origin) => {
      // In the second batch.
      written += 1;
      if (written > 205) throw new Error('killed');
      await trail.append(tx, event, origin);
    },
  };
  await expect(stores.replica(LASTING, { trail: dying }).settleMarked()).rejects.toThrow('killed');
  expect(await count(sql`select count(*)::int as count from ending_sessions`)).toBe(10);
  expect(await stand(stores.replica(LASTING), held)).toBe(0);
  expect(await stores.replica(LASTING).settleMarked()).toBe(10);
  await expectSettled(held);
});

test('an end that cannot be audited ends nothing', async () => {
  const { address, held } = await crowd(2);
  const trail: Trail = {
    append: async () => {
      throw new Error('the audit log is full');
    },
  };
  await expect(stores.replica(LASTING, { trail }).endMatching({ address }, order)).rejects.toThrow('full');
  expect(await stand(stores.replica(LASTING), held)).toBe(2);
});

test('one event says what was asked and how many it were, and each session’s names it', async () => {
  const { address, held, sessions } = await crowd(3);
  const { id } = await sessions.endMatching({ address, device: 'unknown' }, order);
  await sessions.settleMarked();
  const asked = await stores.db
    .selectFrom('audit_events')
    .select(['actor', 'after'])
    .where('event', '=', 'sessions.revoked')
    .where(sql`after ->> 'bulk_end'`, '=', id)
    .execute();
  const after = { filter: { address, device: 'unknown' }, note: order.note, sessions: 3, bulk_end: id };
  expect(asked).toEqual([{ actor: order.by, after }]);
  const each = await stores.db
    .selectFrom('audit_events')
    .select('after')
    .where('event', '=', 'session.ended')
    .where('session', 'in', uids(held))
    .execute();
  expect(each).toEqual(held.map(() => ({ after: { note: order.note, bulk_end: id } })));
});

test('criteria that name no sessions in particular, or none at all, end nothing', async () => {
  const { held, sessions } = await crowd(2);
  const nothing: SessionCriteria[] = [{}, { state: 'open' }, { account: undefined, address: undefined }];
  for (const criteria of nothing) {
    await expect(sessions.endMatching(criteria, order)).rejects.toThrow(TypeError);
  }
  for (const criteria of [
    { address: '' },
    { address: 'x' },
    { account: '' },
    { device: 'none such' },
    { app: '\0' },
  ]) {
    expect(await sessions.endMatching(criteria, order)).toMatchObject({ sessions: 0 });
  }
  expect(await stand(sessions, held)).toBe(2);
});

test('words of any length and kind are kept, cut short', async () => {
  const { address, held, sessions } = await crowd(1);
  const note = `a\0b \u202E<script>\ud800${'x'.repeat(10_000)}`;
  await sessions.endMatching({ address }, { ...order, note });
  await sessions.settleMarked();
  const session = await new SessionList(stores.db).find(String(held[0]?.uid));
  expect(session?.end_note).toHaveLength(500);
  expect(session?.end_note?.startsWith('a\uFFFDb \u202E<script>\uFFFDx')).toBe(true);
});
