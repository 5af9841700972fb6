import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { pageName, replyOf, Visitor } from '../support/visitor.ts';

// openid-client as an app uses it, over real HTTP: it checks issuer, signatures, nonce, state and at_hash itself.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ issuer: 'loopback' });
});
afterAll(() => portal.stop());

const callback = 'http://localhost:3101/callback';

test('an app with a secret: sign-in, userinfo, refresh, introspection, revocation, sign-out', async () => {
  const config = await discover('claims', 'claims-demo-secret');
  const visitor = new Visitor(portal);
  const tokens = await signIn(config, visitor, { scope: 'openid profile email practice' });
  const claims = tokens.claims();
  expect(claims).toMatchObject({ iss: portal.issuer, aud: 'claims', preferred_username: 'dr.rivera' });
  const told = await client.fetchUserInfo(config, tokens.access_token, String(claims?.sub));
  expect(told).toMatchObject({ email: 'elena.rivera@lakeside.example' });
  const next = await client.refreshTokenGrant(config, String(tokens.refresh_token));
  expect(next.claims()).toMatchObject({ sub: claims?.sub, sid: claims?.sid });
  expect(await client.tokenIntrospection(config, next.access_token)).toMatchObject({ active: true });
  await client.tokenRevocation(config, next.access_token);
  expect(await client.tokenIntrospection(config, next.access_token)).toMatchObject({ active: false });
  const out = client.buildEndSessionUrl(config, {
    id_token_hint: String(next.id_token),
    post_logout_redirect_uri: 'http://localhost:3101/signed-out',
    state: 'bye',
  });
  expect(replyOf(await open(visitor, out))).toEqual({ to: 'http://localhost:3101/signed-out', state: 'bye' });
  await expect(client.refreshTokenGrant(config, String(next.refresh_token))).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('a second app needs no second sign-in, silently too', async () => {
  const visitor = new Visitor(portal);
  await signIn(await discover('claims', 'claims-demo-secret'), visitor);
  const other = await discover('eligibility', 'eligibility-demo-secret');
  const redirect_uri = 'http://localhost:3102/callback';
  const tokens = await signIn(other, visitor, { redirect_uri, prompt: 'none' });
  expect(tokens.claims()).toMatchObject({ aud: 'eligibility' });
});

test('an error comes back as one that the app understands', async () => {
  const config = await discover('claims', 'claims-demo-secret');
  await expect(signIn(config, new Visitor(portal), { prompt: 'none' })).rejects.toMatchObject({
    error: 'login_required',
  });
});

test('a wrong secret is said to be one', async () => {
  const config = await discover('claims', 'not-the-demo-secret');
  await expect(signIn(config, new Visitor(portal))).rejects.toMatchObject({
    error: 'invalid_client',
    status: 401,
  });
});

test('client_secret_post, private_key_jwt and RS256, as registered', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const base = { client_name: 'X', redirect_uris: [callback], first_party: true };
  const post = { token_endpoint_auth_method: 'client_secret_post', client_secret: 'posting-demo-secret' };
  await portal.register({ ...base, ...post, client_id: 'posting', id_token_signed_response_alg: 'RS256' });
  await portal.register({
    ...base,
    client_id: 'signing',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  });
  const key = await crypto.subtle.importKey(
    'jwk',
    privateKey.export({ format: 'jwk' }) as JsonWebKey,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );
  const posting = client.ClientSecretPost('posting-demo-secret');
  const rs256 = await discover('posting', { id_token_signed_response_alg: 'RS256' }, posting);
  const visitor = new Visitor(portal);
  expect((await signIn(rs256, visitor)).claims()).toMatchObject({ aud: 'posting' });
  const signing = await discover('signing', {}, client.PrivateKeyJwt(key));
  expect((await signIn(signing, visitor)).claims()).toMatchObject({ aud: 'signing' });
});

test('pushed requests and form_post', async () => {
  const config = await discover('claims', 'claims-demo-secret');
  const visitor = new Visitor(portal);
  await signIn(config, visitor);
  const { parameters, checks } = await request({ response_mode: 'form_post' });
  const pushed = await client.buildAuthorizationUrlWithPAR(config, parameters);
  expect([...pushed.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  const page = await open(visitor, pushed);
  expect(pageName(page)).toBe('form-post');
  const fields = new URLSearchParams();
  for (const [, name, value] of page.body.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    fields.set(String(name), String(value));
  }
  const answer = new Request(callback, { method: 'POST', body: fields });
  const tokens = await client.authorizationCodeGrant(config, answer, checks);
  expect(tokens.claims()).toMatchObject({ preferred_username: 'dr.rivera' });
});

test('max_age is answered with an auth_time that the app can hold it to', async () => {
  const config = await discover('claims', 'claims-demo-secret');
  const visitor = new Visitor(portal);
  await signIn(config, visitor);
  const tokens = await signIn(config, visitor, { max_age: '600' }, { maxAge: 600 });
  expect(tokens.claims()?.auth_time).toEqual(expect.any(Number));
});

type Secret = Parameters<typeof client.discovery>[2];

async function discover(id: string, secret: Secret, how?: client.ClientAuth): Promise<client.Configuration> {
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  return client.discovery(new URL(portal.issuer), id, secret, how, { execute });
}

async function request(more: Record<string, string> = {}) {
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const parameters = {
    redirect_uri: callback,
    scope: 'openid profile',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  };
  return { parameters, checks: { expectedState: state, expectedNonce: nonce, pkceCodeVerifier } };
}

async function signIn(
  config: client.Configuration,
  visitor: Visitor,
  more: Record<string, string> = {},
  moreChecks: client.AuthorizationCodeGrantChecks = {},
) {
  const { parameters, checks } = await request(more);
  let answer = await open(visitor, client.buildAuthorizationUrl(config, parameters));
  if (pageName(answer) === 'sign-in') {
    answer = await visitor.submit(answer, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  }
  const back = new URL(String(answer.headers.get('location')));
  return client.authorizationCodeGrant(config, back, { ...checks, ...moreChecks });
}

function open(visitor: Visitor, url: URL) {
  expect(url.origin).toBe(portal.issuer);
  return visitor.open(url.pathname + url.search);
}
