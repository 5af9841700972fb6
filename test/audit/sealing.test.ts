import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Transaction } from '../../src/postgres/database.ts';
import { until } from '../postgres/until.ts';
import { SealedLog } from './sealed-log.ts';

let log: SealedLog;
beforeEach(async () => {
  log = await SealedLog.open();
});
afterEach(() => log.close());

const positions = async () =>
  (await log.db.selectFrom('audit_events').select(['position', 'event']).orderBy('position').execute()).map(
    (row) => row.position,
  );

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A transaction that has written and stays open until it is told. */
async function open(write: (tx: Transaction) => Promise<void>): Promise<() => Promise<void>> {
  const written = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const done = log.db.transaction().execute(async (tx) => {
    await write(tx);
    written.resolve();
    await leave.promise;
  });
  done.catch(written.reject);
  await written.promise;
  return async () => {
    leave.resolve();
    await done;
  };
}

test('rows get positions without a gap, and the log verifies', async () => {
  await log.write(5);
  await log.seal();
  await log.write(3);
  await log.seal();
  expect(await positions()).toEqual(upTo(8));
  expect(await log.verify()).toMatchObject({ rows: 8, unsealed: 0, keptFrom: null, first: 1 });
});

test('an empty log verifies, and rows not sealed yet are counted', async () => {
  expect(await log.verify()).toMatchObject({ rows: 0, seals: 0, unsealed: 0 });
  await log.write(2);
  expect(await log.verify()).toMatchObject({ rows: 0, unsealed: 2 });
});

test('more rows than one seal takes are sealed one seal after the other', async () => {
  await sql`insert into audit_events (event, outcome, after)
    select 'account.changed', 'success', jsonb_build_object('row', n) from generate_series(1, 1250) as n`.execute(
    log.db,
  );
  await log.seal();
  expect(await log.verify()).toMatchObject({ rows: 1250, seals: 3 });
});

test('another key signs from its rotation on, in every process, and the one before can sign no more', async () => {
  const replica = log.replica();
  await log.writeTogether(2);
  await log.seal();
  await replica.sealing.run();
  const [first, ...others] = await Promise.all(
    [1, 2, 3].map(() => log.keys.rotate('test', log.trail.recorder({}))),
  );
  expect(new Set([first, ...others].map((key) => key?.id)).size).toBe(3);
  await log.writeTogether(3);
  await replica.sealing.run();
  await log.seal();
  await replica.db.destroy();
  expect(await log.verify()).toMatchObject({ rows: 8, unsealed: 0 });
  const stored = await log.db
    .selectFrom('audit_keys')
    .select(['id', 'private_key'])
    .orderBy('created_at')
    .execute();
  expect(stored.map(({ private_key }) => private_key !== null)).toEqual([false, false, false, true]);
  const signed = (await log.heads()).map(({ key }) => key);
  expect([signed[0], signed.at(-1)]).toEqual([stored[0]?.id, stored[3]?.id]);
  const rows = await log.db
    .selectFrom('audit_events')
    .select('before')
    .where('event', '=', 'seal-key.rotated')
    .execute();
  expect(rows.map(({ before }) => before)).toContainEqual({ ids: [stored[0]?.id] });
});

test('two sealers at once give every row one position', async () => {
  const other = log.replica();
  let writing = true;
  const writers = Promise.all([log.write(60), log.write(60, other.db)]).finally(() => {
    writing = false;
  });
  const seal = async (sealing: typeof other.sealing) => {
    while (writing) await sealing.run();
  };
  await Promise.all([writers, seal(log.sealing), seal(other.sealing)]);
  await log.seal();
  await other.db.destroy();
  expect(await positions()).toEqual(upTo(120));
  expect(await log.verify()).toMatchObject({ rows: 120 });
});

test('a row waits for transactions that began before its own, and nobody is passed over', async () => {
  const commit = await open((tx) => log.write(1, tx));
  await log.write(3);
  expect(await log.sealing.run()).toBe(0);
  await commit();
  await log.seal();
  expect(await positions()).toEqual(upTo(4));
  // The first to write is the first in the log, though it was the last to commit.
  const { rows } = await sql<{ position: number }>`
    select position from audit_events order by xact limit 1`.execute(log.db);
  expect(rows).toEqual([{ position: 1 }]);
});

test('writers that commit in any order, some never, leave no gap and no row behind', async () => {
  const commits = [];
  for (let writer = 0; writer < 4; writer += 1) commits.push(await open((tx) => log.write(2, tx)));
  const undone = log.db.transaction().execute(async (tx) => {
    await log.write(2, tx);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  for (const writer of [2, 0, 3, 1]) {
    await commits[writer]?.();
    await log.write(1);
    await log.sealing.run();
  }
  await log.seal();
  expect(await positions()).toEqual(upTo(12));
  expect(await log.verify()).toMatchObject({ rows: 12 });
});

test('a transaction that is forgotten does not stop the seals for ever', async () => {
  const commit = await open((tx) => log.write(1, tx));
  await sql`insert into audit_events (at, event, outcome)
    values (clock_timestamp() - interval '61 seconds', 'account.changed', 'success')`.execute(log.db);
  expect(await log.sealing.run()).toBe(1);
  await commit();
  await log.seal();
  expect(await log.verify()).toMatchObject({ rows: 2 });
});

test('one run seals every row that has waited for long enough, the last one too', async () => {
  await sql`insert into audit_events (at, event, outcome)
    select clock_timestamp() - make_interval(secs => 70 - n), 'account.changed', 'success'
    from generate_series(1, 3) as n`.execute(log.db);
  expect(await log.sealing.run()).toBe(3);
  expect(await log.verify()).toMatchObject({ rows: 3, unsealed: 0 });
});

test('a seal that fails leaves neither positions nor a seal', async () => {
  await log.write(3);
  await sql`create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'no'; end $$;
    create trigger refuse before insert on audit_seals for each row execute function refuse()`.execute(
    log.db,
  );
  // Nothing is sealed, and nothing refused, while a transaction of another test on this server is open.
  await until(() =>
    log.sealing.run().then(
      () => false,
      (error: Error) => error.message === 'no',
    ),
  );
  expect(await positions()).toEqual([null, null, null]);
  await sql`drop function refuse cascade`.execute(log.db);
  await log.seal();
  expect(await log.verify()).toMatchObject({ rows: 3 });
});

test('rows of two months are never under one seal, whatever the order of their commits', async () => {
  const insert = (at: string) =>
    sql`insert into audit_events (at, event, outcome) values (${at}, 'account.changed', 'success')`.execute(
      log.db,
    );
  for (const at of ['2019-02-28T23:59:59.999999Z', '2019-03-01T00:00:00Z']) await insert(at);
  await log.seal();
  await insert('2019-02-28T23:59:59.999998Z');
  await log.seal();
  expect((await log.heads()).map(({ from }) => from)).toEqual([
    '2019-02-28T23:59:59.999999Z',
    '2019-03-01T00:00:00.000000Z',
    '2019-02-28T23:59:59.999998Z',
  ]);
  expect(await log.verify()).toMatchObject({ rows: 3, seals: 3 });
});
