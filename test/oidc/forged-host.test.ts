import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { flow, formPost, redeem, Visitor } from '../support/visitor.ts';

// Rule 19: no URL is built from what a request says about its host.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const EVIL = 'evil.example';
const forged = {
  host: EVIL,
  'x-forwarded-host': EVIL,
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '8080',
  'x-forwarded-prefix': '/evil.example',
  forwarded: `host=${EVIL};proto=http`,
  'x-original-url': '/evil.example',
};

test('discovery names the issuer alone, whatever the headers say', async () => {
  const visitor = new Visitor(portal);
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const answer = await visitor.request(`/.well-known/${name}`, { headers: forged });
    const urls = answer.body.match(/https?:\/\/[^/"]+/g) ?? [];
    expect(urls.filter((url) => !url.startsWith('http://idmanagement.gov'))).not.toEqual([]);
    expect(new Set(urls.filter((url) => !url.startsWith('http://idmanagement.gov')))).toEqual(
      new Set([portal.issuer]),
    );
  }
});

test('a sign-in from first request to callback leads to the issuer and the app alone', async () => {
  const visitor = new Visitor(portal);
  const started = flow('claims');
  const page = await visitor.open(started.url, { headers: forged });
  const post = formPost(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  const done = await visitor.request(page.url.pathname, {
    ...post,
    headers: { ...forged, ...post.headers },
  });
  const resume = new URL(String(done.headers.get('location')), portal.issuer);
  expect(resume.href).toMatch(`${portal.issuer}/oidc/authorize/`);
  const back = await visitor.request(resume.pathname, { headers: forged });
  expect(back.headers.get('location')).toMatch(/^http:\/\/localhost:3101\/callback\?code=/);
  expect([page.body, done.body, back.body].join()).not.toContain(EVIL);
});

test('a sign-out leads to the issuer and the app alone', async () => {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const asked = await visitor.request('/oidc/logout', { headers: forged });
  expect(asked.body).not.toContain(EVIL);
  const out = await visitor.request(`/oidc/logout?id_token_hint=${id_token}`, { headers: forged });
  expect(out.headers.get('location')).toBe('/signed-out?app=claims');
});

test('the host of an absolute request line counts as little', async () => {
  const discovery = await raw(`GET http://${EVIL}/.well-known/openid-configuration HTTP/1.1`);
  expect(discovery).toContain('200 OK');
  expect(discovery).toContain(`"token_endpoint":"${portal.issuer}/oidc/token"`);
  expect(discovery).not.toContain(EVIL);
  const authorize = await raw(`GET https://${EVIL}${flow('claims').url} HTTP/1.1`);
  expect(authorize).toMatch(/\r\nLocation: \/sign-in\/[\w-]+\?app=claims&began=\w+\r\n/);
  expect(authorize).not.toContain(EVIL);
});

test('an odd request line is an ordinary mistake', async () => {
  for (const target of ['*', '//evil.example/oidc/jwks', 'http://[/x', 'http://a:99999/x', 'x://%/y', '/%']) {
    expect(await raw(`GET ${target} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 40[04] /);
  }
});

/** The answer to a request line with a forged Host, over a socket: fetch would tidy it up. */
async function raw(requestLine: string): Promise<string> {
  const socket = connect(portal.ports[0] as number, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`${requestLine}\r\nHost: ${EVIL}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer;
}
