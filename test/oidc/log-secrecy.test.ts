import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { Guesser } from '../support/guesser.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import {
  asApp,
  codeOf,
  flow,
  formAction,
  formPost,
  pageName,
  send,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { wholeFlow } from './whole-flow.ts';

// Rule 9: nothing secret reaches a log, at its most talkative either.

let portal: Portal;
beforeAll(async () => {
  portal = await startPortal({ settings: { 'log.level': 'trace', 'lockout.security_check_work': '1000' } });
});
afterAll(() => portal.stop());

test('no code, token, cookie or password is in the log after a whole flow', async () => {
  const secrets = await wholeFlow(portal);
  await expectUnlogged(secrets);
});

test('what a refused request carried is not in the log either', async () => {
  const visitor = new Visitor(portal);
  const secret = (name: string) => `secret-${name}-7f3a9c`;
  const page = await visitor.open(flow('claims', { login_hint: secret('hint'), state: secret('state') }).url);
  const uid = String(page.url.pathname.split('/').at(-1));
  await visitor.submit(page, { user_id: secret('user-id'), password: secret('password') });
  await visitor.request(formAction(page), formPost(page, { csrf: secret('csrf') }));
  await visitor.request(`/sign-in/${secret('uid')}?app=${secret('app')}`);
  await visitor.request(`/oidc/authorize/${secret('resume')}`);
  await visitor.request(flow(secret('client'), { redirect_uri: `https://x.example/${secret('uri')}` }).url);
  await visitor.request(flow('claims', { redirect_uri: `https://x.example/${secret('uri')}` }).url);
  await visitor.request(flow('claims', { id_token_hint: secret('id-token'), nonce: secret('nonce') }).url);
  await visitor.request(flow('claims', { scope: `openid ${secret('scope')}`, prompt: secret('prompt') }).url);
  await visitor.request(
    `/oidc/logout?id_token_hint=${secret('logout')}&post_logout_redirect_uri=${secret('uri')}`,
  );
  for (const path of ['/oidc/token', '/oidc/introspect', '/oidc/revoke', '/oidc/par']) {
    await asApp(portal, 'claims', path, {
      grant_type: 'authorization_code',
      code: secret('code'),
      code_verifier: secret('verifier'),
      redirect_uri: secret('uri'),
      token: secret('token'),
      refresh_token: secret('refresh'),
    });
    await asApp(portal, 'claims', path, { grant_type: 'refresh_token', refresh_token: secret('refresh') });
    await asApp(portal, 'claims', path, {
      client_secret: secret('client-secret'),
      grant_type: secret('grant'),
    });
    const authorization = `Basic ${Buffer.from(`claims:${secret('basic')}`).toString('base64')}`;
    await asApp(portal, 'claims', path, {}, { headers: { authorization } });
    await send(portal, `${path}/${secret('path')}?${secret('query')}`);
  }
  await userinfo(portal, secret('bearer'));
  await send(portal, '/', {
    headers: { cookie: `__Host-vestibule_session=${secret('cookie')}; x=${secret('cookie')}` },
  });
  await send(portal, '/', { headers: { referer: `https://x.example/${secret('referer')}` } });
  await expectUnlogged({ 'any of them': '7f3a9c', 'interaction uid': uid });
});

test('nothing that the guard or a second factor is told is in the log, right or wrong', async () => {
  const guesser = new Guesser(portal, '192.0.2.1');
  const password = 'Guessed-7f3a9d-password';
  let page = await guesser.begin();
  for (let n = 0; n < 5; n += 1) {
    page = await guesser.type(page, { userId: 'sec.ops', password });
  }
  expect(pageName(page)).toBe('locked');
  const rivera = new Guesser(portal, '192.0.2.2');
  const wanting = flow('claims', { acr_values: 'http://idmanagement.gov/ns/assurance/aal/2' });
  const enrolling = await rivera.type(await rivera.open(wanting.url), {
    userId: 'dr.rivera',
    password: DEMO_PASSWORD,
  });
  expect(pageName(enrolling)).toBe('enrol-second-factor');
  const key = String(/id="totp-key">([^<]+)</.exec(enrolling.body)?.[1]);
  const code = generateSync({ secret: key.replaceAll(' ', '') });
  await rivera.submit(enrolling, { code: 'wrong-7f3a9d', name: 'Phone' });
  const codes = await rivera.submit(enrolling, { code, name: 'Phone' });
  expect(pageName(codes)).toBe('recovery-codes');
  const recovery = [...codes.body.matchAll(/class="recovery-code">([^<]+)</g)].map(([, text]) =>
    String(text),
  );
  expect(recovery).toHaveLength(10);
  await rivera.submit(codes, { saved: 'yes' });

  const again = new Guesser(portal, '192.0.2.3');
  const asked = await again.type(await again.begin(), { userId: 'dr.rivera', password: DEMO_PASSWORD });
  expect(pageName(asked)).toBe('second-factor');
  const entered = await again.submit(asked, { with: 'recovery', code: String(recovery[0]) });
  expect(codeOf(entered)).toBeTruthy();
  await expectUnlogged({
    typed: '7f3a9d',
    password: DEMO_PASSWORD,
    key,
    'bare key': key.replaceAll(' ', ''),
    device: String(again.cookie('device')),
    'code as text': `"${code}"`,
    ...Object.fromEntries(
      recovery.flatMap((one) => [
        [one, one],
        [`bare ${one}`, one.replaceAll('-', '')],
      ]),
    ),
  });
});

test('a line names the route’s template, the request and nothing of the path', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims', { userId: 'm.chen' });
  await settled();
  const routes = new Set(portal.logs.map((line) => JSON.parse(line).route).filter(Boolean));
  expect([...routes]).toEqual(
    expect.arrayContaining(['/oidc/authorize', '/oidc/authorize/:uid', '/sign-in/:uid']),
  );
  expect([...routes].filter((route) => !/^(none|\/[\w./:{}*-]*)$/.test(String(route)))).toEqual([]);
  expect(
    [...routes].filter((route) => /[\w-]{21,}/.test(String(route).replace(/\.well-known\/[\w-]+/, ''))),
  ).toEqual([]);
});

async function expectUnlogged(secrets: Record<string, string>): Promise<void> {
  await settled();
  expect(portal.logs.length).toBeGreaterThan(10);
  const leaks = Object.entries(secrets).flatMap(([name, secret]) =>
    portal.logs.filter((line) => line.includes(secret)).map((line) => `${name}: ${line}`),
  );
  expect(leaks).toEqual([]);
}

/** Until the lines of everything asked so far are here: a line of its own kind comes after them. */
async function settled(): Promise<void> {
  const lines = () => portal.logs.filter((line) => line.includes('"/oidc/jwks"')).length;
  const before = lines();
  await send(portal, '/oidc/jwks');
  while (lines() === before) await new Promise((resolve) => setImmediate(resolve));
}
