import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importJWK, type JWK, SignJWT } from 'jose';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  claimsOf,
  flow,
  formPost,
  pageName,
  redeem,
  replyOf,
  send,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const home = 'http://localhost:3101/signed-out';

test('a hint of this very session signs out at once, back to the app with its state', async () => {
  const { visitor, tokens } = await signedIn();
  const answer = await logout(visitor, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: home,
    state: 'a&b=c é',
  });
  expect(replyOf(answer)).toEqual({ to: home, state: 'a&b=c é' });
  expect(await isSignedIn(visitor)).toBe(false);
  expect(visitor.cookie('session')).toBeUndefined();
  expect((await userinfo(portal, tokens.access_token)).status).toBe(401);
});

test('a hint whose time is over is as good, when it is of this very session', async () => {
  const { visitor, tokens } = await signedIn();
  const { iat, exp, ...claims } = claimsOf(tokens.id_token);
  const hint = await signed({ ...claims, iat: Number(iat) - 7200, exp: Number(iat) - 3600 });
  const answer = await logout(visitor, { id_token_hint: hint, post_logout_redirect_uri: home });
  expect(replyOf(answer)).toEqual({ to: home });
});

test('anything that does not prove this very session asks, with a button', async () => {
  const { visitor, tokens } = await signedIn();
  const claims = claimsOf(tokens.id_token);
  const other = await signedIn('m.chen');
  const earlier = await redeem(portal, await new Visitor(portal).signIn('claims'));
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const hints = {
    none: '',
    garbage: 'garbage',
    'two dots': 'a.b.c',
    'of somebody else': other.tokens.id_token,
    'of another session of the same person': earlier.id_token,
    'for another app': (await redeem(portal, await other.visitor.signIn('eligibility'))).id_token,
    'with a broken signature': `${tokens.id_token.slice(0, -6)}AAAAAA`,
    'without a signature': unsigned(claims),
    'signed by a stranger': await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(foreign),
    'of another issuer': await signed({ ...claims, iss: 'https://evil.example' }),
    'of another sid': await signed({ ...claims, sid: 'x' }),
    'of another person': await signed({ ...claims, sub: 'x' }),
    'without a sid': await signed({ ...claims, sid: undefined }),
  };
  for (const [name, id_token_hint] of Object.entries(hints)) {
    const answer = await logout(visitor, { id_token_hint, post_logout_redirect_uri: home });
    expect([name, answer.status, pageName(answer)]).toEqual([name, 200, 'sign-out']);
    expect(answer.body).toContain('id="submit"');
  }
  expect(await isSignedIn(visitor)).toBe(true);
});

test('the button signs out, and leads back to the app that asked', async () => {
  const { visitor } = await signedIn();
  const page = await logout(visitor, { client_id: 'claims', post_logout_redirect_uri: home, state: 's' });
  expect(pageName(page)).toBe('sign-out');
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:");
  expect(replyOf(await visitor.submit(page, {}))).toEqual({ to: home, state: 's' });
  expect(await isSignedIn(visitor)).toBe(false);
});

test('an unregistered return address is not followed: signed out all the same', async () => {
  for (const uri of [
    'https://evil.example/',
    `${home}/`,
    `${home}?x=1`,
    'http://localhost:3101/Signed-out',
    'http://localhost:3102/signed-out',
    '//evil.example',
    'javascript:alert(1)',
    'http://localhost:3101/callback',
  ]) {
    const { visitor, tokens } = await signedIn();
    const answer = await logout(visitor, { id_token_hint: tokens.id_token, post_logout_redirect_uri: uri });
    expect(answer.headers.get('location')).toBe('/signed-out?app=claims');
    expect(await isSignedIn(visitor)).toBe(false);
  }
});

test('another app’s return address is not followed either, nor any where nobody asked', async () => {
  const { visitor } = await signedIn();
  const asked = await logout(visitor, { client_id: 'eligibility', post_logout_redirect_uri: home });
  expect((await visitor.request('/sign-out', formPost(asked, {}))).headers.get('location')).toBe(
    '/signed-out?app=eligibility',
  );
  const nobody = await logout(visitor, { post_logout_redirect_uri: home, state: 's' });
  expect(nobody.headers.get('location')).toBe('/signed-out');
});

test('a hint and a client_id that disagree are trusted in nothing', async () => {
  const { visitor, tokens } = await signedIn();
  const answer = await logout(visitor, {
    id_token_hint: tokens.id_token,
    client_id: 'eligibility',
    post_logout_redirect_uri: 'http://localhost:3102/signed-out',
  });
  expect(pageName(answer)).toBe('sign-out');
  expect(answer.body).not.toContain('Eligibility');
});

