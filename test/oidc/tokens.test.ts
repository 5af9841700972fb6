import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  asApp,
  claimsOf,
  codeOf,
  flow,
  introspect,
  redeem,
  refresh,
  send,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

test('userinfo wants a good access token, and says why it refuses', async () => {
  const tokens = await redeem(portal, await new Visitor(portal).signIn('claims'));
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
  for (const token of ['', 'x', tokens.id_token, tokens.refresh_token, `${tokens.access_token}x`]) {
    const answer = await userinfo(portal, token);
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  }
  // Never from the query, where logs and Referer would carry it (RFC 6750 §2.3, RFC 9700 §4.3.2).
  const inQuery = await send(portal, `/oidc/userinfo?access_token=${tokens.access_token}`);
  expect(inQuery.status).toBe(400);
});

test('introspection tells an app of its own token, and a public app of no other', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  expect(await introspect(portal, 'claims', tokens.access_token)).toMatchObject({
    active: true,
    client_id: 'claims',
    sub: claimsOf(tokens.id_token).sub,
    scope: 'openid profile',
    token_type: 'Bearer',
    iss: portal.issuer,
  });
  expect(await introspect(portal, 'claims', tokens.refresh_token)).toMatchObject({ active: true });
  expect(await introspect(portal, 'claims', 'nothing')).toEqual({ active: false });
  expect(await introspect(portal, 'claims', tokens.id_token)).not.toMatchObject({ active: true });
  // A public app proves nothing: it hears of its own tokens at most.
  const mobile = await redeem(portal, await visitor.signIn('mobile'));
  expect(await introspect(portal, 'mobile', tokens.access_token)).toEqual({ active: false });
  expect(await introspect(portal, 'mobile', mobile.access_token)).toMatchObject({ active: true });
  const nobody = await send(portal, '/oidc/introspect', form({ token: tokens.access_token }));
  expect(nobody.status).toBeGreaterThanOrEqual(400);
});

test('tokens of an ended session are inactive, offline ones are not', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  const phone = await redeem(portal, await visitor.signIn('mobile', offline));
  await visitor.open(`/oidc/logout?id_token_hint=${tokens.id_token}`);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect(await introspect(portal, 'claims', token)).toEqual({ active: false });
  }
  expect((await userinfo(portal, tokens.access_token)).status).toBe(401);
  const next = await refresh(portal, 'mobile', phone.refresh_token);
  expect((await userinfo(portal, next.access_token)).status).toBe(200);
});

test('revoking an access token kills it alone; a refresh token takes its family along', async () => {
  const tokens = await redeem(portal, await new Visitor(portal).signIn('claims'));
  const revoke = (token: string) => asApp(portal, 'claims', '/oidc/revoke', { token });
  expect((await revoke(tokens.access_token)).status).toBe(200);
  expect((await userinfo(portal, tokens.access_token)).status).toBe(401);
  const next = await refresh(portal, 'claims', tokens.refresh_token);
  expect(next.status).toBe(200);
  expect((await revoke(next.refresh_token)).status).toBe(200);
  expect((await refresh(portal, 'claims', next.refresh_token)).error).toBe('invalid_grant');
  expect((await userinfo(portal, next.access_token)).status).toBe(401);
  expect((await revoke('nothing')).status).toBe(200);
});

test('after a revocation the app is let in anew', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  await asApp(portal, 'claims', '/oidc/revoke', { token: tokens.refresh_token });
  const again = await redeem(portal, await visitor.signIn('claims'));
  expect(claimsOf(again.id_token).sid).toBe(claimsOf(tokens.id_token).sid);
  expect((await userinfo(portal, again.access_token)).status).toBe(200);
});

test('an app revokes nothing of another', async () => {
  const tokens = await redeem(portal, await new Visitor(portal).signIn('claims'));
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    await asApp(portal, 'eligibility', '/oidc/revoke', { token });
    await asApp(portal, 'mobile', '/oidc/revoke', { token });
  }
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
});

