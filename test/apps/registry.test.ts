import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AppRegistry } from '../../src/apps/registry.ts';
import type { AuditEvent, Recorder } from '../../src/audit-events.ts';
import { clock } from '../../src/clock.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let url: string;
let db: Database;
let changes: AuditEvent[] = [];
let queries = 0;
const sealer = new Sealer(`test:${randomBytes(32).toString('base64url')}`);
const record: Recorder = async (_tx, change) => {
  changes.push(change);
};

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  db = openDatabase(settings(url), silent);
});

beforeEach(() => {
  changes = [];
  queries = 0;
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

/** A registry as another replica has it, which counts its queries. */
function replica(): AppRegistry {
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      queries += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return new AppRegistry(counted, sealer);
}

const claims = (more: object = {}) => ({
  client_id: 'claims',
  client_secret: 'claims-demo-secret',
  client_name: 'Claims',
  redirect_uris: ['http://localhost:3101/callback'],
  first_party: true,
  initiate_login_uri: 'http://localhost:3101/login',
  demands: { roles: ['biller'] },
  ...more,
});

const register = (input: object, registry = new AppRegistry(db, sealer), recorder = record) =>
  db.transaction().execute((tx) => registry.register(tx, input, recorder));

test('an app is found as it was registered, its secret in clear and our own fields apart', async () => {
  await register(claims());
  const app = await replica().find('claims');
  expect(app).toEqual({
    activity: true,
    clientId: 'claims',
    metadata: {
      client_id: 'claims',
      client_secret: 'claims-demo-secret',
      client_name: 'Claims',
      redirect_uris: ['http://localhost:3101/callback'],
      post_logout_redirect_uris: [],
      application_type: 'web',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    name: 'Claims',
    description: null,
    iconUri: null,
    startUri: null,
    initiateLoginUri: 'http://localhost:3101/login',
    firstParty: true,
    pkce: 'required',
    demands: { roles: ['biller'] },
    session: {},
    formActionOrigins: [],
  });
  expect(Object.isFrozen(app?.metadata.redirect_uris)).toBe(true);
});

test('the secret is encrypted at rest and opens in no other row', async () => {
  await register(claims());
  const row = await db
    .selectFrom('apps')
    .selectAll()
    .where('client_id', '=', 'claims')
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row.metadata)).not.toContain('secret":');
  expect(row.client_secret?.includes('claims-demo-secret')).toBe(false);
  await db
    .insertInto('apps')
    .values({ ...row, client_id: 'thief' })
    .execute();
  await expect(replica().find('thief')).rejects.toThrow('altered');
  await db.deleteFrom('apps').where('client_id', '=', 'thief').execute();
});

test('many lookups at once are one query, found or not', async () => {
  const registry = replica();
  await Promise.all(Array.from({ length: 50 }, () => registry.find('claims')));
  expect(queries).toBe(1);
  await registry.find('claims');
  expect(queries).toBe(1);
  await Promise.all(Array.from({ length: 50 }, () => registry.find('nobody')));
  await registry.find('nobody');
  expect(queries).toBe(2);
});

test('a change is seen by another replica within a second', async () => {
  const registry = replica();
  expect(await registry.find('late')).toBeUndefined();
  await register(claims({ client_id: 'late' }));
  clock.advance(1000);
  expect(await registry.find('late')).toBeDefined();
  await register(claims({ client_id: 'late', client_name: 'Renamed' }));
  clock.advance(1000);
  expect((await registry.find('late'))?.name).toBe('Renamed');
});

test('a failed lookup is not remembered', async () => {
  const away = openDatabase(settings('postgres://postgres@/nowhere?host=/nowhere'), silent);
  let target: Database = away;
  const switching = new Proxy(db, {
    get: (_db, name) => (name === 'selectFrom' ? target.selectFrom.bind(target) : Reflect.get(target, name)),
  });
  const registry = new AppRegistry(switching, sealer);
  await expect(registry.find('claims')).rejects.toMatchObject({ code: 'store-away' });
  target = db;
  expect(await registry.find('claims')).toBeDefined();
  await away.destroy();
});

test('client ids that no app can have are not found, and no error', async () => {
  const registry = replica();
  for (const id of ['a\0b', '', '\uD800', 'x'.repeat(100_000), '__proto__']) {
    expect(await registry.find(id)).toBeUndefined();
  }
});

test('registering is recorded with before and after, and never with the secret', async () => {
  await register(claims({ client_id: 'recorded' }));
  await register(claims({ client_id: 'recorded', demands: { roles: ['clinician'] } }));
  await register(claims({ client_id: 'recorded', demands: { roles: ['clinician'] } }));
  await register(
    claims({ client_id: 'recorded', demands: { roles: ['clinician'] }, client_secret: 'x'.repeat(20) }),
  );
  expect(changes).toMatchObject([
    { event: 'app.registered', app: 'recorded', after: { demands: { roles: ['biller'] } } },
    {
      event: 'app.changed',
      before: { demands: { roles: ['biller'] } },
      after: { demands: { roles: ['clinician'] }, metadata: { client_secret: 'set' } },
    },
    { event: 'app.changed', after: { client_secret: 'changed' } },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/claims-demo-secret|xxxx/);
});

test('a missing secret is made once and kept, and a missing client_id is made', async () => {
  const { client_secret, client_id, ...rest } = claims();
  const made = await register(rest);
  expect(made.clientId).toMatch(/^[\w-]{22}$/);
  expect(made.metadata.client_secret).toMatch(/^[\w-]{43}$/);
  const again = await register({ ...rest, client_id: made.clientId, client_name: 'Again' });
  expect(again.metadata.client_secret).toBe(made.metadata.client_secret);
});

test('an app that becomes public loses its secret', async () => {
  await register(claims({ client_id: 'public' }));
  const { client_secret, ...rest } = claims({ client_id: 'public', token_endpoint_auth_method: 'none' });
  expect((await register(rest)).metadata).not.toHaveProperty('client_secret');
});

test('replicas that register the same app at once agree on one secret', async () => {
  const { client_secret, ...rest } = claims({ client_id: 'raced' });
  const all = Promise.withResolvers<void>();
  let open = 0;
  const apps = await Promise.all(
    Array.from({ length: 6 }, () =>
      db.transaction().execute(async (tx) => {
        open += 1;
        if (open === 6) all.resolve();
        await all.promise;
        return new AppRegistry(db, sealer).register(tx, rest, record);
      }),
    ),
  );
  expect(new Set(apps.map((app) => app.metadata.client_secret)).size).toBe(1);
  expect(changes.map((change) => change.event)).toEqual(['app.registered']);
});

test('an app that cannot be recorded is not registered', async () => {
  const refuse = async () => {
    throw new Error('audit is away');
  };
  await expect(register(claims({ client_id: 'lost' }), undefined, refuse)).rejects.toThrow('audit is away');
  expect(await replica().find('lost')).toBeUndefined();
});

test('apps are listed by name', async () => {
  await register(claims({ client_id: 'zz', client_name: 'AAA' }));
  const names = (await replica().list()).map((app) => app.name);
  expect(names[0]).toBe('AAA');
  expect(names).toEqual([...names].sort());
});
