import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { keptDefault } from '../../src/postgres/kept-defaults.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { migrations } from '../../src/postgres/migrations/index.ts';
import { settings, silent } from './settings.ts';

// What the version before kept, as the migration finds it.

const name = `before_${randomBytes(6).toString('hex')}`;
const base = String(process.env.TEST_DATABASE_URL);
const url = base.replace(/^([a-z]+:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
let db: Database;

async function administer(command: string): Promise<void> {
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  await client.query(command);
  await client.end();
}

beforeAll(async () => {
  await administer(`create database ${name}`);
  db = openDatabase(settings(url), silent);
  const older = Object.entries(migrations).filter(([each]) => each < '0020');
  const loaded = await Promise.all(older.map(async ([each, load]) => [each, await load()] as const));
  const getMigrations = async (): Promise<Record<string, Migration>> => Object.fromEntries(loaded);
  const { error } = await new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations },
  }).migrateToLatest();
  if (error) throw error;
});
afterAll(async () => {
  await db?.destroy();
  await administer(`drop database ${name} with (force)`);
});

async function person(sub: string, more: string = ''): Promise<void> {
  await sql`
    insert into accounts (sub, user_id, user_id_folded, given_name, family_name, status, password_hash, email, phone_number)
    values (${sub}, ${sub}, ${sub}, 'A', 'B', 'active', 'x', ${`${sub}@clinic.example`}, '+12025550143')`.execute(
    db,
  );
  if (more) await sql.raw(more.replaceAll('SUB', `'${sub}'`)).execute(db);
}

const event = (event: string, reason: string, more = 'null, null') =>
  `insert into audit_events (event, outcome, account, reason, actor, after) values ('${event}', 'success', SUB, ${reason}, ${more});`;
const asked = (channel: string) =>
  event('recovery.requested', `'${channel}'`, `null, '{"what": "password"}'`);
const mailed = (status: string) =>
  `insert into notices (id, kind, channel, account, to_masked, status) values (SUB, 'activation', 'email', SUB, 'x', '${status}');`;
const undone = `insert into contact_changes (id, account, channel, old_verified, new_value, token_hash, expires_at)
  values (gen_random_uuid(), SUB, 'email', false, 'x', SUB, now());`;

test('an address that a mail went to and came back from counts as proved, and no other; recovery goes on', async () => {
  await person('link', event('recovery.proved', "'link'"));
  await person('code', asked('email') + event('recovery.proved', "'code'"));
  await person('text', asked('sms') + event('recovery.proved', "'code'"));
  await person('both-ways', asked('sms') + asked('email') + event('recovery.proved', "'code'"));
  await person('invited', mailed('sent'));
  await person('never-sent', mailed('failed'));
  await person('printed', mailed('sent') + event('account.invited', 'null', "'cli', null"));
  await person('undone', event('recovery.proved', "'link'") + undone);
  await person('nothing');
  await migrate(db, url, silent);
  const { rows } = await sql<{ sub: string; email_verified: boolean; phone_number_verified: boolean }>`
    select sub, email_verified, phone_number_verified from accounts`.execute(db);
  const by = (which: 'email_verified' | 'phone_number_verified') =>
    rows
      .filter((row) => row[which])
      .map(({ sub }) => sub)
      .sort();
  expect(by('email_verified')).toEqual(['code', 'invited', 'link']);
  expect(by('phone_number_verified')).toEqual(['text']);
  expect(await keptDefault(db, 'recovery.unproved')).toBe('allow');
});
