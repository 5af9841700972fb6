import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RedisStore } from '../../src/redis/store.ts';
import { TOMBSTONE_FIELDS } from '../../src/sessions/artifact-store.ts';
import { hashId } from '../../src/sessions/hash.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { codeOf, flow, redeem, refresh, userinfo, Visitor } from '../support/visitor.ts';
import { openRedis, postgresHoldings, redisHoldings } from './holdings.ts';
import { offline, wholeFlow } from './whole-flow.ts';

let portal: Portal;
let redis: RedisStore;
beforeAll(async () => {
  portal = await sharedPortal();
  redis = await openRedis(portal);
});
afterAll(async () => {
  redis.close();
  await portal.stop();
});

test('after a whole flow no code, token, session id or password lies readable in a store', async () => {
  const secrets = await wholeFlow(portal);
  expect(Object.values(secrets).filter((secret) => !(secret?.length > 15))).toEqual([]);
  const readable = [
    ...(await redisHoldings(redis, portal.redisPrefix)).flatMap(({ key, fields }) => [
      { where: key, text: key },
      ...[...fields].map(([field, text]) => ({ where: `${key} ${field}`, text })),
    ]),
    ...(await postgresHoldings(portal.databaseUrl)).map(({ table, row }) => ({ where: table, text: row })),
  ];
  expect(readable.length).toBeGreaterThan(50);
  const leaks = Object.entries(secrets).flatMap(([name, secret]) =>
    readable.filter(({ text }) => text.includes(secret)).map(({ where }) => `${name} in ${where}`),
  );
  expect(leaks).toEqual([]);
});

test('every key in Redis goes by itself, and has one hash tag', async () => {
  await wholeFlow(portal);
  const held = await redisHoldings(redis, portal.redisPrefix);
  expect(held.length).toBeGreaterThan(10);
  expect(held.filter(({ life }) => life < 1)).toEqual([]);
  // What follows the tag is free text of an app's registration, in which Redis looks for no second one.
  expect(held.filter(({ key }) => !/^[\w.-]+:[\w-]+:\{[\w-]+\}(:[\w.~:-]+)?$/.test(key))).toEqual([]);
  // A lock is remembered for a day, since the next one is longer, and its counters with it.
  const counter = /:(attempt|lock)/;
  const longest = (which: typeof held) => Math.max(...which.map(({ life }) => life));
  expect(longest(held.filter(({ key }) => !counter.test(key)))).toBeLessThanOrEqual(12 * 3600 + 60);
  expect(longest(held)).toBeLessThanOrEqual(25 * 3600);
});

test('grants and refresh tokens are kept in PostgreSQL with offline_access, in Redis without', async () => {
  const visitor = new Visitor(portal);
  const web = await redeem(portal, await visitor.signIn('claims'));
  const phone = await redeem(portal, await visitor.signIn('mobile', offline));
  expect(await inRedis('RefreshToken', web.refresh_token)).toBeDefined();
  expect(await inPostgres(web.refresh_token)).toBeUndefined();
  expect(await inRedis('RefreshToken', phone.refresh_token)).toBeUndefined();
  const row = await inPostgres(phone.refresh_token);
  expect(row).toMatchObject({ client_id: 'mobile', consumed_at: null });
  const grants = await portal.db.selectFrom('grants').select(['id', 'client_id']).execute();
  expect(grants).toContainEqual({ id: row?.grant_id, client_id: 'mobile' });
  expect(grants.filter(({ client_id }) => client_id === 'claims')).toEqual([]);
  const webToken = await inRedis('RefreshToken', web.refresh_token);
  expect(await inRedis('Grant', String(webToken?.grantId))).toBeDefined();
});

test('a session-bound grant that an app later asks offline_access for moves to PostgreSQL', async () => {
  const visitor = new Visitor(portal);
  const web = await redeem(portal, await visitor.signIn('claims'));
  const grantId = String((await inRedis('RefreshToken', web.refresh_token))?.grantId);
  const kept = await redeem(portal, await visitor.signIn('claims', offline));
  expect((await inPostgres(kept.refresh_token))?.grant_id).toBe(hashId(grantId));
  expect(await inRedis('Grant', grantId)).toBeUndefined();
  // The tokens from before live on, on the grant in its new place.
  expect((await userinfo(portal, web.access_token)).status).toBe(200);
  expect((await refresh(portal, 'claims', web.refresh_token)).status).toBe(200);
});

test('a consumed refresh token shrinks to what its replay must be known by', async () => {
  const visitor = new Visitor(portal);
  const asked = { claims: '{"id_token":{"given_name":null}}', nonce: 'n' };
  const web = await redeem(portal, await visitor.signIn('claims', asked));
  const phone = await redeem(portal, await visitor.signIn('mobile', { ...offline, ...asked }));
  await refresh(portal, 'claims', web.refresh_token);
  await refresh(portal, 'mobile', phone.refresh_token);
  const stones = [
    await inRedis('RefreshToken', web.refresh_token),
    (await inPostgres(phone.refresh_token))?.payload,
  ];
  for (const stone of stones) {
    const names = Object.keys(stone ?? {});
    expect(names).toEqual(
      expect.arrayContaining(['kind', 'clientId', 'accountId', 'grantId', 'exp', 'scope']),
    );
    expect(names.filter((name) => !(TOMBSTONE_FIELDS as readonly string[]).includes(name))).toEqual([]);
  }
  expect((await inPostgres(phone.refresh_token))?.consumed_at).toEqual(expect.any(Date));
});

test('a session has one grant for each app, however many requests ask at once', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const asked = Array.from({ length: 12 }, (_, i) => flow(i % 3 ? 'eligibility' : 'claims'));
  const codes = await Promise.all(asked.map(async ({ url }) => codeOf(await visitor.clone().request(url))));
  const grants = new Map<string, Set<unknown>>();
  for (const code of codes) {
    const { clientId, grantId } = (await inRedis('AuthorizationCode', code)) as Record<string, string>;
    grants.set(String(clientId), (grants.get(String(clientId)) ?? new Set()).add(grantId));
  }
  expect([...grants].map(([client, ids]) => [client, ids.size]).sort()).toEqual([
    ['claims', 1],
    ['eligibility', 1],
  ]);
  // Nor is a loser's grant left lying about.
  const held = (await redisHoldings(redis, portal.redisPrefix)).filter(({ key }) => key.includes(':Grant:'));
  const uids = held
    .map(({ fields }) => JSON.parse(fields.get('payload') ?? '{}'))
    .filter(({ sessionUid }) => sessionUid);
  const pairs = uids.map(({ sessionUid, clientId }) => `${sessionUid} ${clientId}`);
  expect(pairs).toHaveLength(new Set(pairs).size);
});

async function inRedis(model: string, id: string): Promise<Record<string, unknown> | undefined> {
  const payload = (await redis.hash(`${portal.redisPrefix}:${model}:{${hashId(id)}}`)).get('payload');
  return payload ? JSON.parse(payload) : undefined;
}

async function inPostgres(refreshToken: string) {
  const id = hashId(refreshToken);
  return portal.db.selectFrom('refresh_tokens').selectAll().where('id', '=', id).executeTakeFirst();
}
