import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { missingIndexes } from '../../src/postgres/indexes.ts';
import { migrate, tablesState } from '../../src/postgres/migrate.ts';
import { concurrentIndexes } from '../../src/postgres/migrations/concurrent.ts';
import { createTestDatabase } from '../support/database.ts';
import { settings, silent } from './settings.ts';
import { until } from './until.ts';

let url: string;
let drop: () => Promise<void>;
let db: Database;
beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  db = openDatabase(settings(url), silent);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

const [first] = concurrentIndexes;
const missing = async () => (await missingIndexes(db)).map(({ name }) => name);

test('an index that a start before left half-made is built anew', async () => {
  await sql`update pg_index set indisvalid = false where indexrelid = ${first?.name}::regclass`.execute(db);
  expect(await missing()).toEqual([first?.name]);
  // The tables are what this version needs: commands work meanwhile.
  expect(await tablesState(db)).toBe('current');
  await migrate(db, url, silent);
  expect(await missing()).toEqual([]);
});

test('people are written while an index is built, and a replica that starts meanwhile waits for nothing', async () => {
  await sql`drop index ${sql.ref(String(first?.name))}`.execute(db);
  // What the build waits for, at a point that the test chooses.
  const reader = new pg.Client({ connectionString: url });
  await reader.connect();
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from accounts');
  const building = migrate(db, url, silent);
  const begun = async () =>
    (await sql`select 1 from pg_stat_progress_create_index where datname = current_database()`.execute(db))
      .rows;
  await until(async () => (await begun()).length > 0);
  await sql`insert into accounts (sub, given_name, family_name, status) values ('s', 'A', 'B', 'invited')`.execute(
    db,
  );
  await migrate(db, url, silent);
  expect(await missing()).toEqual([first?.name]);
  await reader.query('commit');
  await building;
  expect(await missing()).toEqual([]);
  await reader.end();
});
