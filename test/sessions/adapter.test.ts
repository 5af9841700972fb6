import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { createAdapter } from '../../src/sessions/adapter.ts';
import { ArtifactStore } from '../../src/sessions/artifact-store.ts';
import { DurableStore } from '../../src/sessions/durable-store.ts';
import { newName, SharedStores } from './fixture.ts';

let stores: SharedStores;
let adapter: (model: string) => Adapter;
const replays: string[] = [];
beforeAll(async () => {
  stores = await SharedStores.open();
  adapter = createAdapter({
    sessions: stores.replica({ idle: 60, absolute: 600 }),
    artifacts: new ArtifactStore(stores.redis, stores.keys),
    durable: new DurableStore(stores.db),
    clients: { find: async () => undefined },
    hooks: {
      wrote: () => {},
      replayed: async (model, { grantId }) => void replays.push(`${model} ${grantId}`),
    },
  });
});
afterAll(() => stores.close());

const exp = () => Math.floor(Date.now() / 1000) + 60;

function grant(more: object = {}): AdapterPayload {
  return { kind: 'Grant', accountId: 'somebody', clientId: 'claims', exp: exp(), ...more };
}

const families: [string, { model: string; offline: boolean }][] = [
  ['a code', { model: 'AuthorizationCode', offline: false }],
  ['a refresh token of a session', { model: 'RefreshToken', offline: false }],
  ['an offline refresh token', { model: 'RefreshToken', offline: true }],
];

test.each(families)(
  'of 16 consumers of %s one wins, and its grant dies',
  async (_name, { model, offline }) => {
    const grantId = newName();
    const id = newName();
    await adapter('Grant').upsert(grantId, grant(offline ? { offline } : {}), 60);
    const token = { kind: model, accountId: 'somebody', clientId: 'claims', grantId, exp: exp() };
    await adapter(model).upsert(id, { ...token, expiresWithSession: !offline } as AdapterPayload, 60);
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => adapter(model).consume(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ error: 'invalid_grant' });
    }
    expect(await adapter('Grant').find(grantId)).toBeUndefined();
    expect(replays).toContain(`${model} ${grantId}`);
    // What the winner saves late is of no use, and saving it is no error.
    await adapter('RefreshToken').upsert(
      newName(),
      { ...token, kind: 'RefreshToken', expiresWithSession: !offline } as AdapterPayload,
      60,
    );
  },
);

test('a deleted code is not brought back by consuming it', async () => {
  const id = newName();
  const codes = adapter('AuthorizationCode');
  await codes.upsert(id, { kind: 'AuthorizationCode', exp: exp() }, 60);
  await codes.destroy(id);
  await expect(codes.consume(id)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await codes.find(id)).toBeUndefined();
});

test('a grant moves to PostgreSQL when it has to outlive its session', async () => {
  const id = newName();
  await adapter('Grant').upsert(id, grant(), 60);
  await adapter('Grant').upsert(id, grant({ offline: true }), 60);
  expect(await new ArtifactStore(stores.redis, stores.keys).find('Grant', id)).toBeUndefined();
  expect(await adapter('Grant').find(id)).toMatchObject({ offline: true, jti: id });
});

test('a grant that was destroyed is not brought back by a request that still holds it', async () => {
  const id = newName();
  await adapter('Grant').upsert(id, grant(), 60);
  await adapter('Grant').destroy(id);
  await adapter('Grant').upsert(id, grant({ offline: true }), 60);
  expect(await adapter('Grant').find(id)).toBeUndefined();
});

test('an offline refresh token without its grant is not kept', async () => {
  const id = newName();
  const token = { kind: 'RefreshToken', grantId: newName(), accountId: 'a', clientId: 'mobile', exp: exp() };
  await adapter('RefreshToken').upsert(id, token, 60);
  expect(await adapter('RefreshToken').find(id)).toBeUndefined();
});

test('no value that opens something is stored as it is', async () => {
  const id = newName();
  await adapter('AccessToken').upsert(id, { kind: 'AccessToken', jti: id, exp: exp() } as AdapterPayload, 60);
  const [prefix] = stores.keys.session('').split(':');
  const names = (await stores.redis.command('KEYS', `${prefix}:AccessToken:*`)) as string[];
  const held = await Promise.all(names.map((name) => stores.redis.hash(name)));
  expect(names).toHaveLength(1);
  expect(JSON.stringify([names, held.map((fields) => [...fields])])).not.toContain(id);
  expect(await adapter('AccessToken').find(id)).toMatchObject({ jti: id });
});
