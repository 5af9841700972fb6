import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditTrail } from '../../src/audit/trail.ts';
import { EVENTS } from '../../src/audit-events.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let db: Database;
const trail = new AuditTrail();

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

// The table is append only, so each test looks past the rows of those before it.
let earlier: string[];
beforeEach(async () => {
  earlier = (await db.selectFrom('audit_events').select('id').execute()).map((row) => row.id);
});

const rows = async () =>
  (await db.selectFrom('audit_events').selectAll().orderBy('at').execute()).filter(
    (row) => !earlier.includes(row.id),
  );

const signedIn = { event: 'sign-in.succeeded', outcome: 'success', account: 'sub', session: 'uid' } as const;

test("a row says what, whom, where from and when by the store's clock", async () => {
  await trail.append(db, signedIn, { address: '203.0.113.7', userAgent: 'Mozilla/5.0', request: 'r-1' });
  expect(await rows()).toMatchObject([
    {
      ...signedIn,
      reason: null,
      address: '203.0.113.7',
      user_agent: 'Mozilla/5.0',
      request: 'r-1',
      before: null,
      position: null,
      at: expect.any(Date),
    },
  ]);
});

test('a row goes when its transaction goes', async () => {
  const undone = db.transaction().execute(async (tx) => {
    await trail.append(tx, signedIn, {});
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await rows()).toEqual([]);
});

test('text from outside stays in one row, whatever it carries', async () => {
  const text = `a\r\nsign-in.succeeded\u0000\u2028\uD800'); drop table audit_events; --`;
  await trail.append(
    db,
    { event: 'sign-in.failed', outcome: 'failure', reason: text as 'wrong-password' },
    { userAgent: text },
  );
  const kept = `a\r\nsign-in.succeeded\uFFFD\u2028\uFFFD'); drop table audit_events; --`;
  expect(await rows()).toMatchObject([{ reason: kept, user_agent: kept }]);
});

test('text is clipped to lengths that cannot fill the disk', async () => {
  const long = '😀'.repeat(100_000);
  const after = { list: Array(5000).fill(long), deep: nest(50), [long]: 1 };
  await trail.append(
    db,
    { event: 'practice.created', outcome: 'success', after },
    { userAgent: long, address: long },
  );
  const [row] = await rows();
  expect(row?.user_agent).toHaveLength(512);
  expect(row?.address).toHaveLength(64);
  expect(JSON.stringify(row?.after).length).toBeLessThan(150_000);
});

function nest(depth: number): object {
  return depth === 0 ? {} : { inner: nest(depth - 1) };
}

test('before and after are kept as JSON, odd characters mended', async () => {
  const before = { roles: ['clinician'], npis: [], note: 'x\u0000\uDC00', at: new Date(0), none: null };
  const event = { event: 'app.removed', outcome: 'success', app: 'claims', before } as const;
  await trail.append(db, event, {});
  expect(await rows()).toMatchObject([
    {
      before: {
        roles: ['clinician'],
        npis: [],
        note: 'x\uFFFD\uFFFD',
        at: '1970-01-01T00:00:00.000Z',
        none: null,
      },
    },
  ]);
});

test('every event in the taxonomy can be written', async () => {
  const fields = { account: 'a', actor: 'b', app: 'c', session: 'd', reason: 'e', before: {}, after: {} };
  for (const [event, { outcome }] of Object.entries(EVENTS)) {
    await trail.append(db, { event, outcome, ...fields } as Parameters<AuditTrail['append']>[1], {});
  }
  expect(await rows()).toHaveLength(Object.keys(EVENTS).length);
});

test('the store refuses to change, delete or truncate rows', async () => {
  await trail.append(db, signedIn, {});
  await expect(db.updateTable('audit_events').set({ reason: 'x' }).execute()).rejects.toThrow('append only');
  await expect(db.deleteFrom('audit_events').execute()).rejects.toThrow('append only');
  await expect(sql`truncate audit_events`.execute(db)).rejects.toThrow('append only');
});

test('a position is set once, and nothing else with it', async () => {
  await trail.append(db, signedIn, {});
  const [row] = await rows();
  const update = (values: object) =>
    db
      .updateTable('audit_events')
      .set(values)
      .where('id', '=', row?.id ?? '')
      .execute();
  await expect(update({ position: 1, reason: 'x' })).rejects.toThrow('append only');
  await update({ position: 1 });
  await expect(update({ position: 2 })).rejects.toThrow('append only');
  await expect(update({ position: null })).rejects.toThrow('append only');
  expect(await rows()).toMatchObject([{ position: 1 }]);
});
