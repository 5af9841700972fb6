import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  claimsOf,
  flow,
  introspect,
  pageName,
  redeem,
  refresh,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

test('one sign-in lets two apps in, and their tokens say who and how', async () => {
  const visitor = new Visitor(portal);
  const claims = await visitor.signIn('claims', { scope: 'openid profile email phone practice' });
  const tokens = await redeem(portal, claims);
  expect(claimsOf(tokens.id_token)).toMatchObject({
    preferred_username: 'dr.rivera',
    name: 'Elena Rivera',
    email: 'elena.rivera@lakeside.example',
    amr: ['pwd'],
    acr: 'http://idmanagement.gov/ns/assurance/aal/1',
    practices: [{ name: 'Lakeside Family Medicine', tax_id: '412345678', role: 'clinician' }],
    sid: expect.any(String),
    auth_time: expect.any(Number),
  });
  const second = flow('eligibility');
  const answer = await visitor.open(second.url);
  expect(answer.headers.get('location')).toContain('http://localhost:3102/callback?code=');
  expect(JSON.parse((await userinfo(portal, tokens.access_token)).body).preferred_username).toBe('dr.rivera');
  expect(await introspect(portal, 'claims', tokens.access_token)).toMatchObject({ active: true });
  expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
});

test('signing out kills the session, its tokens and its cookie', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  const answer = await visitor.open(`/oidc/logout?id_token_hint=${tokens.id_token}`);
  expect(pageName(answer)).toBe('signed-out');
  expect((await userinfo(portal, tokens.access_token)).status).toBe(401);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).error).toBe('invalid_grant');
  expect(pageName(await visitor.open(flow('claims').url))).toBe('sign-in');
});
