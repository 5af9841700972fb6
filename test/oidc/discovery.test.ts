import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { send } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

test('discovery names the endpoints and abilities of the contract', async () => {
  const answer = await send(portal, '/.well-known/openid-configuration');
  expect(answer.headers.get('content-type')).toContain('application/json');
  const found = JSON.parse(answer.body);
  const at = (path: string) => `${portal.issuer}/oidc/${path}`;
  expect(found).toMatchObject({
    issuer: portal.issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    jwks_uri: at('jwks'),
    end_session_endpoint: at('logout'),
    introspection_endpoint: at('introspect'),
    revocation_endpoint: at('revoke'),
    pushed_authorization_request_endpoint: at('par'),
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    claims_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    acr_values_supported: [1, 2].map((level) => `http://idmanagement.gov/ns/assurance/aal/${level}`),
  });
  const sorted = (name: string) => [...found[name]].sort();
  expect(sorted('scopes_supported')).toEqual(
    [
      ...'openid profile email phone practice offline_access'.split(' '),
      ...'admin:read admin:sessions admin:people admin:apps'.split(' '),
    ].sort(),
  );
  expect(sorted('id_token_signing_alg_values_supported')).toEqual(['ES256', 'RS256']);
  expect(found.claims_supported).toEqual(
    expect.arrayContaining(
      'sub preferred_username name given_name family_name email email_verified phone_number'.split(' '),
    ),
  );
  expect(found.claims_supported).toEqual(
    expect.arrayContaining(
      'phone_number_verified locale zoneinfo practices roles auth_time amr acr sid'.split(' '),
    ),
  );
});

test('neither the implicit nor the password grant is offered', async () => {
  const found = JSON.parse((await send(portal, '/.well-known/openid-configuration')).body);
  expect([...found.response_types_supported].sort()).toEqual(['code', 'none']);
  expect([...found.grant_types_supported].sort()).toEqual(
    ['authorization_code', 'client_credentials', 'refresh_token'].sort(),
  );
});

test('the authorization-server document says the same', async () => {
  const [openid, oauth] = await Promise.all([
    send(portal, '/.well-known/openid-configuration'),
    send(portal, '/.well-known/oauth-authorization-server'),
  ]);
  expect(JSON.parse(oauth.body)).toEqual(JSON.parse(openid.body));
});

test('the key set is public: nothing in it signs', async () => {
  const { keys } = JSON.parse((await send(portal, '/oidc/jwks')).body) as { keys: Record<string, string>[] };
  expect(keys.map(({ alg, use }) => [alg, use])).toEqual([
    ['ES256', 'sig'],
    ['RS256', 'sig'],
  ]);
  for (const key of keys) {
    expect(key.kid).toEqual(expect.any(String));
    expect(
      Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].includes(name)),
    ).toEqual([]);
  }
});
