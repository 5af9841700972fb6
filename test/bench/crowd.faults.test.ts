import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';
import { crowdAccount, crowdSession, makeCrowd } from './crowd.ts';

let drop: () => Promise<void>;
let db: Database;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase({ ...settings(database.url), query_timeout: 60 }, silent);
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

test('a crowd has as many sessions and events as were asked for, some accounts with many of them', async () => {
  const crowd = await makeCrowd(db, { sessions: 2_000, events: 3_000 });
  expect(crowd.accounts).toBe(40);
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from sessions) as sessions, (select count(*) from audit_events) as events,
      (select count(*) from sessions where ended_at is null) as open,
      (select count(*) from sessions where account = ${crowdAccount(0)}) as busiest,
      (select count(*) from session_apps where uid = ${crowdSession(1_999)}) as entered,
      (select count(distinct event) from audit_events) as kinds,
      (select count(*) from audit_events where at < clock_timestamp() - interval '50 days') as old`.execute(
    db,
  );
  expect(rows[0]).toMatchObject({ sessions: 2_000, events: 3_000, open: 20 });
  expect(rows[0]?.busiest).toBeGreaterThan(400);
  expect(rows[0]?.entered).toBeGreaterThan(0);
  expect(rows[0]?.kinds).toBeGreaterThan(9);
  expect(rows[0]?.old).toBeGreaterThan(300);
});