test.each([
  ['claims', {}],
  ['mobile', offline],
])('a refresh token of %s is good once, and used again it kills the family', async (client, scope) => {
  const first = await redeem(portal, await new Visitor(portal).signIn(client, scope));
  const second = await refresh(portal, client, first.refresh_token);
  expect(second).toMatchObject({ status: 200, scope: first.scope });
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(claimsOf(second.id_token)).toMatchObject({
    sid: claimsOf(first.id_token).sid,
    auth_time: claimsOf(first.id_token).auth_time,
  });
  expect((await userinfo(portal, second.access_token)).status).toBe(200);
  expect((await refresh(portal, client, first.refresh_token)).error).toBe('invalid_grant');
  expect((await refresh(portal, client, second.refresh_token)).error).toBe('invalid_grant');
  expect((await userinfo(portal, second.access_token)).status).toBe(401);
});

test('a refresh may ask for less, never for more', async () => {
  const started = await new Visitor(portal).signIn('claims', { scope: 'openid profile email' });
  const tokens = await redeem(portal, started);
  const ask = async (token: string, scope: string) => {
    const fields = { grant_type: 'refresh_token', refresh_token: token, scope };
    return JSON.parse((await asApp(portal, 'claims', '/oidc/token', fields)).body);
  };
  const less = await ask(tokens.refresh_token, 'openid email');
  expect(less.scope.split(' ').sort()).toEqual(['email', 'openid']);
  const told = JSON.parse((await userinfo(portal, less.access_token)).body);
  expect(Object.keys(told).sort()).toEqual(['email', 'email_verified', 'sub']);
  for (const more of ['openid phone', 'openid email practice', 'offline_access', 'openid\0email']) {
    expect((await ask(less.refresh_token, more)).error).toBe('invalid_scope');
  }
});

test('nobody refreshes with another app’s token', async () => {
  const tokens = await redeem(portal, await new Visitor(portal).signIn('claims'));
  expect((await refresh(portal, 'eligibility', tokens.refresh_token)).error).toBe('invalid_grant');
  expect((await refresh(portal, 'mobile', tokens.refresh_token)).status).toBe(400);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
});

test.each([
  ['claims', {}],
  ['mobile', offline],
])('a code of %s used again kills what came of it', async (client, scope) => {
  const started = await new Visitor(portal).signIn(client, scope);
  const tokens = await redeem(portal, started);
  const next = await refresh(portal, client, tokens.refresh_token);
  expect((await redeem(portal, started)).error).toBe('invalid_grant');
  expect((await userinfo(portal, tokens.access_token)).status).toBe(401);
  expect((await userinfo(portal, next.access_token)).status).toBe(401);
  expect((await refresh(portal, client, next.refresh_token)).error).toBe('invalid_grant');
});

test('a code in the wrong hands does no harm to the right ones', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const started = flow('claims');
  const code = codeOf(await visitor.open(started.url));
  const stolen = { ...started, clientId: 'eligibility', code };
  expect((await redeem(portal, stolen)).error).toBe('invalid_grant');
  expect((await redeem(portal, { ...started, code })).status).toBe(200);
});

test('token answers are never kept by a cache', async () => {
  const visitor = new Visitor(portal);
  const started = await visitor.signIn('claims');
  const answers: Answer[] = [
    await asApp(portal, 'claims', '/oidc/token', {
      grant_type: 'authorization_code',
      code: started.code,
      redirect_uri: started.redirectUri,
      code_verifier: started.verifier,
    }),
  ];
  const { access_token } = JSON.parse(String(answers[0]?.body));
  answers.push(await userinfo(portal, access_token));
  answers.push(await asApp(portal, 'claims', '/oidc/introspect', { token: access_token }));
  for (const answer of answers) {
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  }
});

function form(fields: Record<string, string>) {
  return {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}
