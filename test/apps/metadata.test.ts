import { expect, test } from '@jest/globals';
import { parseRegistration } from '../../src/apps/metadata.ts';
import { RegistrationError } from '../../src/apps/mistakes.ts';

const claims = {
  client_id: 'claims',
  client_secret: 'claims-demo-secret',
  client_name: 'Claims',
  redirect_uris: ['http://localhost:3101/callback'],
  post_logout_redirect_uris: ['http://localhost:3101/'],
  backchannel_logout_uri: 'http://localhost:3101/backchannel-logout',
  first_party: true,
  demands: { roles: ['clinician', 'biller'], fresh: 'PT15M' },
  session: { idle: 600 },
  start_uri: 'http://localhost:3101/',
  initiate_login_uri: 'http://localhost:3101/login',
  form_action_origins: ['https://claims.example', 'org.vestibule.demo:'],
  icon_uri: '/static/claims.svg',
};

const mobile = {
  first_party: true,
  client_id: 'mobile',
  client_name: 'Mobile',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1/callback', 'org.vestibule.demo:/callback'],
};

/** The mistakes found in an input, as `path`. */
function mistakes(input: unknown) {
  try {
    parseRegistration(input);
  } catch (error) {
    if (error instanceof RegistrationError) return error.mistakes;
    throw error;
  }
  return [];
}

test('a web app with all our fields is taken, durations in seconds and defaults filled in', () => {
  expect(parseRegistration(claims)).toMatchObject({
    demands: { roles: ['clinician', 'biller'], fresh: 900 },
    session: { idle: 600 },
    pkce: 'required',
    token_endpoint_auth_method: 'client_secret_basic',
    application_type: 'web',
    grant_types: ['authorization_code'],
  });
});

test('a native app with loopback and private-use redirect URIs is taken', () => {
  expect(parseRegistration(mobile)).toMatchObject({ application_type: 'native', first_party: true });
});

test.each([
  ['https://app.example/*', 'wildcard'],
  ['https://*.example/cb', 'wildcard'],
  ['https://app.example/cb#x', 'fragment'],
  ['https://app.example/cb#', 'fragment'],
  ['http://app.example/cb', 'not this machine'],
  ['http://127.0.0.1.evil.example/cb', 'not this machine'],
  ['http://127.0.0.2/cb', 'not this machine'],
  ['http://0.0.0.0/cb', 'not this machine'],
  ['javascript:alert(1)', 'scheme javascript:'],
  ['data:text/html,x', 'scheme data:'],
  ['myapp:/callback', 'scheme myapp:'],
  ['file:///etc/passwd', 'scheme file:'],
  ['//app.example/cb', 'not an absolute URI'],
  ['/cb', 'not an absolute URI'],
  ['https://', 'not an absolute URI'],
  ['https://user:pass@app.example/cb', 'user name'],
  ['https://app.example@evil.example/cb', 'user name'],
  ['https://@evil.example/cb', 'user name'],
  ['https://app.example\\@evil.example/cb', 'character'],
  ['https://app.example/c b', 'character'],
  ['https://app.example/\tcb', 'character'],
  ['https://app.example/\u0000', 'character'],
  ['https://аpp.example/cb', 'character'],
  ['https://app.example;script-src/cb', 'host name'],
  ["https://app.example,'self'/cb", 'host name'],
  ['https://app.example/a/../cb', 'path'],
  ['https://app.example/a/%2e%2E/cb', 'path'],
])('the redirect URI %j is refused', (uri, why) => {
  for (const field of ['redirect_uris', 'post_logout_redirect_uris']) {
    const found = mistakes({ ...mobile, [field]: [...mobile.redirect_uris, uri] });
    expect(found).toMatchObject([{ path: `${field}[2]`, problem: expect.stringContaining(why) }]);
    expect(found[0]?.mend).not.toBe('');
  }
});

test('a private-use scheme is for native apps alone', () => {
  expect(mistakes({ ...claims, redirect_uris: ['org.example.app:/cb'] })).toMatchObject([
    { path: 'redirect_uris[0]', mend: expect.stringContaining('native') },
  ]);
});

test.each([
  'backchannel_logout_uri',
  'start_uri',
  'initiate_login_uri',
  'client_uri',
  'logo_uri',
  'icon_uri',
])('%s is https, or http on this machine', (field) => {
  expect(mistakes({ ...claims, [field]: 'https://claims.example/x' })).toEqual([]);
  expect(mistakes({ ...claims, [field]: 'http://[::1]:3101/x' })).toEqual([]);
  for (const uri of ['http://claims.example/x', 'javascript:alert(1)', 'org.example.app:/x', '//x', '/\\x']) {
    expect(mistakes({ ...claims, [field]: uri })).toMatchObject([{ path: field }]);
  }
});

test.each([
  'https://a.example/',
  'https://a.example/path',
  'https://*.example',
  'http://a.example',
  "'self'",
  'https:',
  'javascript:',
  'https://a.example; script-src *',
  'https://a.example;script-src',
  "https://a.example,'self'",
  'org.a: x',
])('the form action origin %j is refused', (origin) => {
  expect(mistakes({ ...claims, form_action_origins: [origin] })).toMatchObject([
    { path: 'form_action_origins[0]' },
  ]);
});

test('every mistake is listed at once, with its path and its mend', () => {
  const found = mistakes({
    client_id: 'has space',
    client_name: '',
    client_secret: 'short',
    redirect_uris: ['http://a.example/cb', 7],
    grant_types: ['implicit'],
    demands: { roles: ['king'], fresh: 'soon', colour: 1 },
    redirect_url: 'https://a.example/cb',
  });
  expect(found.map((mistake) => mistake.path).sort()).toEqual([
    'client_id',
    'client_name',
    'demands.colour',
    'demands.fresh',
    'demands.roles[0]',
    'grant_types[0]',
    'redirect_uris[0]',
    'redirect_uris[1]',
    'redirect_url',
  ]);
  for (const { problem, mend } of found) expect([problem, mend]).not.toContain('');
});

test.each([
  [{ ...mobile, pkce: 'optional' }, 'pkce'],
  [{ ...mobile, client_secret: 'a-secret-of-enough-length' }, 'client_secret'],
  [{ ...mobile, grant_types: ['authorization_code', 'client_credentials'] }, 'grant_types[1]'],
  [{ ...claims, client_secret: 'short' }, 'client_secret'],
  [{ ...claims, redirect_uris: [] }, 'redirect_uris'],
  [{ ...claims, grant_types: ['refresh_token'] }, 'grant_types'],
  [{ ...claims, response_types: ['id_token'] }, 'response_types[0]'],
  [{ ...mobile, token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
  [{ ...claims, session: { idle: -1 } }, 'session.idle'],
  [{ ...claims, session: { idle: 1.5 } }, 'session.idle'],
  ['text', 'registration'],
  [null, 'registration'],
  [[], 'registration'],
])('a registration that makes no sense is refused: %#', (input, path) => {
  expect(mistakes(input).map((mistake) => mistake.path)).toEqual([path]);
});
