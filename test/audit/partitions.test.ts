import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditTrail } from '../../src/audit/trail.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let db: Database;
const trail = new AuditTrail();
const failed = { event: 'sign-in.failed', outcome: 'failure', reason: 'wrong-password' } as const;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

const partitionOf = async (event: string) =>
  (
    await sql<{ name: string; at: Date }>`
      select cast(tableoid::regclass as text) as name, at from audit_events where event = ${event}`.execute(
      db,
    )
  ).rows;

const insertAt = (at: string, event: string) =>
  sql`insert into audit_events (at, event, outcome) values (${at}, ${event}, 'success')`.execute(db);

const make = (at: string) => sql`select audit_make_partition(${at})`.execute(db);

test('a row goes into the partition of its month, made ahead', async () => {
  await trail.append(db, failed, {});
  const [row] = await partitionOf('sign-in.failed');
  expect(row?.name).toBe(`audit_events_${row?.at.toISOString().slice(0, 7).replace('-', '_')}`);
  const { rows } = await sql`select from pg_inherits where inhparent = 'audit_events'::regclass`.execute(db);
  // The default one, this month and three ahead.
  expect(rows).toHaveLength(5);
});

test('a row of a month without a partition is taken, and moved when that is made', async () => {
  await insertAt('2019-02-28T23:59:59.999999Z', 'stray.february');
  await insertAt('2019-03-01T00:00:00Z', 'stray.march');
  expect(await partitionOf('stray.february')).toMatchObject([{ name: 'audit_events_default' }]);
  await make('2019-02-03T00:00:00Z');
  expect(await partitionOf('stray.february')).toMatchObject([{ name: 'audit_events_2019_02' }]);
  expect(await partitionOf('stray.march')).toMatchObject([{ name: 'audit_events_default' }]);
  await sql`select audit_make_partitions()`.execute(db);
  expect(await partitionOf('stray.march')).toMatchObject([{ name: 'audit_events_2019_03' }]);
});

test('a partition is as append only as the whole', async () => {
  await insertAt('2018-05-01T00:00:00Z', 'kept');
  for (const partition of ['audit_events_default', 'audit_events_2018_05']) {
    const name = sql.table(partition);
    for (const attack of [
      sql`update ${name} set reason = 'x' where event = 'kept'`,
      sql`delete from ${name} where event = 'kept'`,
      sql`truncate ${name}`,
      sql`update ${name} set position = 7, at = at + interval '1 second' where event = 'kept'`,
      sql`update ${name} set position = 7, xact = '1' where event = 'kept'`,
    ]) {
      await expect(attack.execute(db)).rejects.toThrow('append only');
    }
    await make('2018-05-01T00:00:00Z');
  }
  await sql`update audit_events set position = 7 where event = 'kept'`.execute(db);
  await expect(sql`update audit_events set position = 8 where event = 'kept'`.execute(db)).rejects.toThrow(
    'append only',
  );
});

test.each([
  '',
  ':',
  '1.2.3.4/8',
  '1.2.3.999',
  '::ffff:1.2.3.4',
  'fe80::1%eth0',
  '\u202Eabc',
  'ffff'.repeat(16),
])('an address such as %j does not keep a row out', async (address) => {
  await trail.append(db, failed, { address });
  const { rows } = await sql`select from audit_events where address = ${address}`.execute(db);
  expect(rows).toHaveLength(1);
});

test('ten thousand characters without a space and other odd text do not keep a row out of the words', async () => {
  const long = 'x'.repeat(10_000);
  const after = { name: `Łódź\u202E <script>`, others: Array(200).fill('é'.repeat(300)) };
  await trail.append(db, { event: 'practice.created', outcome: 'success', after }, { userAgent: long });
  const found = async (words: string) =>
    (
      await sql`select from audit_events where audit_words(event, reason, account, actor, app, session,
        address, user_agent, request, before, after) @@ audit_query(${words})`.execute(db)
    ).rows.length;
  expect(await found('Łódź SCRIPT')).toBe(1);
  expect(await found('practice.created')).toBe(1);
  expect(await found('created.practice')).toBe(0);
  expect(await found(' -- ')).toBe(0);
});

const SEARCHES: Record<string, string> = {
  audit_events_by_at: 'true',
  audit_events_by_event: `event = 'sign-in.failed'`,
  audit_events_by_outcome: `outcome = 'failure'`,
  audit_events_by_reason: `reason = 'wrong-password'`,
  audit_events_by_account: `account = 'a'`,
  audit_events_by_actor: `actor = 'a'`,
  audit_events_by_app: `app = 'claims'`,
  audit_events_by_session: `session = 's'`,
  audit_events_by_request: `request = 'r'`,
  audit_events_by_address: `audit_address(address) = '203.0.113.7'`,
  audit_events_position: 'position = 7',
};

test.each(Object.entries(SEARCHES))('%s answers its search in order', async (_name, where) => {
  const plan = await db.transaction().execute(async (tx) => {
    // Small tables are read whole, and a sort of nothing is cheap, unless this says otherwise.
    await sql`set local enable_seqscan = off`.execute(tx);
    await sql`set local enable_sort = off`.execute(tx);
    await sql`set local enable_bitmapscan = off`.execute(tx);
    const text = `explain select id from audit_events_default where ${where} order by at desc, id desc limit 50`;
    return JSON.stringify((await sql.raw(text).execute(tx)).rows);
  });
  expect(plan).toMatch(/Index (Only )?Scan/);
  expect(plan).not.toMatch(/"Filter|Seq Scan/);
  if (!where.startsWith('position')) expect(plan).not.toContain('Sort');
});

test.each([`audit_address(address) <<= '203.0.113.0/24'`, `audit_address(address) <<= '2001:db8::/32'`])(
  'a range of addresses is found by its index: %s',
  async (where) => {
    const plan = await db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const text = `explain select id from audit_events_default where ${where}`;
      return JSON.stringify((await sql.raw(text).execute(tx)).rows);
    });
    expect(plan).toContain('Index Cond: ((audit_address(address) >=');
  },
);
