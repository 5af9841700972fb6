import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, formAction, formPost, replyOf, send, Visitor } from '../support/visitor.ts';

// Rule 25: nothing that anybody posts, to any address that takes a POST, is a failure of ours.

let portal: Portal;
let visitor: Visitor;
let signIn: string;
let token: string;
beforeAll(async () => {
  portal = await sharedPortal();
  visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  signIn = formAction(page);
  token = tokenOf(page);
});
afterAll(() => portal.stop());
afterEach(() => {
  const lines = portal.logs.map((line) => JSON.parse(line));
  expect(lines.filter(({ level, status }) => level === 'error' || status >= 500)).toEqual([]);
});

const URLENCODED = 'application/x-www-form-urlencoded';
const basic = `Basic ${Buffer.from('claims:claims-demo-secret').toString('base64')}`;
const routes = [
  'sign-in',
  '/sign-out',
  '/oidc/authorize',
  '/oidc/logout',
  '/oidc/token',
  '/oidc/introspect',
  '/oidc/revoke',
  '/oidc/par',
  '/oidc/userinfo',
];
const big = 'x'.repeat(1024 * 1024);

/** A good field and the odd one beside it, so that it is the odd one that is refused. */
const bodies: Record<string, (name: string) => string> = {
  'an array': (name) => `${name}[]=a&${name}[]=b`,
  'an indexed array': (name) => `${name}[0]=a&${name}[1]=b`,
  'a nested object': (name) => `${name}[a][b]=c`,
  'a dotted name': (name) => `${name}.a=b`,
  'a duplicate': (name) => `${name}=a&${name}=b`,
  'an equal duplicate': (name) => `${name}=a&${name}=a`,
  'a NUL': (name) => `${name}=a%00b`,
  'a raw NUL': (name) => `${name}=a\0b`,
  'broken percent encoding': (name) => `${name}=%zz%`,
  'broken UTF-8': (name) => `${name}=%ff%fe`,
  'half a surrogate pair': (name) => `${name}=%ed%a0%80`,
  '1 MB in a value': (name) => `${name}=${big}`,
  '1 MB in a name': () => `${big}=x`,
  '20000 fields': (name) => `${name}=x&${'a=b&'.repeat(20_000)}`,
  'names of objects': () => '__proto__=a&constructor=b&hasOwnProperty=c&toString=d&__proto__[x]=y',
  'newlines and controls': (name) => `${name}=${encodeURIComponent('a\r\nSet-Cookie: x=y\x1b[31m\u202e')}`,
  'nothing at all': () => '',
  'separators alone': () => '&&&===&=&',
};

