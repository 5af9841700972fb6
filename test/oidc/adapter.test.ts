import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type AdapterPayload, errors } from 'oidc-provider';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { type AdapterDependencies, createAdapter } from '../../src/sessions/adapter.ts';
import { ArtifactStore } from '../../src/sessions/artifact-store.ts';
import { DurableStore } from '../../src/sessions/durable-store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

// How oidc-provider's records are consumed and destroyed, on real stores.

const log = pino({ level: 'silent' });
const prefix = `test-${randomUUID()}`;
let database: TestDatabase;
let db: Database;
let redis: RedisStore;
let durable: DurableStore;
let artifacts: ArtifactStore;
let replays: string[];
let adapterOf: ReturnType<typeof createAdapter>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, pool_size: 8, connect_timeout: 5, query_timeout: 10 }, log);
  redis = new RedisStore({ url: String(process.env.TEST_REDIS_URL), prefix, command_timeout: 15 }, log);
  await redis.ready(5);
  durable = new DurableStore(db);
  artifacts = new ArtifactStore(redis, new RedisKeys(prefix));
});
afterAll(async () => {
  redis.close();
  await db.destroy();
  await database.drop();
});
beforeEach(() => {
  replays = [];
  adapterOf = createAdapter({
    artifacts,
    durable,
    clients: { find: async () => undefined },
    hooks: {
      wrote: () => {},
      replayed: async (model) => void replays.push(model),
    },
  } as Partial<AdapterDependencies> as AdapterDependencies);
});

const exp = Math.floor(Date.now() / 1000) + 600;
const ids = () => ({ id: randomUUID(), grantId: randomUUID() });

test.each([
  ['a code', 'AuthorizationCode', false],
  ['a refresh token of a session', 'RefreshToken', false],
  ['an offline refresh token', 'RefreshToken', true],
])('of 16 parallel consumers of %s one wins, and its grant is dead', async (_name, model, offline) => {
  const { id, grantId } = await saved(model, offline);
  const adapter = adapterOf(model);
  const results = await Promise.allSettled(Array.from({ length: 16 }, () => adapter.consume(id)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(errors.InvalidGrant);
  }
  expect(await adapterOf('Grant').find(grantId)).toBeUndefined();
  expect(new Set(replays)).toEqual(new Set([model]));
});

test('consume on a deleted code fails, and does not bring it back', async () => {
  const { id } = await saved('AuthorizationCode', false);
  const adapter = adapterOf('AuthorizationCode');
  await adapter.destroy(id);
  await expect(adapter.consume(id)).rejects.toThrow(errors.InvalidGrant);
  expect(await adapter.find(id)).toBeUndefined();
  expect(await artifacts.find('AuthorizationCode', id)).toBeUndefined();
  expect(replays).toEqual([]);
});

test('consume on a deleted offline refresh token fails likewise', async () => {
  const { id, grantId } = await saved('RefreshToken', true);
  await adapterOf('Grant').destroy(grantId);
  await expect(adapterOf('RefreshToken').consume(id)).rejects.toThrow(errors.InvalidGrant);
  expect(await adapterOf('RefreshToken').find(id)).toBeUndefined();
});

test('a pushed request that was used says so in its own words', async () => {
  const adapter = adapterOf('PushedAuthorizationRequest');
  const id = randomUUID();
  await adapter.upsert(id, { request: 'x', exp } as AdapterPayload, 60);
  await adapter.consume(id);
  await expect(adapter.consume(id)).rejects.toThrow(errors.InvalidRequestUri);
  await expect(adapter.consume('never-there')).rejects.toThrow(errors.InvalidRequestUri);
});

test('a consumed record is still found, marked, so that its replay is recognised', async () => {
  for (const offline of [false, true]) {
    const { id, grantId } = await saved('RefreshToken', offline);
    await adapterOf('RefreshToken').consume(id);
    const found = await adapterOf('RefreshToken').find(id);
    expect(found).toMatchObject({ jti: id, grantId, clientId: 'app', accountId: 'person' });
    expect(Number(found?.consumed)).toBeGreaterThan(exp - 700);
    expect(found?.extra).toBeUndefined();
  }
});

test('destroying an offline grant takes its refresh tokens along', async () => {
  const { id, grantId } = await saved('RefreshToken', true);
  await adapterOf('Grant').destroy(grantId);
  expect(await adapterOf('Grant').find(grantId)).toBeUndefined();
  expect(await adapterOf('RefreshToken').find(id)).toBeUndefined();
});

test('a refresh token whose grant is gone is not kept, and nobody fails for it', async () => {
  const { id, grantId } = ids();
  const payload = { ...base('RefreshToken'), grantId, expiresWithSession: false };
  await adapterOf('RefreshToken').upsert(id, payload as AdapterPayload, 600);
  expect(await adapterOf('RefreshToken').find(id)).toBeUndefined();
});

test('what the store says has expired is not found, whatever a replica’s clock says', async () => {
  const { id, grantId } = ids();
  const past = Math.floor(Date.now() / 1000) - 5;
  await durable.putGrant(grantId, { accountId: 'person', clientId: 'app', exp: past });
  await durable.putRefreshToken(id, { ...base('RefreshToken'), grantId, exp: past });
  expect(await durable.findGrant(grantId)).toBeUndefined();
  expect(await durable.findRefreshToken(id)).toBeUndefined();
  await durable.removeExpired();
  expect(await db.selectFrom('grants').select('id').where('expires_at', '<', new Date()).execute()).toEqual(
    [],
  );
});

test('neither its own id nor the session cookie is kept in a record', async () => {
  const id = 'interaction-id-in-clear';
  const session = { accountId: 'person', uid: 'uid', cookie: 'session-cookie-in-clear' };
  await adapterOf('Interaction').upsert(
    id,
    { ...base('Interaction'), jti: id, session } as AdapterPayload,
    60,
  );
  const kept = JSON.stringify(await artifacts.find('Interaction', id));
  expect(kept).not.toContain('in-clear');
  expect(await adapterOf('Interaction').find(id)).toMatchObject({
    jti: id,
    session: { accountId: 'person', uid: 'uid' },
  });
});

test('apps are written by the registry alone', async () => {
  const adapter = adapterOf('Client');
  await expect(adapter.upsert('app', {} as AdapterPayload, 1)).rejects.toThrow('registry');
  await expect(adapter.destroy('app')).rejects.toThrow('registry');
});

async function saved(model: string, offline: boolean): Promise<{ id: string; grantId: string }> {
  const { id, grantId } = ids();
  const grant = { ...base('Grant'), jti: grantId, sessionUid: 'uid', ...(offline ? { offline } : {}) };
  await adapterOf('Grant').upsert(grantId, grant as AdapterPayload, 600);
  const payload = { ...base(model), jti: id, grantId, expiresWithSession: !offline, extra: { big: 'x' } };
  await adapterOf(model).upsert(id, payload as AdapterPayload, 600);
  return { id, grantId };
}

function base(kind: string) {
  return {
    kind,
    clientId: 'app',
    accountId: 'person',
    exp,
    iat: exp - 600,
    iiat: exp - 600,
    scope: 'openid',
  };
}
