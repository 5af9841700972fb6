import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Retention } from '../../src/audit/retention.ts';
import { SealedLog } from './sealed-log.ts';

let log: SealedLog;
beforeEach(async () => {
  log = await SealedLog.open();
});
afterEach(() => log.close());

const DAY = 86_400;
const YEARS = 6 * 365 * DAY;

const retention = (keep: number | undefined) =>
  new Retention({
    db: log.db,
    keep,
    sealing: log.sealing,
    append: (tx, event) => log.trail.append(tx, event, {}),
  });

/** Rows of a month of long ago, in its own partition, as they were written then. */
async function writeIn(month: string, rows: number): Promise<void> {
  await sql`insert into audit_events (at, event, outcome)
    select cast(${`${month}-11T00:00:00Z`} as timestamptz) + make_interval(mins => n), 'account.changed', 'success'
    from generate_series(1, ${rows}) as n`.execute(log.db);
  await retention(undefined).makeAhead();
}

const monthsKept = async () =>
  (
    await sql<{ month: string }>`select distinct to_char(at at time zone 'UTC', 'YYYY-MM') as month
      from audit_events order by month`.execute(log.db)
  ).rows.map(({ month }) => month);

const thisMonth = new Date().toISOString().slice(0, 7);

test('without a retention nothing is dropped', async () => {
  await writeIn('2010-01', 3);
  await log.seal();
  expect(await retention(undefined).dropOld()).toEqual([]);
  expect(await monthsKept()).toEqual(['2010-01']);
});

test('old months are dropped whole, their seals stay, and the log still verifies and says so', async () => {
  for (const month of ['2010-01', '2010-02', '2010-03']) await writeIn(month, 4);
  await log.write(3);
  await log.seal();
  const before = (await log.heads()).length;
  expect(await retention(YEARS).dropOld()).toEqual(['2010-01', '2010-02', '2010-03']);
  expect(await monthsKept()).toEqual([thisMonth]);
  const kept = { rows: 6, seals: before + 3, first: 1, keptFrom: '2010-04-01T00:00:00.000000Z' };
  expect(await log.verify(log.db, await log.heads())).toMatchObject(kept);
  const exported = await log.export('jsonl');
  expect(await log.verifyExport(exported)).toMatchObject(kept);
  expect(await retention(YEARS).dropOld()).toEqual([]);
});

test('what is dropped is audited', async () => {
  await writeIn('2010-01', 4);
  await log.seal();
  await retention(YEARS).dropOld();
  const rows = await log.db.selectFrom('audit_events').selectAll().execute();
  expect(rows).toMatchObject([
    {
      event: 'audit.dropped',
      actor: 'retention',
      before: { month: '2010-01', rows: 4, first_seal: 1, last_seal: 1 },
      position: 5,
    },
  ]);
});

test('a month that is not sealed, and those after it, stay', async () => {
  await writeIn('2010-01', 1);
  await log.seal();
  for (const month of ['2010-02', '2010-03']) await writeIn(month, 1);
  expect(await retention(YEARS).dropOld()).toEqual(['2010-01']);
  expect(await monthsKept()).toEqual(['2010-02', '2010-03', thisMonth]);
});

test('who drops a month without the key is found', async () => {
  for (const month of ['2010-01', '2010-02', '2010-03']) await writeIn(month, 2);
  await log.seal();
  await sql`drop table audit_events_2010_01`.execute(log.db);
  await expect(log.verify()).rejects.toMatchObject({ what: 'removed', place: { row: 1 } });
  expect(await retention(YEARS).dropOld()).toEqual(['2010-02', '2010-03']);
  await writeIn('2012-05', 2);
  await log.seal();
  await sql`drop table audit_events_2012_05`.execute(log.db);
  await expect(log.verify()).rejects.toMatchObject({ what: 'removed' });
});

test('a reader that holds the log makes the drop wait for another time, not sign-ins', async () => {
  await writeIn('2010-01', 1);
  await log.seal();
  const leave = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const reader = log.db.transaction().execute(async (tx) => {
    await sql`select from audit_events limit 1`.execute(tx);
    reading.resolve();
    await leave.promise;
  });
  await reading.promise;
  const drop = expect(retention(YEARS).dropOld()).rejects.toThrow('lock timeout');
  await drop;
  await log.write(1);
  leave.resolve();
  await reader;
  expect(await retention(YEARS).dropOld()).toEqual(['2010-01']);
  await log.seal();
  expect(await log.verify()).toMatchObject({ rows: 2 });
});
