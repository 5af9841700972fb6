import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { demoApps, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { asApp, codeOf, flow, pageName, redeem, replyOf, send, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const callback = 'http://localhost:3101/callback';

test('state and issuer come back with the code, and with an error', async () => {
  const visitor = new Visitor(portal);
  const { answer } = await visitor.signIn('claims', { state: 'a b&c=d é' });
  expect(replyOf(answer)).toEqual({
    to: callback,
    code: codeOf(answer),
    state: 'a b&c=d é',
    iss: portal.issuer,
  });
  const refused = await visitor.request(flow('claims', { response_type: 'token', state: 'x y' }).url);
  expect(replyOf(refused)).toMatchObject({ to: callback, state: 'x y', iss: portal.issuer });
});

test('a request without PKCE is refused, and so is the plain method', async () => {
  const visitor = new Visitor(portal);
  for (const client of ['claims', 'mobile']) {
    const missing = flow(client, { code_challenge: '', code_challenge_method: '' });
    expect(replyOf(await visitor.request(missing.url)).error).toBe('invalid_request');
    for (const method of ['plain', 'none', 's256', '']) {
      const plain = flow(client, { code_challenge_method: method });
      expect(replyOf(await visitor.request(plain.url)).error).toBe('invalid_request');
    }
  }
});

test('a code is of no use without its verifier', async () => {
  const visitor = new Visitor(portal);
  for (const verifier of ['', 'x'.repeat(43)]) {
    const started = await visitor.signIn('claims');
    expect(await redeem(portal, { ...started, verifier })).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
    expect((await redeem(portal, started)).status).toBe(200);
  }
});

test('an app registered with optional PKCE may leave it out, and is held to it where it uses it', async () => {
  const [claims] = demoApps({ claims: 3101, eligibility: 3102 });
  await portal.register({
    ...claims,
    client_id: 'legacy',
    client_secret: 'legacy-demo-secret',
    pkce: 'optional',
  });
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const bare = { redirect_uri: callback, code_challenge: '', code_challenge_method: '' };
  const without = flow('legacy', bare);
  const code = codeOf(await visitor.open(without.url));
  const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
  expect((await asApp(portal, 'legacy', '/oidc/token', fields)).status).toBe(200);
  const started = await visitor.signIn('legacy', { redirect_uri: callback });
  expect((await redeem(portal, { ...started, verifier: 'x'.repeat(43) })).error).toBe('invalid_grant');
  // A verifier for a request without challenge: somebody stripped the challenge on the way (RFC 9700 §2.1.1).
  const stripped = { ...flow('legacy', bare), verifier: 'x'.repeat(43) };
  const answer = await visitor.open(stripped.url);
  expect((await redeem(portal, { ...stripped, code: codeOf(answer) })).error).toBe('invalid_grant');
});

test('there is no other flow than the code flow', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  for (const response_type of [
    'token',
    'id_token',
    'code token',
    'code id_token',
    'id_token token',
    'none',
  ]) {
    const answer = await visitor.request(flow('claims', { response_type, nonce: 'n' }).url);
    const { error, code } = replyOf(answer);
    expect([error, code]).toEqual([
      expect.stringMatching(/^(unsupported_response_type|unauthorized_client|invalid_request)$/),
      undefined,
    ]);
  }
  for (const grant_type of [
    'password',
    'client_credentials',
    'implicit',
    'urn:ietf:params:oauth:grant-type:device_code',
  ]) {
    const fields = {
      grant_type,
      username: 'dr.rivera',
      password: 'Correct-Horse-7-Battery',
      scope: 'openid',
    };
    const answer = await asApp(portal, 'claims', '/oidc/token', fields);
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([
      400,
      expect.stringMatching(/^(unsupported_grant_type|unauthorized_client|invalid_request)$/),
    ]);
    expect(answer.body).not.toContain('access_token');
  }
});

test('what no app could have sent is a page, never a redirect', async () => {
  const good = flow('claims').url;
  for (const url of [
    '/oidc/authorize',
    flow('claims', { client_id: 'nobody' }).url,
    flow('claims', { client_id: 'claims\0' }).url,
    `${good}&client_id=eligibility`,
    `${good}&redirect_uri=${encodeURIComponent(callback)}`,
    good.replace('client_id=', 'client_id[]='),
    good.replace('redirect_uri=', 'redirect_uri[0]='),
  ]) {
    const answer = await send(portal, url);
    expect([answer.status, pageName(answer), answer.headers.get('location')]).toEqual([400, 'error', null]);
  }
});

test('a request may come as a POST: it goes on as a GET, which brings the cookies along', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const { url, ...started } = flow('claims', { state: 'a&b' });
  const answer = await send(portal, '/oidc/authorize', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'cross-site',
      origin: 'https://the-app.example',
    },
    body: new URL(url, portal.issuer).searchParams.toString(),
  });
  expect(answer.status).toBe(303);
  const back = await visitor.open(String(answer.headers.get('location')));
  expect(replyOf(back)).toMatchObject({ to: callback, state: 'a&b' });
  expect((await redeem(portal, { ...started, url, code: codeOf(back) })).status).toBe(200);
});

test('request objects and foreign request_uris are refused', async () => {
  const visitor = new Visitor(portal);
  const [header, payload] = [
    { alg: 'none' },
    { client_id: 'claims', redirect_uri: 'https://evil.example/' },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signed = await visitor.request(flow('claims', { request: `${header}.${payload}.` }).url);
  expect(replyOf(signed)).toMatchObject({ to: callback, error: 'request_not_supported' });
  const remote = await visitor.request(flow('claims', { request_uri: 'https://evil.example/r' }).url);
  expect(replyOf(remote)).toMatchObject({ to: callback, error: 'request_uri_not_supported' });
});

test('text that no store can keep is refused before anybody signs in', async () => {
  const visitor = new Visitor(portal);
  const offline = { scope: 'openid offline_access', prompt: 'consent' };
  const unfit: Record<string, string>[] = [
    { nonce: 'a\0b' },
    { claims: '{"userinfo":{"\\u0000":null}}' },
    { claims: '{"id_token":{"acr":{"value":"\\ud800"}}}' },
  ];
  for (const more of unfit) {
    const answer = await visitor.request(flow('mobile', { ...offline, ...more }).url);
    expect(replyOf(answer).error).toBe('invalid_request');
  }
  const odd = { nonce: '\\u0000 é 🙂', claims: '{"userinfo":{"é":null,"\\\\u0000":null}}' };
  const started = await visitor.signIn('mobile', { ...offline, ...odd });
  expect((await redeem(portal, started)).status).toBe(200);
});

test('form_post to an address that takes no form is a mistake of the app, not a failure', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const uri = { redirect_uri: 'org.vestibule.demo:/callback', response_mode: 'form_post' };
  const page = await visitor.open(flow('mobile', uri).url);
  const answer = pageName(page) === 'continue' ? await visitor.submit(page, {}) : page;
  expect([answer.status, pageName(answer)]).toEqual([400, 'error']);
});