test('whoever is signed out already is told so, without a question', async () => {
  const visitor = new Visitor(portal);
  expect(pageName(await visitor.open('/oidc/logout'))).toBe('signed-out');
  const answer = await logout(visitor, { client_id: 'claims', post_logout_redirect_uri: home });
  expect(replyOf(answer)).toEqual({ to: home });
});

test('a POST goes on as a GET, which brings the cookies along', async () => {
  const { visitor, tokens } = await signedIn();
  const fields = { id_token_hint: tokens.id_token, post_logout_redirect_uri: home, state: 's' };
  const answer = await send(portal, '/oidc/logout', {
    method: 'POST',
    headers: { ...FORM, 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams(fields).toString(),
  });
  expect(answer.status).toBe(303);
  expect(replyOf(await visitor.open(String(answer.headers.get('location'))))).toEqual({
    to: home,
    state: 's',
  });
  expect(await isSignedIn(visitor)).toBe(false);
});

test('signing out counts only from our own page, by this browser', async () => {
  const { visitor } = await signedIn();
  const stranger = (await signedIn()).visitor;
  const page = await logout(visitor, {});
  const theirs = await logout(stranger, {});
  const attempts = [
    formPost({ ...page, body: '' }, {}),
    formPost({ ...page, body: '' }, { csrf: 'x' }),
    formPost(theirs, {}),
    { ...formPost(page, {}), headers: { ...formPost(page, {}).headers, 'sec-fetch-site': 'cross-site' } },
    { ...formPost(page, {}), headers: { ...FORM, origin: 'https://evil.example' } },
  ];
  for (const attempt of attempts) {
    const answer = await visitor.request('/sign-out', attempt);
    expect([answer.status, pageName(answer)]).toEqual([403, 'error']);
  }
  expect(await isSignedIn(visitor)).toBe(true);
});

test('an old session cookie and repeated parameters prove nothing', async () => {
  const { visitor, tokens } = await signedIn();
  const twice = `/oidc/logout?id_token_hint=${tokens.id_token}&id_token_hint=${tokens.id_token}`;
  expect(pageName(await visitor.request(twice))).toBe('sign-out');
  const array = `/oidc/logout?id_token_hint[]=${tokens.id_token}&state[a]=b`;
  expect(pageName(await visitor.request(array))).toBe('sign-out');
});

test('the library’s own confirmation and farewell are never reached, however spelled', async () => {
  const { visitor } = await signedIn();
  for (const base of ['/oidc/logout', '/OIDC/LOGOUT', '/Oidc/Logout/']) {
    expect(pageName(await visitor.request(base))).toBe('sign-out');
  }
  for (const end of ['confirm', 'success']) {
    for (const base of [
      '/oidc/logout/',
      '/OIDC/LOGOUT/',
      '/oidc/LOGOUT/',
      '/oidc//logout/',
      '/oidc/logout//',
    ]) {
      for (const path of [
        `${base}${end}`,
        `${base}${end}/`,
        `${base}${end.toUpperCase()}/`,
        `${base}${end}//`,
      ]) {
        for (const method of ['GET', 'POST', 'HEAD', 'PUT', 'OPTIONS']) {
          const answer = await visitor.request(path, { method });
          expect([path, method, answer.status]).toEqual([path, method, 404]);
        }
      }
    }
  }
  expect(await isSignedIn(visitor)).toBe(true);
});

async function signedIn(userId = 'dr.rivera'): Promise<{ visitor: Visitor; tokens: Tokens }> {
  const visitor = new Visitor(portal);
  return { visitor, tokens: await redeem(portal, await visitor.signIn('claims', { userId })) };
}

function logout(visitor: Visitor, fields: Record<string, string>): Promise<Answer> {
  return visitor.request(`/oidc/logout?${new URLSearchParams(fields)}`);
}

async function isSignedIn(visitor: Visitor): Promise<boolean> {
  const answer = await visitor.request(flow('claims', { prompt: 'none' }).url);
  return replyOf(answer).code !== undefined;
}

/** A token that the service never made, by its own key. */
async function signed(claims: Record<string, unknown>): Promise<string> {
  const { keys } = await portal.signingKeys();
  const jwk = keys.find(({ alg }) => alg === 'ES256') as JWK;
  const header = { alg: 'ES256', kid: String(jwk.kid) };
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(jwk, 'ES256'));
}

function unsigned(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
