import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { claimsOf, flow, redeem, replyOf, userinfo, Visitor } from '../support/visitor.ts';

let portal: Portal;
let visitor: Visitor;
beforeAll(async () => {
  portal = await sharedPortal();
  visitor = new Visitor(portal);
  await visitor.signIn('claims');
});
afterAll(() => portal.stop());

const AAL1 = 'http://idmanagement.gov/ns/assurance/aal/1';
const AAL2 = 'http://idmanagement.gov/ns/assurance/aal/2';
const profile = ['preferred_username', 'name', 'given_name', 'family_name', 'locale', 'zoneinfo'];

test.each([
  ['openid', ['sub']],
  ['openid profile', ['sub', ...profile]],
  ['openid email', ['sub', 'email', 'email_verified']],
  ['openid phone', ['sub', 'phone_number', 'phone_number_verified']],
  ['openid practice', ['sub', 'practices', 'roles']],
])('scope %j tells userinfo %j and no more', async (scope, names) => {
  const { access_token } = await redeem(portal, await visitor.signIn('claims', { scope }));
  const answer = await userinfo(portal, access_token);
  expect(Object.keys(JSON.parse(answer.body)).sort()).toEqual([...names].sort());
});

test('the ID token says how and when, beside what the scopes ask', async () => {
  const started = await visitor.signIn('claims', { scope: 'openid email', nonce: 'n-0S6' });
  const claims = claimsOf((await redeem(portal, started)).id_token);
  const standard = ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'auth_time', 'acr', 'amr', 'sid'];
  expect(Object.keys(claims).sort()).toEqual([...standard, 'email', 'email_verified'].sort());
  expect(claims).toMatchObject({
    iss: portal.issuer,
    aud: 'claims',
    nonce: 'n-0S6',
    acr: AAL1,
    amr: ['pwd'],
  });
});

test('what nobody knows of a person is left out', async () => {
  const other = new Visitor(portal);
  const started = await other.signIn('claims', { userId: 'm.chen', scope: 'openid profile phone' });
  const { access_token } = await redeem(portal, started);
  const answer = JSON.parse((await userinfo(portal, access_token)).body);
  expect(Object.keys(answer).sort()).toEqual([
    'family_name',
    'given_name',
    'name',
    'preferred_username',
    'sub',
  ]);
});

test('the claims parameter asks for single claims, there where it says', async () => {
  const request = {
    userinfo: { email: { essential: true }, roles: null },
    id_token: { given_name: null, practices: null },
  };
  const started = await visitor.signIn('claims', { scope: 'openid', claims: JSON.stringify(request) });
  const { access_token, id_token } = await redeem(portal, started);
  const told = JSON.parse((await userinfo(portal, access_token)).body);
  expect(told).toMatchObject({ email: 'elena.rivera@lakeside.example' });
  expect(told.given_name).toBeUndefined();
  expect(claimsOf(id_token).given_name).toBe('Elena');
  expect(claimsOf(id_token).email).toBeUndefined();
});

test('claims that are asked for outside their scope are told in full', async () => {
  const request = { userinfo: { practices: null, roles: null } };
  const started = await visitor.signIn('claims', { scope: 'openid', claims: JSON.stringify(request) });
  const { access_token } = await redeem(portal, started);
  const told = JSON.parse((await userinfo(portal, access_token)).body);
  expect(told).toMatchObject({ practices: [{ tax_id: '412345678', role: 'clinician' }], roles: [] });
});

test('a claims parameter that asks nothing sensible is a mistake, never a failure', async () => {
  for (const claims of ['{', '[]', '"x"', '1', '{}', '{"id_token":[]}', '{"userinfo":"x"}']) {
    const { error } = replyOf(await visitor.request(flow('claims', { claims }).url));
    expect(error).toBe('invalid_request');
  }
  for (const acr of [1, 'x', [], true, { essential: true }, { essential: 1, value: {} }, { values: 'x' }]) {
    const claims = JSON.stringify({ id_token: { acr } });
    const answer = await visitor.request(flow('claims', { claims, prompt: 'none' }).url);
    expect(replyOf(answer).error).not.toBe('server_error');
  }
});

test('an essential acr that cannot be had ends in an error, with a session and without, not in a loop', async () => {
  const wanted = [
    { essential: true, value: 'urn:y' },
    { essential: true, values: ['urn:x', 'urn:y'] },
  ];
  const manners: Record<string, string>[] = [{}, { acr_values: AAL1 }, { prompt: 'login' }];
  for (const acr of wanted) {
    for (const browser of [visitor, new Visitor(portal)]) {
      for (const more of manners) {
        const claims = JSON.stringify({ id_token: { acr } });
        const answer = await browser.request(flow('claims', { claims, state: 's', ...more }).url);
        expect(replyOf(answer)).toMatchObject({ error: 'unmet_authentication_requirements', state: 's' });
      }
    }
  }
});

test('an acr that can be had, or need not be, lets the person in and is told as it is', async () => {
  const asked: Record<string, string>[] = [
    { claims: JSON.stringify({ id_token: { acr: { essential: true, value: AAL1 } } }) },
    { claims: JSON.stringify({ id_token: { acr: { essential: true, values: [AAL2, AAL1] } } }) },
    { claims: JSON.stringify({ id_token: { acr: { value: 'urn:x' } } }) },
    { claims: JSON.stringify({ id_token: { acr: null } }) },
    { acr_values: AAL1 },
    { acr_values: `urn:x ${AAL1}` },
    { acr_values: `${AAL2} ${AAL1}` },
  ];
  for (const more of asked) {
    const { id_token } = await redeem(portal, await visitor.signIn('claims', more));
    expect(claimsOf(id_token).acr).toBe(AAL1);
  }
});

test('a sub that is asked for is the one that is answered', async () => {
  const { sub } = claimsOf((await redeem(portal, await visitor.signIn('claims'))).id_token);
  const ask = (value: unknown) => JSON.stringify({ id_token: { sub: { value } } });
  const own = await visitor.request(flow('claims', { claims: ask(sub), prompt: 'none' }).url);
  expect(replyOf(own).code).toBeTruthy();
  const other = await visitor.request(flow('claims', { claims: ask('somebody'), prompt: 'none' }).url);
  expect(replyOf(other).error).toBe('login_required');
});
