import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { pino } from 'pino';
import { openDatabase } from '../../src/postgres/database.ts';
import { migrate } from '../../src/postgres/migrate.ts';

/** A database of this test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, cutting off whoever is still connected. */
  drop(): Promise<void>;
}

/** What a database begins with. Made once a run, then cloned by PostgreSQL: a copy of files. */
export interface Template {
  /** In letters, digits and underscores; the same name, the same content. */
  readonly name: string;
  /** Fills a migrated database. */
  fill(url: string): Promise<void>;
}

/** The tables and nothing in them. */
const migrated: Template = { name: 'migrated', fill: async () => undefined };

/** An arbitrary number; one worker makes a template, the others wait for it. */
const LOCK = 5_190_337_026;

/** A fresh, migrated database on the server that TEST_DATABASE_URL names, cloned from a template. */
export async function createTestDatabase(template: Template = migrated): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const source = await ensureTemplate(template);
  await withServer(async (server) => {
    await server.query(`create database ${name} template ${source} strategy file_copy`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      withServer(async (server) => {
        await server.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** The template's database; made where it is not there. */
async function ensureTemplate({ name, fill }: Template): Promise<string> {
  const database = `template_${name}_${versionOfTemplates()}`;
  const source = name === migrated.name ? undefined : await ensureTemplate(migrated);
  await withServer(async (server) => {
    // A lock of the session: it goes when its worker dies, and the half-made template is made anew.
    await server.query('select pg_advisory_lock($1)', [LOCK]);
    const found = await server.query('select from pg_database where datname = $1 and datistemplate', [
      database,
    ]);
    if (found.rowCount === 1) return;
    await server.query(`drop database if exists ${database} with (force)`);
    await server.query(`create database ${database}${source ? ` template ${source}` : ''}`);
    await (source ? fill(urlOf(database)) : migrateTemplate(urlOf(database)));
    // No connections: one would keep others from cloning.
    await server.query(`alter database ${database} with is_template true allow_connections false`);
  });
  return database;
}

async function migrateTemplate(url: string): Promise<void> {
  const log = pino({ level: 'silent' });
  const db = openDatabase({ url, pool_size: 2, connect_timeout: 10, query_timeout: 60 }, log);
  try {
    await migrate(db, url, log);
  } finally {
    await db.destroy();
  }
}

async function withServer(use: (server: pg.Client) => Promise<void>): Promise<void> {
  const server = new pg.Client({ connectionString: urlOf(undefined) });
  await server.connect();
  try {
    await use(server);
  } finally {
    await server.end();
  }
}

function urlOf(database: string | undefined): string {
  const { TEST_DATABASE_URL } = process.env;
  if (!TEST_DATABASE_URL) {
    throw new Error(
      'TEST_DATABASE_URL is not set: use npm test, or node test/support/stores.ts (see there).',
    );
  }
  const url = new URL(TEST_DATABASE_URL);
  if (database) url.pathname = `/${database}`;
  return url.href;
}

/** What templates are filled by, beside the migrations. */
const FILLERS = ['accounts', 'apps', 'demo', 'keys', 'postgres/migrations'];

/** Changes whenever what a template holds could: a server that lives longer never serves old tables or seals. */
function versionOfTemplates(): string {
  const source = new URL('../../src/', import.meta.url);
  const hash = createHash('sha256');
  for (const folder of FILLERS) {
    const files = readdirSync(new URL(`${folder}/`, source), { withFileTypes: true });
    for (const { name } of files.filter((entry) => entry.isFile()).sort(byName)) {
      hash.update(name).update(readFileSync(new URL(`${folder}/${name}`, source)));
    }
  }
  hash.update(readFileSync(new URL('postgres/migrate.ts', source)));
  hash.update(readFileSync(new URL('../../node_modules/pg-boss/package.json', import.meta.url)));
  return hash.digest('hex').slice(0, 16);
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
