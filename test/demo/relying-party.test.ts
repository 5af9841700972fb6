import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { createRelyingParty, type RelyingParty } from '../../src/demo/relying-party.ts';
import { Browser, type Page } from './browser.ts';

const secret = 'claims-demo-secret-claims-demo-secret';
const event = 'http://schemas.openid.net/event/backchannel-logout';
const keys = await generateKeyPair('ES256', { extractable: true });

let app: RelyingParty;
let provider: Server;
let issuer: string;
let base: string;

beforeAll(async () => {
  const [appPort, issuerPort] = [await freePort(), await freePort()];
  [base, issuer] = [`http://127.0.0.1:${appPort}`, `http://127.0.0.1:${issuerPort}`];
  const registration = { issuer, clientId: 'claims', clientSecret: secret };
  app = createRelyingParty({
    ...registration,
    name: 'claims',
    title: 'Claims',
    baseUrl: base,
    port: appPort,
  });
  await app.start();
  await startProvider();
});
afterEach(async () => {
  for (const { sub } of app.sessions()) await notify({ sub });
});
afterAll(async () => {
  await app?.stop();
  await stopProvider();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startProvider(): Promise<void> {
  // The stock provider reminds of what a real one must replace.
  for (const level of ['info', 'warn'] as const) jest.spyOn(console, level).mockImplementation(() => {});
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'claims',
        client_secret: secret,
        redirect_uris: [`${base}/callback`],
        post_logout_redirect_uris: [`${base}/signed-out`],
        backchannel_logout_uri: `${base}/backchannel-logout`,
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), kid: 'test', use: 'sig', alg: 'ES256' }] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], practice: ['practices'] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        name: 'Ana <b>Rivera</b>',
        preferred_username: sub,
        practices: [{ name: 'Lakeside Family Medicine', role: 'clinician' }],
      }),
    }),
    cookies: { keys: ['a cookie key for the test'] },
    // Its own way refuses loopback, where this app is.
    fetch: (input, init) => fetch(input, { ...init, dispatcher: undefined } as RequestInit),
  });
  provider = createServer(oidc.callback()).listen(Number(new URL(issuer).port), '127.0.0.1');
  await once(provider, 'listening');
}

async function stopProvider(): Promise<void> {
  if (!provider?.listening) return;
  const closed = once(provider, 'close');
  provider.close();
  provider.closeAllConnections();
  await closed;
}

const atCallback = (url: URL) => url.href.startsWith(`${base}/callback`);

/** Through the provider's own pages, up to the app's callback or beyond it. */
async function signIn(browser: Browser, stop?: (url: URL) => boolean, start?: Page): Promise<Page> {
  let page = start ?? (await browser.open(`${base}/login`));
  if (page.html.includes('name="login"'))
    page = await browser.submit(page, { login: 'dr.rivera', password: 'x' });
  return browser.submit(page, {}, stop);
}

async function notify(
  claims: JWTPayload,
  header = {},
  key: Parameters<SignJWT['sign']>[0] = keys.privateKey,
) {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, aud: 'claims', iat: now, exp: now + 120, jti: crypto.randomUUID() };
  const token = await new SignJWT({ ...payload, events: { [event]: {} }, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'logout+jwt', ...header })
    .sign(key);
  return send(token);
}

async function send(token: string) {
  const body = new URLSearchParams({ logout_token: token });
  return fetch(`${base}/backchannel-logout`, { method: 'POST', body });
}

test('while the issuer is away the app says so, and works once it is back', async () => {
  const browser = new Browser();
  await stopProvider();
  expect(await browser.open(`${base}/login`)).toMatchObject({ status: 503 });
  await startProvider();
  expect((await browser.open(`${base}/login`)).url.origin).toBe(issuer);
});

test('a person signs in, is shown escaped, and the claims are there for programs', async () => {
  const browser = new Browser();
  expect((await browser.open(base)).html).toContain('You are signed out');
  expect((await browser.request(`${base}/me`)).status).toBe(401);
  const home = await signIn(browser);
  expect(home.url.href).toBe(`${base}/`);
  expect(home.html).toContain('Ana &lt;b>Rivera&lt;/b>');
  expect(home.html).toContain('Lakeside Family Medicine');
  expect(await (await browser.request(`${base}/me`)).json()).toMatchObject({
    sub: 'dr.rivera',
    sid: expect.any(String),
  });
});

test('two tabs that begin at the same moment both end signed in', async () => {
  const browser = new Browser();
  const tabs = await Promise.all([browser.request(`${base}/login`), browser.request(`${base}/login`)]);
  for (const tab of tabs) {
    const page = await browser.open(tab.headers.get('location')!, {}, atCallback);
    const back = atCallback(page.url) ? page : await signIn(browser, atCallback, page);
    expect((await browser.open(back.url.href)).url.href).toBe(`${base}/`);
  }
  expect(app.sessions()).toHaveLength(1);
});

