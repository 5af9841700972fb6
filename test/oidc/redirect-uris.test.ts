import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  asApp,
  codeOf,
  flow,
  pageName,
  redeem,
  replyOf,
  send,
  Visitor,
} from '../support/visitor.ts';

// Rule 16: exact match; on loopback a native app's port may vary and nothing else (RFC 8252 §7.3, RFC 9700 §2.1).

let portal: Portal;
let visitor: Visitor;
beforeAll(async () => {
  portal = await sharedPortal();
  visitor = new Visitor(portal);
  await visitor.signIn('claims');
});
afterAll(() => portal.stop());

const web = 'http://localhost:3101/callback';
const strangeToWeb = [
  `${web}/`,
  `${web}?`,
  `${web}?x=1`,
  `${web}#`,
  `${web}#x`,
  `${web}/../callback`,
  `${web}/more`,
  `${web}%00`,
  `${web}%2f`,
  ` ${web}`,
  `${web} `,
  'http://localhost:3101/Callback',
  'http://localhost:3101/./callback',
  'http://localhost:3101//callback',
  'http://localhost:3101/%63allback',
  'http://localhost:3101/',
  'http://localhost:3101',
  'HTTP://localhost:3101/callback',
  'http://LOCALHOST:3101/callback',
  'https://localhost:3101/callback',
  'http://localhost:3102/callback',
  'http://localhost/callback',
  'http://127.0.0.1:3101/callback',
  'http://localhost:3101@evil.example/callback',
  'http://user@localhost:3101/callback',
  'http://localhost.evil.example:3101/callback',
  'http://localhost:3101\\@evil.example/callback',
  '//localhost:3101/callback',
  '/callback',
  'javascript:alert(1)//localhost:3101/callback',
  'data:text/html,x',
  'https://evil.example/callback',
];

const strangeToNative = [
  'http://localhost:4999/callback',
  'http://[::1]:4999/callback',
  'http://127.0.0.2:4999/callback',
  'http://127.1:4999/callback',
  'http://2130706433:4999/callback',
  'https://127.0.0.1:4999/callback',
  'http://127.0.0.1:4999/callback/',
  'http://127.0.0.1:4999/Callback',
  'http://127.0.0.1:4999/callback?x=1',
  'http://127.0.0.1:4999/callback#x',
  'http://127.0.0.1:4999/',
  'http://user@127.0.0.1:4999/callback',
  'http://127.0.0.1:4999@evil.example/callback',
  'http://127.0.0.1.evil.example:4999/callback',
  'http://127.0.0.1:99999/callback',
  'http://127.0.0.1:port/callback',
  'org.vestibule.demo:/callback/',
  'org.vestibule.demo:/Callback',
  'org.vestibule.demo://callback',
  'org.vestibule.demo:callback',
  'ORG.vestibule.demo:/callback',
  'org.vestibule.evil:/callback',
];

test.each(strangeToWeb)('a web app is not answered at %j', (uri) => refused('claims', uri));
test.each(strangeToNative)('a native app is not answered at %j', (uri) => refused('mobile', uri));

test.each([
  'http://127.0.0.1:4999/callback',
  'http://127.0.0.1:65535/callback',
  'http://127.0.0.1:1/callback',
  'http://127.0.0.1/callback',
  'org.vestibule.demo:/callback',
])('a native app is answered at %j', async (uri) => {
  const { answer, code, verifier } = await visitor.signIn('mobile', { redirect_uri: uri });
  expect(String(answer.headers.get('location')).startsWith(`${uri}?`)).toBe(true);
  const fields = { grant_type: 'authorization_code', code, redirect_uri: uri, code_verifier: verifier };
  expect((await asApp(portal, 'mobile', '/oidc/token', fields)).status).toBe(200);
});

test('a callback’s own query comes back byte for byte, with a code, an error and after sign-out', async () => {
  const uri = "http://localhost:3101/cb?next=%2fa%20b+c&q='~%7E&empty=&x";
  await portal.register({
    client_id: 'query',
    client_name: 'Query',
    client_secret: 'query-demo-secret',
    first_party: true,
    redirect_uris: [uri],
    post_logout_redirect_uris: [uri],
  });
  const person = new Visitor(portal);
  await person.signIn('claims');
  const at = (answer: Answer) => String(answer.headers.get('location'));
  const started = flow('query', { redirect_uri: uri });
  const told = await person.open(started.url);
  expect(at(told)).toMatch(/&code=[\w-]+&state=\w+&iss=/);
  const refused = await send(portal, flow('query', { redirect_uri: uri, prompt: 'none' }).url);
  expect(at(refused)).toContain('&error=login_required&');
  const fragment = flow('query', { redirect_uri: uri, response_mode: 'fragment' });
  expect(at(await person.open(fragment.url))).toContain('#code=');
  const { id_token } = await redeem(portal, { ...started, code: codeOf(told) });
  const leaving = { id_token_hint: id_token, post_logout_redirect_uri: uri, state: 'a b' };
  const left = await person.open(`/oidc/logout?${new URLSearchParams(leaving)}`);
  expect(at(left)).toBe(`${uri}&state=a+b`);
  for (const answer of [told, refused, left]) expect(at(answer).startsWith(`${uri}&`)).toBe(true);
});

test.each(['http://127.0.0.1:49\t99/callback', 'http://127.0.0.1:4999/call\r\nback'])(
  'a native app’s address that a parser would mend, %j, breaks no header',
  async (uri) => {
    const answer = await visitor.open(flow('mobile', { redirect_uri: uri }).url);
    expect(answer.status).toBeLessThan(500);
    const silent = await visitor.request(flow('mobile', { redirect_uri: uri, prompt: 'none' }).url);
    expect(silent.status).toBeLessThan(500);
  },
);

test('without a redirect URI there is no default', async () => {
  await refused('claims', '');
});

test('a code is redeemed with the very redirect URI that it was asked with', async () => {
  const { code, verifier } = await visitor.signIn('mobile');
  for (const uri of [
    'http://127.0.0.1:5000/callback',
    'http://127.0.0.1/callback',
    'org.vestibule.demo:/callback',
  ]) {
    const fields = { grant_type: 'authorization_code', code, redirect_uri: uri, code_verifier: verifier };
    const answer = await asApp(portal, 'mobile', '/oidc/token', fields);
    expect(JSON.parse(answer.body).error).toBe('invalid_grant');
  }
});

test('the registered address is answered, also with an error', async () => {
  expect(codeOf(await visitor.open(flow('claims').url))).toBeTruthy();
  const answer = await visitor.request(flow('claims', { scope: 'profile', prompt: 'none login' }).url);
  expect(replyOf(answer)).toMatchObject({ to: web, error: 'invalid_request' });
});

/** Neither with a session nor without, neither for a code nor for an error. */
async function refused(clientId: string, uri: string): Promise<void> {
  const manners: Record<string, string>[] = [
    {},
    { prompt: 'none' },
    { response_type: 'token' },
    { response_mode: 'form_post' },
  ];
  for (const more of manners) {
    const { url } = flow(clientId, { ...more, redirect_uri: uri });
    for (const answer of [await visitor.request(url), await send(portal, url)]) {
      expect([answer.status, answer.headers.get('location'), pageName(answer)]).toEqual([400, null, 'error']);
    }
  }
}