const types: Record<string, { type?: string; body: string | Buffer; more?: Record<string, string> }> = {
  JSON: {
    type: 'application/json',
    body: '{"user_id":["a"],"token":{"a":1},"grant_type":"authorization_code"}',
  },
  'broken JSON': { type: 'application/json', body: '{' },
  'JSON called a form': { type: URLENCODED, body: '{"user_id":"a"}' },
  multipart: {
    type: 'multipart/form-data; boundary=x',
    body: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
  },
  'multipart without boundary': { type: 'multipart/form-data', body: 'x' },
  text: { type: 'text/plain', body: 'user_id=a&password=b' },
  XML: { type: 'application/xml', body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' },
  'no type': { body: 'user_id=a' },
  'an odd type': { type: ';;;=,', body: 'user_id=a' },
  'a UTF-16 form': { type: `${URLENCODED}; charset=utf-16`, body: Buffer.from('user_id=a', 'utf16le') },
  'an unknown charset': { type: `${URLENCODED}; charset=x-none`, body: 'user_id=a' },
  'a compressed form': {
    type: URLENCODED,
    body: gzipSync('user_id=a'),
    more: { 'content-encoding': 'gzip' },
  },
  'a form said to be compressed': { type: URLENCODED, body: 'user_id=a', more: { 'content-encoding': 'br' } },
};

test.each(routes)(
  '%s takes any form without failing',
  async (route) => {
    for (const [what, make] of Object.entries(bodies)) {
      for (const [name, rest] of fieldsOf(route)) {
        const text = make(name);
        const answer = await post(route, rest && text ? `${text}&${rest}` : text);
        expectOrdinary(`${what} as ${name}`, answer);
      }
    }
  },
  60_000,
);

test.each(routes)('%s takes any content type without failing', async (route) => {
  for (const [what, { type, body, more }] of Object.entries(types)) {
    const answer = await raw(route, { ...(type ? { 'content-type': type } : {}), ...more }, body);
    expect([what, answer.slice(0, 12)]).toEqual([what, expect.stringMatching(/^HTTP\/1\.1 [234]/)]);
  }
});

test.each(routes)(
  '%s takes a body that breaks off or lies about its length without failing',
  async (route) => {
    for (const [length, body] of [
      ['5000', 'user_id=a'],
      ['2', 'user_id=a&password=b'],
      ['99999999999', 'user_id=a'],
      ['-1', 'user_id=a'],
      ['1e3', 'user_id=a'],
    ] as const) {
      const answer = await raw(route, { 'content-type': URLENCODED, 'content-length': length }, body, true);
      expect([length, answer.slice(0, 12)]).toEqual([length, expect.stringMatching(/^(HTTP\/1\.1 [234]|$)/)]);
    }
  },
);

test('the page that was sent all that still lets the person in', async () => {
  const browser = new Visitor(portal);
  const page = await browser.open(flow('claims').url);
  for (const make of Object.values(bodies)) {
    const body = `${make('user_id')}&password=x&csrf=${tokenOf(page)}`;
    await browser.request(formAction(page), { ...formPost(page, {}), body });
  }
  const answer = await browser.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  expect(replyOf(answer).code).toBeTruthy();
});

test('the query of a page is taken in any shape', async () => {
  for (const path of [
    '/',
    '/sign-in/x',
    '/signed-out',
    '/oidc/authorize',
    '/oidc/authorize/x',
    '/oidc/logout',
    '/nothing',
  ]) {
    for (const query of [
      'app[]=a',
      'app=a&app=b',
      'app=%00',
      'app=%ff',
      'app=%',
      '__proto__=x',
      'client_id[a]=b',
      `app=${'x'.repeat(8000)}`,
      'id_token_hint=a.b.c&client_id=%00',
      'state=%00&post_logout_redirect_uri=%00',
    ]) {
      const answer = await send(portal, `${path}?${query}`);
      expect([path, query.slice(0, 20), answer.status < 500]).toEqual([path, query.slice(0, 20), true]);
    }
  }
});

/** Fields of a route that take the odd value, each with what makes the rest of the form right. */
function fieldsOf(route: string): [string, string][] {
  const csrf = `csrf=${token}`;
  const all: Record<string, [string, string][]> = {
    'sign-in': [
      ['user_id', `${csrf}&password=x`],
      ['password', `${csrf}&user_id=x`],
      ['csrf', 'user_id=x&password=x'],
    ],
    '/sign-out': [
      ['client_id', csrf],
      ['post_logout_redirect_uri', `${csrf}&client_id=claims`],
      ['csrf', ''],
    ],
    '/oidc/authorize': [
      ['client_id', ''],
      ['state', new URL(flow('claims').url, 'http://x').search.slice(1)],
    ],
    '/oidc/logout': [
      ['id_token_hint', ''],
      ['client_id', ''],
      ['state', ''],
    ],
    '/oidc/token': [
      ['code', 'grant_type=authorization_code&redirect_uri=x'],
      ['grant_type', ''],
      ['refresh_token', 'grant_type=refresh_token'],
    ],
    '/oidc/introspect': [['token', '']],
    '/oidc/revoke': [['token', '']],
    '/oidc/par': [
      ['state', new URL(flow('claims', { state: '' }).url, 'http://x').search.slice(1)],
      ['claims', ''],
    ],
    '/oidc/userinfo': [['access_token', '']],
  };
  return all[route] as [string, string][];
}

function tokenOf(page: Answer): string {
  return String(new URLSearchParams(formPost(page, {}).body).get('csrf'));
}

function post(route: string, body: string) {
  return visitor.clone().request(route === 'sign-in' ? signIn : route, {
    method: 'POST',
    headers: { 'content-type': URLENCODED, 'sec-fetch-site': 'same-origin', ...clientOf(route) },
    body,
  });
}

/** What it says is an answer of ours to a mistake of theirs: never a failure, never a session. */
function expectOrdinary(what: string, answer: Answer): void {
  expect([what, answer.status < 500]).toEqual([what, true]);
  expect(answer.headers.getSetCookie().filter((line) => /vestibule_session=[^;]/.test(line))).toEqual([]);
  expect(answer.headers.get('set-cookie') ?? '').not.toContain('x=y');
}

function clientOf(route: string): Record<string, string> {
  return /^\/oidc\/(token|introspect|revoke|par)$/.test(route) ? { authorization: basic } : {};
}

/** Over a socket, where every header can be written. */
async function raw(
  route: string,
  headers: Record<string, string>,
  body: string | Buffer,
  close = false,
): Promise<string> {
  const socket = connect(portal.ports[0] as number, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  const path = route === 'sign-in' ? signIn : route;
  const all = {
    host: 'x',
    connection: 'close',
    'sec-fetch-site': 'same-origin',
    'content-length': String(Buffer.byteLength(body)),
    cookie: visitor.cookieHeader(path),
    ...clientOf(route),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
  socket.write(body);
  if (close) socket.end();
  // A reset is an answer too: what was left unread of the body makes the kernel send one.
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}
