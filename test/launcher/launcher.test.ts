import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { DEMO_PASSWORD, demoApps, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { flow, formPost, pageName, replyOf, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const fields = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('whoever comes without a session signs in and is at home', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open('/');
  expect(pageName(page)).toBe('sign-in');
  const home = await visitor.submit(page, fields);
  expect([home.status, pageName(home), home.url.pathname]).toEqual([200, 'launcher', '/']);
  expect(home.body).toContain('Elena Rivera');
  expect(replyOf(await visitor.request(flow('claims').url)).code).toBeTruthy();
});

test('it links each app that has a start address, and no other', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const home = await visitor.open('/');
  const links = [...home.body.matchAll(/data-app="([^"]*)"[^>]*href="([^"]*)"/g)].map(([, app, to]) => [
    app,
    to,
  ]);
  expect(links).toEqual([
    ['claims', 'http://localhost:3101/login'],
    ['eligibility', 'http://localhost:3102/login'],
  ]);
  expect(home.body).toContain('Send claims and track payments');
  expect(home.headers.get('cache-control')).toBe('no-store');
});

test('an app whose start address is no safe link is left out, and its name is text', async () => {
  const [claims] = demoApps({ claims: 3101, eligibility: 3102 });
  const names = {
    client_id: 'odd',
    client_secret: 'odd-odd-demo-secret',
    client_name: '<img src=x onerror=1>',
  };
  await portal.register({ ...claims, ...names });
  await portal.register({ ...claims, ...names, client_id: 'evil', client_secret: 'evil-demo-secret' });
  const start_uri = 'javascript:alert(1)';
  await portal.db.updateTable('apps').set({ start_uri }).where('client_id', '=', 'evil').execute();
  try {
    const visitor = new Visitor(portal);
    await visitor.signIn('claims');
    const home = await visitor.open('/');
    expect(home.body).toContain('&lt;img src=x onerror=1>');
    expect(home.body).not.toContain('<img src=x');
    expect(home.body).toContain('data-app="odd"');
    expect(home.body).not.toMatch(/javascript:|data-app="evil"/);
  } finally {
    await portal.db.deleteFrom('apps').where('client_id', 'in', ['odd', 'evil']).execute();
  }
});

test('its button signs out of everything, by this browser alone', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const home = await visitor.open('/');
  const forged = await visitor.request('/sign-out', formPost({ ...home, body: '' }, {}));
  expect(forged.status).toBe(403);
  const out = await visitor.submit(home, {});
  expect(pageName(out)).toBe('signed-out');
  expect(pageName(await visitor.open('/'))).toBe('sign-in');
  expect(replyOf(await visitor.request(flow('claims', { prompt: 'none' }).url)).error).toBe('login_required');
});

test('its own registration gives nobody a code, and leads nowhere else', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const own = { client_id: 'vestibule-launcher', redirect_uri: `${portal.issuer}/` };
  const asked: Record<string, string>[] = [
    { response_type: 'code' },
    { response_type: 'code', scope: 'openid offline_access', prompt: 'consent' },
    { response_type: 'id_token', nonce: 'n' },
  ];
  for (const more of asked) {
    const reply = replyOf(await visitor.request(flow('', { ...own, ...more }).url));
    expect([reply.to, reply.error]).toEqual([own.redirect_uri, expect.any(String)]);
    expect([reply.code, reply.id_token]).toEqual([undefined, undefined]);
  }
  const elsewhere = { ...own, response_type: 'none', redirect_uri: 'http://localhost:3101/callback' };
  expect((await visitor.request(flow('', elsewhere).url)).status).toBe(400);
});

test('looking at it keeps the session alive', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims', { userId: 'm.chen' });
  const { uid } = await portal.db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.sub', 'sessions.account')
    .select('uid')
    .where('user_id', '=', 'm.chen')
    .executeTakeFirstOrThrow();
  const redis = new RedisStore(
    { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 15 },
    pino({ level: 'silent' }),
  );
  try {
    await redis.ready(5);
    const key = new RedisKeys(portal.redisPrefix).session(uid);
    const ends = Number((await redis.hash(key)).get('ends')) - 600;
    await redis.command('HSET', key, 'seen', ends - 1800, 'ends', ends);
    expect(pageName(await visitor.open('/'))).toBe('launcher');
    expect(Number((await redis.hash(key)).get('ends'))).toBeGreaterThan(ends);
  } finally {
    redis.close();
  }
});
