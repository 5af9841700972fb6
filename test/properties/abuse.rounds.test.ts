import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rounds } from '../races/rounds.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, type SendOptions, send, Visitor } from '../support/visitor.ts';

const CASES = rounds(5_000, 500, 150);

let portal: Portal;
let page: string;
let visitor: Visitor;
beforeAll(async () => {
  portal = await sharedPortal();
  visitor = new Visitor(portal);
  const { url } = await visitor.open(flow('claims').url);
  page = url.pathname;
});
afterAll(() => portal.stop());

const GETS = [
  '/',
  '/oidc/authorize',
  '/oidc/authorize/AAAA',
  '/oidc/logout',
  '/oidc/userinfo',
  '/oidc/jwks',
  '/.well-known/openid-configuration',
  '/sign-in/AAAA',
  '/signed-out',
  '/activate',
  '/activate/AAAA',
  '/static/nothing.css',
  '/nowhere',
];
const POSTS = [
  '/oidc/authorize',
  '/oidc/token',
  '/oidc/introspect',
  '/oidc/revoke',
  '/oidc/par',
  '/oidc/logout',
  '/oidc/userinfo',
  '/sign-out',
  '/switch-user',
  '/activate',
];
const route = fc.oneof(
  fc.constantFrom(...GETS).map((path) => ({ method: 'GET', path })),
  fc.constantFrom(...POSTS).map((path) => ({ method: 'POST', path })),
  fc.constant(null).map(() => ({ method: 'POST', path: page })),
  fc.constant(null).map(() => ({ method: 'GET', path: page })),
);
const fieldName = fc.constantFrom(
  ...['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'prompt', 'max_age', 'claims'],
  ...[
    'code',
    'grant_type',
    'refresh_token',
    'token',
    'id_token_hint',
    'post_logout_redirect_uri',
    'app',
    'lang',
  ],
  ...[
    'user_id',
    'password',
    'csrf',
    'request_uri',
    'request',
    'response_mode',
    'ui_locales',
    'login_hint',
    'choice',
  ],
);
const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    'a\0b',
    '%00',
    '\r\nSet-Cookie: a=b',
    '[object Object]',
    '{"a":1}',
    '../../etc/passwd',
    '-1',
    '1e999',
  ),
);

/** Sends fields where the method carries them; every case goes out with the visitor's cookies or without. */
function deliver(
  target: { method: string; path: string },
  query: string,
  options: SendOptions = {},
): Promise<Answer> {
  const withBody = target.method === 'POST';
  const path = withBody ? target.path : `${target.path}?${query}`;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { ...(withBody ? type : {}), ...options.headers };
  const all = { ...options, method: target.method, headers, ...(withBody ? { body: query } : {}) };
  return target.path === page ? visitor.clone().request(path, all) : send(portal, path, all);
}

/** Where an answer may lead: here, or to what the demo's apps registered. */
const KNOWN = [
  'https://signin.example.test',
  'http://localhost:3101',
  'http://localhost:3102',
  'http://127.0.0.1:4999',
];

function check(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  const location = answer.headers.get('location');
  if (location !== null) expect(KNOWN).toContain(new URL(location, portal.issuer).origin);
  expect(`${answer.body}${location}`).not.toContain('evil.example');
  expect(answer.headers.get('set-cookie') ?? '').not.toContain('a=b');
}

const encode = (pairs: readonly (readonly [string, string])[]) =>
  pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&');
const run = (property: fc.IAsyncProperty<[unknown]>) => fc.assert(property, { numRuns: CASES });

test('no redirect URI but a registered one is ever followed', () =>
  run(
    fc.asyncProperty(
      fc.tuple(
        fc.constantFrom('claims', 'eligibility', 'mobile', 'vestibule-launcher', 'nobody'),
        fc.oneof(
          fc.webUrl(),
          fc.constantFrom(
            ...[
              '//evil.example',
              'https:evil.example',
              'javascript:alert(1)',
              'http://localhost:3101/callback/',
            ],
            ...[
              'http://localhost:3101/callback@evil.example',
              'http://localhost:3101\\@evil.example/callback',
            ],
            ...[
              'http://localhost:3101/callback#evil.example',
              'http://localhost:3101/callback?x=evil.example',
            ],
            ...['http://localhost:3101.evil.example/callback', 'http://127.0.0.1:80@evil.example/callback'],
            ...[
              'http://LOCALHOST:3101/callback',
              'http://localhost:3101/CALLBACK',
              'org.vestibule.demo:/other',
            ],
          ),
          strange,
        ),
        fc.constantFrom('', 'none', 'login'),
        fc.constantFrom('', 'query', 'fragment', 'form_post', 'web_message'),
      ),
      async ([client, uri, prompt, mode]) => {
        const { url } = flow(client, { redirect_uri: uri.toWellFormed(), prompt, response_mode: mode });
        const answer = await send(portal, url);
        check(answer);
        const location = answer.headers.get('location');
        if (location) expect(new URL(location, portal.issuer).origin).toBe(portal.issuer);
      },
    ) as fc.IAsyncProperty<[unknown]>,
  ));

