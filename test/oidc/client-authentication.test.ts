import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { demoApps, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { flow, redeem, send, Visitor } from '../support/visitor.ts';

let portal: Portal;
let visitor: Visitor;
beforeAll(async () => {
  portal = await sharedPortal();
  visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const base = { redirect_uris: [callback], first_party: true };
  await portal.register({
    ...base,
    client_id: 'posting',
    client_name: 'Posting',
    client_secret: 'posting-demo-secret',
    token_endpoint_auth_method: 'client_secret_post',
  });
  await portal.register({
    ...base,
    client_id: 'signing',
    client_name: 'Signing',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'one' }] },
  });
});
afterAll(() => portal.stop());

const callback = 'http://localhost:3101/callback';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('client_secret_basic: the right secret alone', async () => {
  const started = await visitor.signIn('claims');
  for (const secret of [
    'claims-demo-secre',
    'claims-demo-secret ',
    'Claims-demo-secret',
    'eligibility-demo-secret',
  ]) {
    const answer = await token({ ...fieldsOf(started) }, basic('claims', secret));
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([401, 'invalid_client']);
  }
  expect((await token({ ...fieldsOf(started), client_id: 'claims' })).status).toBe(401);
  expect((await token({ ...fieldsOf(started) }, basic('claims', 'claims-demo-secret'))).status).toBe(200);
});

test('client_secret_post: the right secret alone', async () => {
  const secret = { client_id: 'posting', client_secret: 'posting-demo-secret' };
  const started = await visitor.signIn('posting', { redirect_uri: callback });
  for (const wrong of ['posting-demo-secre', 'claims-demo-secret']) {
    const answer = await token({ ...fieldsOf(started), ...secret, client_secret: wrong });
    expect(answer.status).toBe(401);
  }
  expect((await token({ ...fieldsOf(started), ...secret })).status).toBe(200);
});

test('a public app proves nothing and is told apart by its verifier', async () => {
  const started = await visitor.signIn('mobile');
  const fields = { ...fieldsOf(started), client_id: 'mobile' };
  const guessed = await token({ ...fields, client_secret: 'guess' });
  expect([400, 401]).toContain(guessed.status);
  expect((await token(fields)).status).toBe(200);
});

test('nobody redeems another app’s code', async () => {
  const started = await visitor.signIn('claims');
  const answer = await token(fieldsOf(started), basic('eligibility', 'eligibility-demo-secret'));
  expect([answer.status, JSON.parse(answer.body).error]).toEqual([400, 'invalid_grant']);
  expect((await token({ ...fieldsOf(started), client_id: 'mobile' })).status).toBe(400);
  expect((await redeem(portal, started)).status).toBe(200);
});

test('private_key_jwt: of 16 parallel uses of one assertion exactly one is taken', async () => {
  const assertion = await assertionOf({ jti: randomUUID() });
  const push = () => pushed(assertion);
  const answers = await Promise.all(Array.from({ length: 16 }, push));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(15);
});

test('private_key_jwt: an assertion for somebody else, expired, or by another key is refused', async () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const now = Math.floor(Date.now() / 1000);
  const refused = [
    await assertionOf({ aud: 'https://other.example' }),
    await assertionOf({ exp: now - 60 }),
    await assertionOf({ sub: 'claims' }),
    await assertionOf({}, stranger),
  ];
  for (const assertion of refused) {
    const answer = await pushed(assertion);
    expect(JSON.parse(answer.body).error).toMatch(/^invalid_(client|request)$/);
  }
  expect((await pushed(await assertionOf({}))).status).toBe(201);
});

const now = () => Math.floor(Date.now() / 1000);
const refusedAssertions: readonly [string, () => JWTPayload, RegExp][] = [
  ['two audiences', () => ({ aud: [portal.issuer, 'https://other.example'] }), /: aud must be exactly one: /],
  ['our address twice', () => ({ aud: [portal.issuer, portal.issuer] }), /: aud must be exactly one: /],
  ['another endpoint', () => ({ aud: `${portal.issuer}/oidc/par` }), /: aud must be exactly one: /],
  ['no audience', () => ({ aud: undefined }), /: aud /],
  ['a life of a year', () => ({ exp: now() + 365 * 86_400 }), /: exp must be within 300 seconds$/],
  [
    'a life of six minutes',
    () => ({ iat: now() - 90, exp: now() + 270 }),
    /: exp must be within 300 seconds of iat$/,
  ],
  ['a moment to come', () => ({ iat: now() + 60, exp: now() + 120 }), /: iat must not lie in the future$/],
  ['an end 30 s ago', () => ({ iat: now() - 90, exp: now() - 30 }), /: jwt expired$/],
  ['no jti', () => ({ jti: undefined }), /jti/],
  ['another issuer', () => ({ iss: 'claims' }), /: iss /],
];

test.each(refusedAssertions)(
  'private_key_jwt: %s is refused, and the answer says so',
  async (_what, claims, why) => {
    const { status, body } = await pushed(await assertionOf(claims()));
    expect([status, JSON.parse(body).error]).toEqual([401, 'invalid_client']);
    expect(JSON.parse(body).error_description).toMatch(why);
  },
);

test('private_key_jwt: one audience in a list, the token endpoint and a clock that is off by 15 s are taken', async () => {
  const taken: JWTPayload[] = [
    { aud: [portal.issuer] },
    { aud: `${portal.issuer}/oidc/token` },
    { iat: now() + 15, exp: now() + 315 },
    { iat: now() - 75, exp: now() - 15 },
    { iat: undefined, exp: now() + 300 },
  ];
  for (const claims of taken) expect((await pushed(await assertionOf(claims))).status).toBe(201);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const forged = JSON.parse((await pushed(await assertionOf({}, stranger))).body);
  expect(forged.error_description).toMatch(/^client authentication failed: .*signature/);
});

test('a wrong secret hears no more than that it is wrong', async () => {
  const answer = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, basic('claims', 'a-guess'));
  expect(JSON.parse(answer.body).error_description).toBe('client authentication failed');
});

test('ID tokens are signed ES256, and RS256 for the app that registers it', async () => {
  const [claims] = demoApps({ claims: 3101, eligibility: 3102 });
  await portal.register({
    ...claims,
    client_id: 'classic',
    client_secret: 'classic-demo-secret',
    id_token_signed_response_alg: 'RS256',
  });
  const keys = createLocalJWKSet(JSON.parse((await send(portal, '/oidc/jwks')).body));
  for (const [client, alg] of [
    ['claims', 'ES256'],
    ['classic', 'RS256'],
  ] as const) {
    const started = await visitor.signIn(client, { redirect_uri: callback });
    const { id_token } = await redeem(portal, started);
    const verified = await jwtVerify(id_token, keys, { issuer: portal.issuer, audience: client });
    expect(verified.protectedHeader).toMatchObject({ alg, kid: expect.any(String) });
  }
});

function fieldsOf(started: { code: string; redirectUri: string; verifier: string }): Record<string, string> {
  const { code, redirectUri, verifier } = started;
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
}

function basic(clientId: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
}

function token(fields: Record<string, string>, headers: Record<string, string> = {}) {
  return post('/oidc/token', fields, headers);
}

function pushed(assertion: string) {
  const { searchParams } = new URL(flow('signing', { redirect_uri: callback }).url, portal.issuer);
  return post('/oidc/par', {
    ...Object.fromEntries(searchParams),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
}

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return send(portal, path, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
}

async function assertionOf(claims: JWTPayload, key = privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: 'signing',
    sub: 'signing',
    aud: portal.issuer,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
  };
  return new SignJWT({ ...payload, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key);
}
