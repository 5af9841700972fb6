import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AppError } from '../../src/errors.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { PrivateServer } from './private-server.ts';
import { impatient, silent } from './settings.ts';
import { until } from './until.ts';

let server: PrivateServer;
let db: Database;

beforeAll(async () => {
  server = await PrivateServer.start();
  db = openDatabase(impatient(server.url), silent);
});

afterAll(async () => {
  await db.destroy();
  await server.remove();
});

afterEach(async () => {
  server.thaw();
});

const ask = () => sql<{ one: number }>`select 1 as one`.execute(db);

/** What each of many queries, more than the pool has connections, ended in, and the longest wait in ms. */
async function askMany(count: number) {
  const begun = performance.now();
  const waits: number[] = [];
  const asked = Array.from({ length: count }, () =>
    ask().finally(() => waits.push(performance.now() - begun)),
  );
  const ends = (await Promise.allSettled(asked)).map((end) =>
    end.status === 'fulfilled' ? 'answered' : end.reason instanceof AppError ? end.reason.code : end.reason,
  );
  return { ends: new Set(ends), longest: Math.max(...waits) };
}

test('a frozen server is store-away within 2 s, for connections in the pool and new ones, round after round', async () => {
  expect((await askMany(30)).ends).toEqual(new Set(['answered']));
  server.freeze();
  for (let round = 0; round < 3; round += 1) {
    const { ends, longest } = await askMany(30);
    expect(ends).toEqual(new Set(['store-away']));
    expect(longest).toBeLessThan(TWO_SECONDS);
  }
});

test('a thawed server answers the next query at once', async () => {
  await askMany(30);
  server.freeze();
  await askMany(30);
  server.thaw();
  const { ends, longest } = await askMany(30);
  expect(ends).toEqual(new Set(['answered']));
  expect(longest).toBeLessThan(1500);
});

test('a transaction caught by a freeze fails within 2 s and leaves nothing behind', async () => {
  await sql`create table if not exists marks (n int)`.execute(db);
  const begun = await db
    .transaction()
    .execute(async (tx) => {
      await sql`insert into marks values (1)`.execute(tx);
      server.freeze();
      const since = performance.now();
      const failure = await sql`insert into marks values (2)`.execute(tx).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'store-away' });
      throw Object.assign(new Error('give up'), { since });
    })
    .catch((error: { since: number }) => error.since);
  expect(performance.now() - begun).toBeLessThan(TWO_SECONDS);
  server.thaw();
  expect((await sql`select * from marks`.execute(db)).rows).toEqual([]);
});

test('a killed server is store-away, and everything works once it is back', async () => {
  await askMany(30);
  const open = db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx);
    await server.kill();
    // The connection dies between two statements, when nobody is waiting on it.
    await until(async () => (await ask().catch(() => undefined)) === undefined);
    await sql`select 1`.execute(tx);
  });
  await expect(open).rejects.toMatchObject({ code: 'store-away' });
  const away = await askMany(30);
  expect(away.ends).toEqual(new Set(['store-away']));
  expect(away.longest).toBeLessThan(TWO_SECONDS);
  await server.restart();
  expect((await askMany(30)).ends).toEqual(new Set(['answered']));
});

test('queries in flight when the server dies are store-away', async () => {
  const watch = openDatabase({ ...impatient(server.url), pool_size: 1 }, silent);
  const ends = Promise.allSettled(Array.from({ length: 10 }, () => sql`select pg_sleep(1.2)`.execute(db)));
  const sleeping = sql<{
    n: number;
  }>`select count(*) as n from pg_stat_activity where wait_event = 'PgSleep'`;
  await until(async () => (await sleeping.execute(watch)).rows[0]?.n === 10);
  await server.kill();
  for (const end of await ends) {
    expect(end).toMatchObject({ status: 'rejected', reason: { code: 'store-away' } });
  }
  await server.restart();
  await watch.destroy();
});
