import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { RedisKeys } from '../../src/redis/keys.ts';
import { hashId } from '../../src/sessions/hash.ts';
import { openRedis } from '../oidc/holdings.ts';
import { until } from '../postgres/until.ts';
import { call, Team } from './team.ts';

let team: Team;
beforeAll(async () => {
  team = await Team.open({ processes: 2 });
});
afterAll(() => team?.close());

/** Every app as it lies in the database, its secret sealed. */
const apps = () => team.portal.db.selectFrom('apps').selectAll().orderBy('client_id').execute();

test('a program with admin:apps registers an app and changes it, and none with another scope does', async () => {
  const token = await (await team.program('deploying', 'admin:apps')).token('admin:apps');
  const lab = (more: object) => ({
    client_id: 'lab',
    client_name: 'Lab',
    redirect_uris: ['https://lab.example/callback'],
    ...more,
  });
  const post = (held: string, path: string, body: object) => call(team.portal, held, path, { body });
  expect((await post(token, '/apps', lab({}))).json).toMatchObject({ secret: expect.any(String) });
  const changed = await post(token, '/apps', lab({ client_name: 'Laboratory' }));
  expect(changed).toMatchObject({ status: 200, json: { name: 'Laboratory' } });
  const scopes = 'admin:read admin:sessions admin:people';
  const other = await (await team.program('watching', scopes)).token(scopes);
  const before = await apps();
  const elsewhere = lab({ redirect_uris: ['https://evil.example/callback'] });
  for (const [path, body] of [
    ['/apps', elsewhere],
    ['/apps/lab/rotate-secret', {}],
    ['/apps/lab/remove', {}],
  ] as const) {
    const answer = await post(other, path, body);
    expect([path, answer.status, answer.json.code]).toEqual([path, 403, 'insufficient-scope']);
    expect(answer.headers.get('www-authenticate')).toContain('scope="admin:apps"');
  }
  expect(await apps()).toEqual(before);
});

test('a program gives no scope to itself or another, and takes no other’s over', async () => {
  const eager = await team.program('eager', 'admin:apps');
  await team.program('siem', 'admin:read');
  const token = await eager.token('admin:apps');
  const own = { client_id: 'eager', client_name: 'e', grant_types: ['client_credentials'] };
  const before = await apps();
  for (const [path, body] of [
    ['/apps', { ...own, scope: 'admin:apps admin:read' }],
    ['/apps', { ...own, scope: 'admin:apps', client_secret: 'one-that-is-kept-for-good' }],
    ['/apps', { ...own, client_id: 'another', scope: 'admin:read' }],
    ['/apps', { ...own, client_id: undefined, scope: 'admin:people' }],
    ['/apps', { ...own, client_id: 'siem', scope: 'admin:read', client_secret: 'one-that-eager-knows' }],
    ['/apps', { client_id: 'siem', client_name: 's', redirect_uris: ['https://siem.example/callback'] }],
    ['/apps/siem/rotate-secret', {}],
    ['/apps/eager/rotate-secret', {}],
    ['/apps/siem/remove', {}],
    ['/apps/siem/remove', { dry_run: true }],
  ] as const) {
    const answer = await call(team.portal, token, path, { body });
    expect([path, body, answer.status, answer.json.code]).toEqual([path, body, 403, 'person-needed']);
  }
  expect(await apps()).toEqual(before);
  const refused = await team.portal.db
    .selectFrom('audit_events')
    .select(['actor', 'reason'])
    .where('event', '=', 'admin.refused')
    .where('actor', '=', 'app:eager')
    .execute();
  expect(refused).toEqual(Array(10).fill({ actor: 'app:eager', reason: 'person-needed' }));
});

test('what was registered with admin:write may do what that became, and registers no app', async () => {
  const former = await team.program('former', 'admin:read admin:sessions');
  const words = sql`jsonb_set(metadata, '{scope}', '"admin:read admin:write"')`;
  const row = team.portal.db.updateTable('apps').where('client_id', '=', 'former');
  await row.set({ metadata: words as never }).execute();
  // It goes on asking as it always did.
  await until(async () => (await former.askToken('admin:write')).status === 200);
  const answer = (await former.askToken('admin:write')) as { scope?: string };
  expect(answer).toMatchObject({ status: 200, scope: 'admin:sessions admin:people' });
  const token = await former.token('admin:read admin:write');
  const ask = async (path: string, body?: object) =>
    (await call(team.portal, token, path, body ? { body } : {})).status;
  expect(await ask('/sessions/x/end', {})).toBe(404);
  expect(await ask('/accounts/x/enable', {})).toBe(404);
  expect(await ask('/apps', { client_name: 'x', redirect_uris: ['https://x.example/cb'] })).toBe(403);
  expect(await ask('/keys/rotate', {})).toBe(403);
  expect((await former.askToken('admin:apps')).status).toBe(400);
  const shown = await call(team.portal, token, '/apps/former');
  expect(shown.json.registration).toMatchObject({ scope: 'admin:read admin:sessions admin:people' });
});

test('a token from before the split opens what became of its scope, as far as its program is registered', async () => {
  const program = await team.program('from-before', 'admin:sessions');
  const token = await program.token('admin:sessions');
  const redis = await openRedis(team.portal);
  try {
    const place = new RedisKeys(team.portal.redisPrefix).artifact('ClientCredentials', hashId(token));
    const held = JSON.parse(String((await redis.hash(place)).get('payload')));
    await redis.command('HSET', place, 'payload', JSON.stringify({ ...held, scope: 'admin:write' }));
  } finally {
    redis.close();
  }
  expect((await call(team.portal, token, '/sessions/x/end', { body: {} })).status).toBe(404);
  expect((await call(team.portal, token, '/accounts/x/enable', { body: {} })).status).toBe(403);
  expect((await call(team.portal, token, '/apps/x/remove', { body: {} })).status).toBe(403);
});

test('nothing is registered with the scope that was split', async () => {
  await expect(team.program('late', 'admin:write')).rejects.toThrow(
    'scope names admin:write, which a program cannot have: use admin:read, admin:sessions',
  );
});
