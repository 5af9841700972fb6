import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { JOBS_SCHEMA, migrate, tablesState } from '../../src/postgres/migrate.ts';
import { migrations } from '../../src/postgres/migrations/index.ts';
import { settings, silent } from './settings.ts';

const maintenance = process.env.TEST_DATABASE_URL ?? '';
const name = `empty_${randomBytes(6).toString('hex')}`;
const url = atDatabase(maintenance, name);

beforeAll(() => administer(`create database ${name}`));
afterAll(() => administer(`drop database ${name} with (force)`));

function atDatabase(base: string, database: string): string {
  return base.replace(/^([a-z]+:\/\/[^/]*)\/[^?]*/, `$1/${database}`);
}

async function administer(command: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenance });
  await client.connect();
  await client.query(command);
  await client.end();
}

async function withDatabase<T>(use: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(settings(url), silent);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

test('four replicas that start at once on an empty database migrate it once', async () => {
  await Promise.all(Array.from({ length: 4 }, () => withDatabase((db) => migrate(db, url, silent))));
  const applied = await withDatabase((db) =>
    sql<{ name: string }>`select name from kysely_migration`.execute(db),
  );
  expect(applied.rows.map((row) => row.name)).toEqual(Object.keys(migrations));
});

test('migrating again changes nothing and takes no lock', async () => {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('select pg_advisory_lock(7206814553)');
  await withDatabase((db) => migrate(db, url, silent));
  await holder.end();
});

test('pg-boss finds its tables as it wants them', async () => {
  await withDatabase(async (db) => {
    await migrate(db, url, silent);
    const boss = new PgBoss({
      connectionString: url,
      schema: JOBS_SCHEMA,
      migrate: false,
      supervise: false,
      schedule: false,
    });
    await boss.start();
    expect((await boss.detectSchemaDrift()).ok).toBe(true);
    await boss.stop({ graceful: false });
  });
});

test('a run that dies half-way leaves nothing behind, and the next one does it all', async () => {
  await administer(`drop database ${name} with (force)`);
  await administer(`create database ${name}`);
  const halfway = new pg.Client({ connectionString: url });
  await halfway.connect();
  // pg-boss's tables come last: with its schema taken their making fails.
  await halfway.query(`create schema ${JOBS_SCHEMA} create table version (version text)`);
  await expect(withDatabase((db) => migrate(db, url, silent))).rejects.toThrow();
  const { rows } = await halfway.query(`select to_regclass('accounts') as name`);
  expect(rows).toEqual([{ name: null }]);
  await halfway.query(`drop schema ${JOBS_SCHEMA} cascade`);
  await halfway.end();
  await withDatabase((db) => migrate(db, url, silent));
  expect(await withDatabase(tablesState)).toBe('current');
});

test('a server that is not there is store-away', async () => {
  const nowhere = 'postgres://postgres@/nowhere?host=/nowhere';
  const db = openDatabase(settings(nowhere), silent);
  await expect(migrate(db, nowhere, silent)).rejects.toMatchObject({ code: 'store-away' });
  await db.destroy();
});