test('no Host or forwarded header gets into a URL or a page', () =>
  run(
    fc.asyncProperty(
      fc.tuple(
        route,
        fc.constantFrom(
          'evil.example',
          'evil.example:443',
          'signin.example.test.evil.example',
          'a@evil.example',
        ),
        fc.subarray([
          'x-forwarded-host',
          'x-forwarded-proto',
          'x-host',
          'forwarded',
          'x-original-url',
          'x-rewrite-url',
        ]),
      ),
      async ([target, host, names]) => {
        const value = (name: string) => (name === 'forwarded' ? `host=${host};proto=http` : host);
        const forwarded = Object.fromEntries(names.map((name) => [name, value(name)]));
        check(await deliver(target, 'client_id=claims', { headers: { host, ...forwarded } }));
      },
    ) as fc.IAsyncProperty<[unknown]>,
  ));

test('no X-Forwarded-For breaks a request or is believed without a trusted hop', () =>
  run(
    fc.asyncProperty(
      fc.tuple(
        route,
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.array(fc.ipV4(), { maxLength: 30 }).map((all) => all.join(', ')),
          fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
          fc.constantFrom('::ffff:1.2.3.4', '1.2.3.4:80', '"1.2.3.4"', '999.1.1.1', ',,,', 'unknown'),
        ),
      ),
      async ([target, value]) =>
        check(await deliver(target, 'a=b', { headers: { 'x-forwarded-for': value } })),
    ) as fc.IAsyncProperty<[unknown]>,
  ));

test('no array, nested or repeated parameter is a fault of ours', () =>
  run(
    fc.asyncProperty(
      fc.tuple(
        route,
        fc.array(fc.tuple(fieldName, fc.constantFrom('', '[]', '[0]', '[a]', '.a', '[__proto__]'), strange), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
      ),
      async ([target, fields, twice]) => {
        const pairs = fields.map(([name, suffix, value]) => [name + suffix, value] as const);
        check(await deliver(target, encode(twice ? [...pairs, ...pairs] : pairs)));
      },
    ) as fc.IAsyncProperty<[unknown]>,
  ));

test('no NUL, broken encoding or odd content type is a fault of ours', () =>
  run(
    fc.asyncProperty(
      fc.tuple(
        route,
        fieldName,
        fc.constantFrom(
          '%00',
          '%',
          '%zz',
          '%ff%fe',
          '%ed%a0%80',
          '\u0000'.replace('\0', '%00x'),
          '&&&=',
          '=',
          '+%2B+',
        ),
        fc.constantFrom(
          ...[
            'application/x-www-form-urlencoded',
            'application/json',
            'multipart/form-data; boundary=x',
            'text/plain',
          ],
          ...['application/x-www-form-urlencoded; charset=utf-16', 'nonsense', ''],
        ),
      ),
      async ([target, name, value, type]) =>
        check(await deliver(target, `${name}=${value}`, { headers: type ? { 'content-type': type } : {} })),
    ) as fc.IAsyncProperty<[unknown]>,
  ));

test('a field of a megabyte is refused, on every route that takes a form', () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...POSTS, 'page'), fieldName, async (path, name) => {
      const target = { method: 'POST', path: path === 'page' ? page : path };
      try {
        check(await deliver(target, `${name}=${'x'.repeat(1_000_000)}`));
      } catch (error) {
        // Closing the connection on the rest of it is an answer too.
        expect(['ECONNRESET', 'EPIPE']).toContain((error as NodeJS.ErrnoException).code);
      }
    }),
    { numRuns: rounds(500, 50, 20) },
  ));

test('none of it was logged as a failure', () => {
  const failed = portal.logs.filter((line) => /"level":"(error|fatal)"/.test(line));
  expect(failed).toEqual([]);
});
