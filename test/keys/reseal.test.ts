import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { sealedColumns } from '../../src/app/sealed-columns.ts';
import { AppRegistry } from '../../src/apps/registry.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { demoApps } from '../../src/demo/apps.ts';
import { Reseal } from '../../src/keys/reseal.ts';
import { SealKeyStore } from '../../src/keys/seal-keys.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { SigningKeys } from '../../src/keys/signing-keys.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { failure, run } from '../cli/operator.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { cookieKey } from '../support/keys.ts';

// Rule 27: what is encrypted at rest can be encrypted with another key, and the old one given up.

const key = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`;
const [old, next] = [key('2025'), key('2026')];
/** More than one transaction's worth. */
const PEOPLE = 450;

let store: TestDatabase;
let db: Database;
beforeAll(async () => {
  store = await createTestDatabase();
  db = openDatabase(settings(store.url), silent);
  await fill(new Sealer(old));
});
afterAll(async () => {
  await db?.destroy();
  await store?.drop();
});

async function fill(sealer: Sealer): Promise<void> {
  await new SigningKeys(db, sealer).ensure(2048);
  await new SealKeyStore(db, sealer).signer();
  const apps = new AppRegistry(db, sealer);
  for (const app of demoApps({ claims: 3101, eligibility: 3102 })) {
    await db.transaction().execute((tx) => apps.register(tx, app, async () => undefined));
  }
  await db
    .transaction()
    .execute((tx) => apps.rotateSecret(tx, 'claims', { overlap: 3600 }, async () => undefined));
  const ids = Array.from({ length: PEOPLE }, (_, index) => `phone-${String(index).padStart(4, '0')}`);
  await db
    .insertInto('accounts')
    .values({
      sub: 'mei',
      user_id: 'm.chen',
      user_id_folded: 'm.chen',
      given_name: 'Mei',
      family_name: 'Chen',
      status: 'active',
    })
    .execute();
  await db
    .insertInto('authenticators')
    .values(
      ids.map((id) => ({
        id,
        account: 'mei',
        kind: 'totp' as const,
        name: 'Phone',
        last_step: 0,
        secret: sealer.seal(`secret of ${id}`, `authenticators:${id}:secret`),
      })),
    )
    .execute();
}

async function reseal(masterKey: string, dry: boolean) {
  const trail = new AuditTrail();
  const work = new Reseal({
    db,
    sealer: new Sealer(masterKey),
    actor: 'test',
    record: trail.recorder({}),
  });
  const found: Record<string, [values: number, old: number]> = {};
  for (const column of sealedColumns) {
    const { table, column: name, values, old: due, unreadable } = await work.run(column, { dry });
    expect(unreadable).toEqual([]);
    found[`${table}.${name}`] = [values, due];
  }
  return found;
}

const command = (masterKey: string) => ({
  PATH: process.env.PATH,
  ISSUER: 'https://signin.example.org',
  DATABASE_URL: store.url,
  REDIS_URL: process.env.TEST_REDIS_URL,
  VESTIBULE_MASTER_KEY: masterKey,
  COOKIE_KEYS: cookieKey('c'),
});

test('every column of bytes is known: sealed, or no secret', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea' and table_name not like 'audit_events%'`.execute(
    db,
  );
  const digestsAndSignatures = [
    ...['audit_seals.root', 'audit_seals.previous', 'audit_seals.signature', 'audit_seals.leaves'],
    'recovery_codes.digest',
  ];
  const sealed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect(rows.map(({ name }) => name).sort()).toEqual([...sealed, ...digestsAndSignatures].sort());
});

test('all is sealed with the new key and opens with it alone; the old one can go', async () => {
  const both = `${next},${old}`;
  const due = await reseal(both, true);
  expect(due).toEqual({
    'signing_keys.private_jwk': [2, 2],
    'audit_keys.private_key': [1, 1],
    'apps.client_secret': [2, 2],
    'apps.previous_secret': [1, 1],
    'authenticators.secret': [PEOPLE, PEOPLE],
    'factor_resets.code': [0, 0],
    'notices.sealed': [0, 0],
  });
  // Looking changed nothing.
  expect(await reseal(both, true)).toEqual(due);
  expect(await reseal(both, false)).toEqual(due);

  const sealer = new Sealer(next);
  expect((await new SigningKeys(db, sealer).jwks()).keys).toHaveLength(2);
  expect((await new SealKeyStore(db, sealer).signer()).sign(Buffer.from('seal'))).toHaveLength(64);
  const app = await new AppRegistry(db, sealer).find('eligibility');
  expect(app?.metadata.client_secret).toBe('eligibility-demo-secret');
  expect((await new AppRegistry(db, sealer).find('claims'))?.previous?.secret).toBe('claims-demo-secret');
  for (const { id, secret } of await db.selectFrom('authenticators').select(['id', 'secret']).execute()) {
    expect(sealer.open(secret, `authenticators:${id}:secret`).toString()).toBe(`secret of ${id}`);
  }
  const rows = await db
    .selectFrom('audit_events')
    .select('after')
    .where('event', '=', 'secrets.resealed')
    .execute();
  const noted = rows.map(({ after }) => after as { column: string; values: number; key: string });
  expect(noted.map(({ values }) => values).reduce((sum, values) => sum + values, 0)).toBe(PEOPLE + 6);
  expect(new Set(noted.map(({ key }) => key))).toEqual(new Set(['2026']));

  const again = Object.entries(await reseal(both, false));
  expect(again.filter(([, [, left]]) => left > 0)).toEqual([]);
});

test('by the command: what it says, and what no key opens stays and is named', async () => {
  const third = key('2027');
  const looked = await run(command(`${third},${next}`), ['keys', 'reseal', '--dry-run']);
  expect(looked).toMatchObject({ code: 0, stderr: '' });
  expect(looked.stdout).toMatch(/authenticators\.secret +450 +450\n/);
  const sealed = await run(command(`${third},${next}`), ['keys', 'reseal']);
  expect(sealed).toMatchObject({ code: 0, stderr: '' });
  expect(sealed.stdout).toContain('The first key, "2027", has encrypted them. Keep the other keys for a day');

  const lost = new Sealer(key('lost')).seal('gone', 'authenticators:phone-0007:secret');
  await db.updateTable('authenticators').set({ secret: lost }).where('id', '=', 'phone-0007').execute();
  const outcome = await run(command(third), ['keys', 'reseal', '--json']);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toBe('No key of VESTIBULE_MASTER_KEY opens authenticators.secret of phone-0007\n');
  expect(JSON.parse(outcome.stdout)).toMatchObject({ key: '2027', dry_run: false });
  const kept = await db
    .selectFrom('authenticators')
    .select('secret')
    .where('id', '=', 'phone-0007')
    .executeTakeFirstOrThrow();
  expect(kept.secret).toEqual(lost);
  expect(await failure(command('bad'), ['keys', 'reseal'], 1)).toMatch(/VESTIBULE_MASTER_KEY/);
});
