import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { A_SECOND } from '../support/limits.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { codeOf, flow, redeem, refresh, send, Visitor } from '../support/visitor.ts';
import { each, failure, json, PATIENT, run } from './operator.ts';

let portal: Portal;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-apps-'));
  portal = await sharedPortal({ processes: 2 });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await portal.stop();
});

const payments = {
  client_id: 'payments',
  client_name: 'Payments',
  redirect_uris: ['https://payments.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  first_party: true,
};

function file(registration: unknown, name = 'registration'): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, typeof registration === 'string' ? registration : JSON.stringify(registration));
  return path;
}

test('an app is registered, its made secret shown once, and it can sign somebody in', async () => {
  const made = await json(portal.environment, 'apps', 'register', file(payments));
  expect(made).toEqual({
    client_id: 'payments',
    client_name: 'Payments',
    done: 'registered',
    client_secret: expect.stringMatching(/^[\w-]{43}$/),
  });
  const again = await json(
    portal.environment,
    'apps',
    'register',
    file({ ...payments, description: 'Money' }),
  );
  expect(again).toEqual({ client_id: 'payments', client_name: 'Payments', done: 'changed' });
  const shown = await run(portal.environment, ['apps', 'show', 'payments', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ description: 'Money', client_secret: 'set' });
  expect(shown.stdout).not.toContain(String(made.client_secret));

  const started = flow('payments', { redirect_uri: String(payments.redirect_uris[0]) });
  const visitor = new Visitor(portal);
  const page = await visitor.open(started.url);
  const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: 'Correct-Horse-7-Battery' });
  const basic = Buffer.from(`payments:${made.client_secret}`).toString('base64');
  const token = await send(portal, '/oidc/token', {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: codeOf(answer),
      redirect_uri: started.redirectUri,
      code_verifier: started.verifier,
    }).toString(),
  });
  expect(token.status).toBe(200);
});

test('a registration comes on standard input too; a given secret is not shown', async () => {
  const input = JSON.stringify({ ...payments, client_id: 'piped', client_secret: 'a-secret-of-some-length' });
  const outcome = await run(portal.environment, ['apps', 'register', '-'], { input });
  expect(outcome).toEqual({ code: 0, stdout: 'Payments is registered.\nclient_id  piped\n', stderr: '' });
});

test('a removed app is unknown within a second on every replica; sessions go on', async () => {
  const visitor = new Visitor(portal);
  const started = await visitor.signIn('claims');
  const tokens = await redeem(portal, started);
  const would = await json(portal.environment, 'apps', 'remove', 'claims', '--dry-run');
  expect(would).toMatchObject({ removed: false, open_sessions: 1 });
  expect((await visitor.open(flow('claims').url)).headers.get('location')).toContain('code=');
  const outcome = await run(portal.environment, ['apps', 'remove', 'claims']);
  expect(outcome.stdout).toBe(
    'Claims was removed. It was used in 1 open session, which continue without it.\n',
  );
  const removed = Date.now();
  for (const process of [0, 1]) {
    while ((await visitor.open(flow('claims').url, { process })).status !== 400) {
      expect(Date.now() - removed).toBeLessThan(A_SECOND);
    }
    expect((await refresh(portal, 'claims', tokens.refresh_token, { process })).error).toBe('invalid_client');
  }
  expect((await visitor.open('/')).status).toBe(200);
  const rows = await json<{ event: string }>(
    portal.environment,
    'audit',
    'tail',
    '-n',
    '1',
    '--event',
    'app.removed',
  );
  expect(rows).toMatchObject({ app: 'claims', actor: 'cli', before: { name: 'Claims' } });
  expect(await failure(portal.environment, ['apps', 'remove', 'claims'], 1)).toMatch(/no app claims/);
});