test('a callback used twice goes home when signed in, and begins nothing in another browser', async () => {
  const browser = new Browser();
  const { url } = await signIn(browser, atCallback);
  const stranger = new Browser();
  expect(await stranger.open(url.href)).toMatchObject({ status: 400 });
  expect((await stranger.request(`${base}/me`)).status).toBe(401);
  expect((await browser.open(url.href)).url.href).toBe(`${base}/`);
  expect((await browser.open(url.href)).url.href).toBe(`${base}/`);
});

test('an error from the issuer is shown plainly, with one way on', async () => {
  const browser = new Browser();
  const start = await browser.request(`${base}/login`);
  const state = new URL(start.headers.get('location')!).searchParams.get('state')!;
  const query = { error: 'access_denied', error_description: '<i>Not for you</i>', state, iss: issuer };
  const page = await browser.open(`${base}/callback?${new URLSearchParams(query)}`);
  expect(page.status).toBe(400);
  expect(page.html).toMatch(/access_denied<\/code>.*&lt;i>Not for you/s);
  expect(page.html.match(/class="button"/g)).toHaveLength(1);
});

test('signing out ends the session here and at the issuer, and comes back', async () => {
  const browser = new Browser();
  await signIn(browser);
  const asked = await browser.open(`${base}/logout`, { method: 'POST' });
  expect(app.sessions()).toHaveLength(0);
  const page = await browser.submit(asked, { logout: 'yes' });
  expect(page.url.pathname).toBe('/signed-out');
  expect(page.html).toContain('in every app');
  expect((await browser.open(`${base}/login`)).html).toContain('name="login"');
});

test('another site cannot sign anyone out', async () => {
  const browser = new Browser();
  await signIn(browser);
  const foreign: Record<string, string>[] = [{ origin: issuer }, { 'sec-fetch-site': 'same-site' }];
  for (const headers of foreign) {
    expect((await browser.request(`${base}/logout`, { method: 'POST', headers })).status).toBe(403);
  }
  expect(app.sessions()).toHaveLength(1);
});

test('the issuer ends a session by back-channel logout, in whatever browser it is', async () => {
  const [one, other] = [new Browser(), new Browser()];
  await signIn(one);
  await signIn(other);
  const { sid } = (await (await one.request(`${base}/me`)).json()) as { sid: string };
  const answer = await notify({ sid });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect((await one.request(`${base}/me`)).status).toBe(401);
  expect((await other.request(`${base}/me`)).status).toBe(200);
  expect((await notify({ sub: 'dr.rivera' })).status).toBe(200);
  expect(app.sessions()).toHaveLength(0);
});

test('the issuer tells the app itself when the session ends elsewhere', async () => {
  const browser = new Browser();
  await signIn(browser);
  expect(app.sessions()).toHaveLength(1);
  const asked = await browser.open(`${issuer}/session/end`);
  await browser.submit(asked, { logout: 'yes' });
  expect(app.sessions()).toHaveLength(0);
});

test('a logout that overtakes the sign-in still wins', async () => {
  const browser = new Browser();
  await signIn(browser);
  const { sid } = app.sessions()[0]!;
  const page = await browser.open(`${base}/login`, {}, atCallback);
  await notify({ sid });
  expect((await browser.open(page.url.href)).status).toBe(400);
  expect(app.sessions()).toHaveLength(0);
});

test('a logout token that is not the issuer’s, not for this app, or not a logout ends nothing', async () => {
  await signIn(new Browser());
  const past = Math.floor(Date.now() / 1000) - 600;
  const sub = 'dr.rivera';
  const stranger = await generateKeyPair('ES256');
  const replayed = { sub: 'somebody else', jti: 'once' };
  expect((await notify(replayed)).status).toBe(200);
  const answers = [
    await send(''),
    await send('a.b.c'),
    await notify({ sub, iss: base }),
    await notify({ sub, aud: 'eligibility' }),
    await notify({ sub, exp: past + 120, iat: past }),
    await notify({ sub, iat: past }),
    await notify({ sub, exp: undefined }),
    await notify({ sub, jti: undefined }),
    await notify({ sub, jti: 'once' }),
    await notify({ sub, nonce: 'n' }),
    await notify({ sub, events: {} }),
    await notify({ sub, events: { [event]: 'x' } }),
    await notify({}),
    await notify({ sid: 7 }),
    await notify({ sub }, { typ: 'JWT' }),
    await notify({ sub }, {}, stranger.privateKey),
    await notify({ sub }, { alg: 'HS256' }, new TextEncoder().encode(secret)),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
  expect(app.sessions()).toHaveLength(1);
});

test('one application’s cookies do not meet another’s, and none is called a session', async () => {
  const browser = new Browser();
  const { headers } = await browser.request(`${base}/login`);
  for (const cookie of headers.getSetCookie()) {
    expect(cookie).toMatch(/^claims_login_\w+=.*; httponly/i);
    expect(cookie).toMatch(/samesite=lax/i);
    expect(cookie).not.toMatch(/session/i);
  }
});
