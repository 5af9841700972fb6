import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  asApp,
  flow,
  introspect,
  refresh,
  replyOf,
  type SendOptions,
  send,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { Aging } from './aging.ts';

const IDLE = 1800;
const ABSOLUTE = 12 * 3600;
const BROWSER_APP = 'https://claims-browser.example';

let portal: Portal;
let aging: Aging;
beforeAll(async () => {
  portal = await sharedPortal();
  aging = await Aging.of(portal);
  const web = { grant_types: ['authorization_code', 'refresh_token'], first_party: true };
  await portal.register({
    ...web,
    client_id: 'watcher',
    client_name: 'Watcher',
    client_secret: 'watcher-demo-secret',
    activity: false,
    redirect_uris: ['http://localhost:3101/callback'],
  });
  await portal.register({
    ...web,
    client_id: 'browser',
    client_name: 'Browser',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${BROWSER_APP}/callback`],
  });
});
afterAll(async () => {
  aging.close();
  await portal.stop();
});

const callback = { redirect_uri: 'http://localhost:3101/callback' };

test('what programs ask by themselves keeps no empty chair signed in, whoever asks', async () => {
  const visitor = new Visitor(portal);
  const { uid, tokens, ends } = await aging.signIn(visitor, 'claims');
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect(await introspect(portal, 'claims', token)).toMatchObject({ active: true });
    await introspect(portal, 'eligibility', token);
  }
  for (const app of ['claims', 'eligibility']) {
    expect(replyOf(await visitor.request(flow(app, { prompt: 'none' }).url)).code).toBeTruthy();
  }
  expect(await aging.endOf(uid)).toBe(ends);
  expect(await aging.lastUse(uid)).toEqual({ last_seen_by: 'authorize', last_seen_app: 'claims' });
});

test('a refresh is somebody at work, unless the app says that its refreshes mean nobody', async () => {
  const visitor = new Visitor(portal);
  const { uid, tokens, ends } = await aging.signIn(visitor, 'claims');
  const watcher = await aging.signIn(visitor, 'watcher', callback);
  expect(watcher.uid).toBe(uid);
  expect((await refresh(portal, 'watcher', watcher.tokens.refresh_token)).status).toBe(200);
  expect(await aging.endOf(uid)).toBe(watcher.ends);
  await aging.age(uid);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
  expect(await aging.endOf(uid)).toBeGreaterThan(ends);
  expect(await aging.lastUse(uid)).toEqual({ last_seen_by: 'refresh', last_seen_app: 'claims' });
});

test('a phone’s refresh, with nobody there by its nature, keeps no browser signed in', async () => {
  const offline = { scope: 'openid offline_access', prompt: 'consent' };
  const { uid, tokens, ends } = await aging.signIn(new Visitor(portal), 'mobile', offline);
  expect((await refresh(portal, 'mobile', tokens.refresh_token)).status).toBe(200);
  expect(await aging.endOf(uid)).toBe(ends);
});

test('a frame or a script that opens pages again and again is nobody at work', async () => {
  const visitor = new Visitor(portal);
  const { uid, ends } = await aging.signIn(visitor, 'claims');
  for (const dest of ['iframe', 'empty', 'image']) {
    const headers = { 'sec-fetch-dest': dest };
    expect(replyOf(await visitor.request(flow('claims').url, { headers })).code).toBeTruthy();
    for (const page of ['/', '/account']) {
      expect((await visitor.request(page, { headers })).status).toBe(200);
    }
  }
  expect(await aging.endOf(uid)).toBe(ends);
  const headers = { 'sec-fetch-dest': 'document' };
  expect((await visitor.request('/', { headers })).status).toBe(200);
  expect(await aging.endOf(uid)).toBeGreaterThan(ends);
  expect(await aging.lastUse(uid)).toEqual({ last_seen_by: 'launcher', last_seen_app: 'vestibule-launcher' });
});

test('an app says that a person is at work, and the ledger names it; asking prolongs nothing', async () => {
  const { uid, sid, ends } = await aging.signIn(new Visitor(portal), 'claims');
  const asked = await told(asking('claims', sid));
  expect(asked.active).toBe(true);
  expect(asked.idle).toBeLessThanOrEqual(IDLE - 600);
  expect(asked.idle).toBeGreaterThan(IDLE - 660);
  expect(asked.absolute).toBeLessThanOrEqual(ABSOLUTE);
  expect(asked.absolute).toBeGreaterThan(ABSOLUTE - 60);
  expect(await aging.endOf(uid)).toBe(ends);
  const working = await told(saying('claims', sid));
  expect(working.idle).toBeGreaterThan(IDLE - 60);
  expect(await aging.lastUse(uid)).toEqual({ last_seen_by: 'activity', last_seen_app: 'claims' });
});

test('activity is taken once a minute, and never beyond the absolute end', async () => {
  const { uid, sid } = await aging.signIn(new Visitor(portal), 'claims');
  await told(saying('claims', sid));
  const ends = await aging.age(uid, 30);
  expect((await told(saying('claims', sid))).idle).toBeLessThanOrEqual(IDLE - 30);
  expect(await aging.endOf(uid)).toBe(ends);
  await aging.age(uid, 120);
  await aging.began(uid, ABSOLUTE - 300);
  const { idle, absolute } = await told(saying('claims', sid));
  expect(absolute).toBeLessThanOrEqual(300);
  expect(idle).toBe(absolute);
});

test('an end stays an end, and nobody speaks for a session of another app', async () => {
  const visitor = new Visitor(portal);
  const { uid, sid, tokens } = await aging.signIn(visitor, 'claims');
  const none = { active: false, idle: 0, absolute: 0 };
  for (const odd of [`${sid}x`, uid, '__proto__', 'constructor', ' ']) {
    expect(await told(saying('claims', odd))).toEqual(none);
  }
  expect(await told(saying('eligibility', sid))).toEqual(none);
  await visitor.open(`/oidc/logout?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
  expect(await told(saying('claims', sid))).toEqual(none);
  expect(await told(asking('claims', sid))).toEqual(none);
  expect((await saying('claims', sid, bearer(tokens.access_token))).status).toBe(401);
});

test('whoever proves nothing is refused, and no secret is taken from an address', async () => {
  const { uid, sid, ends } = await aging.signIn(new Visitor(portal), 'claims');
  const secret = { client_id: 'claims', client_secret: 'claims-demo-secret', sid };
  const wrong = `Basic ${Buffer.from('claims:claims-demo-secre').toString('base64')}`;
  const refused: readonly [Promise<Answer>, number, string][] = [
    [saying('claims', sid, { authorization: wrong }), 401, 'invalid_client'],
    [asApp(portal, 'mobile', '/oidc/activity', { sid }), 401, 'invalid_client'],
    [asApp(portal, 'claims', '/oidc/activity', {}), 400, 'invalid_request'],
    [asApp(portal, 'claims', '/oidc/activity', { sid: 'a\0b' }), 400, 'invalid_request'],
    [json(`/oidc/activity?${new URLSearchParams(secret)}`), 401, 'invalid_client'],
    [json(`/oidc/activity?${new URLSearchParams({ sid })}`), 400, 'invalid_request'],
    [json('/oidc/activity', { headers: bearer('nothing') }), 401, 'invalid_token'],
    [json('/oidc/activity', { method: 'DELETE' }), 405, 'undefined'],
  ];
  for (const [answer, status, error] of refused) {
    const { body, status: got } = await answer;
    expect([got, String(JSON.parse(body).error)]).toEqual([status, error]);
  }
  expect(await aging.endOf(uid)).toBe(ends);
});

test('an app in the browser says it with its access token, and reads answers at its own origin alone', async () => {
  const { uid, tokens, ends } = await aging.signIn(new Visitor(portal), 'browser', {
    redirect_uri: `${BROWSER_APP}/callback`,
  });
  const preflight = await send(portal, '/oidc/activity', {
    method: 'OPTIONS',
    headers: {
      origin: BROWSER_APP,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'authorization',
  ]);
  for (const origin of ['https://elsewhere.example', 'null', `${BROWSER_APP}:444`]) {
    const foreign = await say(tokens.access_token, origin);
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([400, null]);
  }
  expect(await aging.endOf(uid)).toBe(ends);
  const own = await say(tokens.access_token, BROWSER_APP);
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, BROWSER_APP]);
  expect(own.headers.get('access-control-allow-credentials')).toBeNull();
  expect(JSON.parse(own.body)).toMatchObject({ active: true });
  expect(await aging.endOf(uid)).toBeGreaterThan(ends);
  expect(await aging.lastUse(uid)).toEqual({ last_seen_by: 'activity', last_seen_app: 'browser' });
});

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function json(path: string, options: SendOptions = {}): Promise<Answer> {
  return send(portal, path, { ...options, headers: { accept: 'application/json', ...options.headers } });
}

/** An app says that somebody is at work. */
function saying(app: string, sid: string, headers: Record<string, string> = {}): Promise<Answer> {
  return asApp(portal, app, '/oidc/activity', { sid }, { headers });
}

/** An app asks what is left. */
function asking(app: string, sid: string): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${app}:${app}-demo-secret`).toString('base64')}`;
  return json(`/oidc/activity?${new URLSearchParams({ sid })}`, { headers: { authorization } });
}

function say(token: string, origin: string): Promise<Answer> {
  return json('/oidc/activity', { method: 'POST', headers: { ...bearer(token), origin } });
}

async function told(answer: Promise<Answer>): Promise<{ active: boolean; idle: number; absolute: number }> {
  const { status, body, headers } = await answer;
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  return JSON.parse(body);
}