/** Twenty mistakes, each with the field that it is told by and how it is mended. */
const mistakes: readonly [what: string, change: object, path: string, mend: string][] = [
  ['no name', { client_name: undefined }, 'client_name', 'give a text'],
  ['no redirect URI', { redirect_uris: undefined }, 'redirect_uris', 'list where the browser returns'],
  ['one that is no list', { redirect_uris: 'https://a.example/cb' }, 'redirect_uris', 'write a list'],
  ['a wildcard', { redirect_uris: ['https://*.example/cb'] }, 'redirect_uris[0]', 'list each address'],
  ['a fragment', { redirect_uris: ['https://a.example/cb#x'] }, 'redirect_uris[0]', 'remove #'],
  ['plain http', { redirect_uris: ['http://a.example/cb'] }, 'redirect_uris[0]', 'use https'],
  ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris[0]', 'use https'],
  ['a native scheme', { redirect_uris: ['org.example.app:/cb'] }, 'redirect_uris[0]', '"native"'],
  [
    'a slip of the hand',
    { redirect_url: 'https://a.example/cb' },
    'redirect_url',
    'did you mean redirect_uris?',
  ],
  ['a short secret', { client_secret: 'short' }, 'client_secret', 'give 16 characters'],
  [
    'a secret for a public app',
    { token_endpoint_auth_method: 'none', client_secret: 'a-secret-of-some-length' },
    'client_secret',
    'remove it',
  ],
  [
    'a public app without PKCE',
    { token_endpoint_auth_method: 'none', pkce: 'optional' },
    'pkce',
    'remove it',
  ],
  [
    'an unknown method',
    { token_endpoint_auth_method: 'password' },
    'token_endpoint_auth_method',
    'none or client_',
  ],
  [
    'keys that are missing',
    { token_endpoint_auth_method: 'private_key_jwt' },
    'jwks',
    'give jwks or jwks_uri',
  ],
  [
    'a private key',
    {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] },
    },
    'jwks.keys[0]',
    'public part alone',
  ],
  ['the implicit flow', { response_types: ['id_token'] }, 'response_types[0]', 'code'],
  ['passwords', { grant_types: ['password'] }, 'grant_types[0]', 'authorization_code or refresh_token'],
  ['an unknown scope', { scope: 'openid claims' }, 'scope', 'openid, profile, email'],
  ['an unknown role', { demands: { roles: ['king'] } }, 'demands.roles[0]', 'practice-administrator or'],
  ['a length that is none', { demands: { fresh: 'soon' } }, 'demands.fresh', 'PT15M'],
  ['a word for yes', { first_party: 'yes' }, 'first_party', 'write true or false'],
  ['a page on plain http', { start_uri: 'http://a.example/' }, 'start_uri', 'use https'],
  ['an id with a space', { client_id: 'a b' }, 'client_id', '1 to 128 letters'],
  [
    'a path in an origin',
    { form_action_origins: ['https://a.example/x'] },
    'form_action_origins[0]',
    'without path',
  ],
];

test(
  'each of twenty mistakes in a registration is a line with its path and its mend, and changes nothing',
  async () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(20);
    await each(mistakes, async ([what, change, path, mend], index) => {
      const given = file({ ...payments, client_id: 'wrong', ...change }, `mistake-${index}`);
      const outcome = await run(portal.environment, ['apps', 'register', given]);
      expect({ what, code: outcome.code, stdout: outcome.stdout }).toEqual({ what, code: 1, stdout: '' });
      const [count, line, ...more] = outcome.stderr.trimEnd().split('\n');
      expect([count, ...more]).toEqual(['One field is wrong:']);
      expect(line).toMatch(/^ {2}\S+ .+: .+$/);
      expect(line?.split(' ')[2]).toBe(path);
      expect(line).toContain(mend);
    });
    await failure(portal.environment, ['apps', 'show', 'wrong'], 1);
  },
  PATIENT,
);

test('what is no JSON, or cannot be read, is one line', async () => {
  expect(await failure(portal.environment, ['apps', 'register', file('{ client_id: 1 }')], 1)).toMatch(
    /is not JSON/,
  );
  expect(await failure(portal.environment, ['apps', 'register', folder], 1)).toMatch(/cannot be read/);
});
