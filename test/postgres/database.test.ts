import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CompiledQuery, sql } from 'kysely';
import { AppError } from '../../src/errors.ts';
import { type Database, jsonb, openDatabase } from '../../src/postgres/database.ts';
import { decodePlace, encodePlace, exactly } from '../../src/postgres/keyset.ts';
import { createTestDatabase } from '../support/database.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { impatient, silent } from './settings.ts';
import { until } from './until.ts';

let drop: () => Promise<void>;
let url: string;
let db: Database;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  db = openDatabase({ ...impatient(url), pool_size: 1 }, silent);
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

test('sessions run under our name, and a place in a list is the same in every time zone', async () => {
  const { rows } = await sql<{ name: string }>`select current_setting('application_name') as name`.execute(
    db,
  );
  expect(rows).toEqual([{ name: 'vestibule' }]);
  const places: string[] = [];
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
    await db.transaction().execute(async (tx) => {
      await sql`set local time zone ${sql.lit(zone)}`.execute(tx);
      const asked = sql<{ at: string }>`
        select ${exactly('t')} as at from (values ('2026-03-08T07:30:00.000001Z'::timestamptz)) moments (t)`;
      places.push((await asked.execute(tx)).rows[0]?.at as string);
    });
  }
  expect(new Set(places)).toEqual(new Set(['2026-03-08 07:30:00.000001+00']));
  expect(decodePlace(encodePlace({ at: places[0] as string, id: 'x' }))).toEqual({ at: places[0], id: 'x' });
});

test('a transaction carries limits of its own, which end with it: a pooler may give the session to others', async () => {
  const limits = sql<{ statement: string; idle: string }>`
    select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`;
  const within = await db.transaction().execute(async (tx) => (await limits.execute(tx)).rows);
  expect(within).toEqual([{ statement: '2500ms', idle: '30s' }]);
  expect((await limits.execute(db)).rows).toEqual([{ statement: '0', idle: '0' }]);
});

test('a statement that nobody waits for any more is given up by the server', async () => {
  const watch = openDatabase({ ...impatient(url), pool_size: 1 }, silent);
  const running = sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
  const asked = sql`select pg_sleep(600)`.execute(db);
  await Promise.all([
    expect(asked).rejects.toMatchObject({ code: 'store-away' }),
    until(async () => (await running.execute(watch)).rows[0]?.n === 1),
  ]);
  await until(async () => (await running.execute(watch)).rows[0]?.n === 0).catch(() => undefined);
  expect((await running.execute(watch)).rows).toEqual([{ n: 0 }]);
  await watch.destroy();
});

test('a bigint is a number and a timestamp a Date', async () => {
  const { rows } = await sql<{ n: number; t: Date }>`
    select 7::bigint as n, '2026-03-08T07:30:00Z'::timestamptz as t`.execute(db);
  expect(rows).toEqual([{ n: 7, t: new Date('2026-03-08T07:30:00Z') }]);
});

test('jsonb keeps arrays, strings and null as JSON', async () => {
  const kinds = [[1, 2], 'text', null, { a: [] }];
  const { rows } = await sql<{ value: unknown }>`
    select value from (values ${sql.join(kinds.map((kind) => sql`(${jsonb(kind)})`))}) as kinds (value)`.execute(
    db,
  );
  expect(rows.map((row) => row.value)).toEqual(kinds);
  expect(() => jsonb(undefined)).toThrow(TypeError);
});

const backend = async () =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;

test('a mistake in a statement is not an outage, and the connection is kept', async () => {
  const before = await backend();
  const failure = await sql`select 1/0`.execute(db).catch((error: unknown) => error);
  expect(failure).not.toBeInstanceOf(AppError);
  expect(failure).toMatchObject({ code: '22012' });
  expect(await backend()).toBe(before);
});

test('statements that failed inside their own transaction leave none to the next user', async () => {
  const before = await backend();
  await expect(db.executeQuery(CompiledQuery.raw('begin; select 1/0; commit'))).rejects.toThrow('division');
  expect(await backend()).toBe(before);
});

test('a transaction that somebody left open is not handed on', async () => {
  await db.executeQuery(CompiledQuery.raw('begin'));
  const { rows } = await sql<{ same: boolean }>`select now() = statement_timestamp() as same`.execute(db);
  expect(rows).toEqual([{ same: true }]);
});

test('a statement slower than the limit is store-away, and the next one works', async () => {
  const begun = performance.now();
  await expect(sql`select pg_sleep(5)`.execute(db)).rejects.toMatchObject({
    code: 'store-away',
    status: 503,
  });
  expect(performance.now() - begun).toBeLessThan(TWO_SECONDS);
  expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});

test('whoever waits too long for a connection is told so within the limit', async () => {
  const slow = sql`select pg_sleep(1.4)`.execute(db).catch(() => undefined);
  const begun = performance.now();
  await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'store-away' });
  expect(performance.now() - begun).toBeLessThan(TWO_SECONDS);
  await slow;
});

test('a wait for the connection counts towards the limit of the first query', async () => {
  const slow = sql`select pg_sleep(0.9)`.execute(db);
  const begun = performance.now();
  await expect(sql`select pg_sleep(1.3)`.execute(db)).rejects.toMatchObject({ code: 'store-away' });
  expect(performance.now() - begun).toBeLessThan(TWO_SECONDS);
  await slow;
});

test('a server that went read-only under us is store-away', async () => {
  const failure = sql`do $$ begin raise exception 'standby' using errcode = '25006'; end $$`.execute(db);
  await expect(failure).rejects.toMatchObject({ code: 'store-away' });
});

test('a session ended by an administrator is store-away once', async () => {
  await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)).rejects.toMatchObject({
    code: 'store-away',
  });
  expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});
