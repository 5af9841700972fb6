import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Csrf } from '../../src/http/csrf.ts';
import { readForm } from '../../src/http/forms.ts';
import { serve, type TestServer } from './server.ts';

const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];

function site(keys: string[], issuer: string): Promise<TestServer> {
  const csrf = new Csrf({ keys, secure: issuer.startsWith('https'), origin: issuer });
  return serve(
    async (ctx) => {
      if (ctx.method === 'POST') csrf.verify(ctx, (await readForm(ctx)).csrf_token);
      ctx.body = { token: csrf.token(ctx), again: csrf.token(ctx), browser: csrf.browserId(ctx) };
    },
    { issuer },
  );
}

interface Answer {
  token: string;
  browser: string;
  cookie: string;
  setCookie: string | null;
}

async function open(server: TestServer, cookie = ''): Promise<Answer> {
  const response = await fetch(server.url, { headers: { cookie } });
  const body = (await response.json()) as Answer & { again: string };
  expect(body.again).toBe(body.token);
  const setCookie = response.headers.get('set-cookie');
  return { ...body, setCookie, cookie: setCookie?.split(';')[0] ?? cookie };
}

async function post(server: TestServer, cookie: string, token: string, headers = {}): Promise<number> {
  const body = new URLSearchParams({ csrf_token: token });
  return (await fetch(server.url, { method: 'POST', body, headers: { cookie, ...headers } })).status;
}

let plain: TestServer;
let secure: TestServer;
let rotated: TestServer;
beforeAll(async () => {
  plain = await site([first], 'http://signin.test');
  secure = await site([first], 'https://signin.test');
  rotated = await site([second, first], 'http://signin.test');
});
afterAll(() => Promise.all([plain, secure, rotated].map((server) => server.close())));

test('a form of this browser passes, and the browser keeps its token and its name', async () => {
  const page = await open(plain);
  expect(await post(plain, page.cookie, page.token)).toBe(200);
  const later = await open(plain, page.cookie);
  expect(later).toMatchObject({ token: page.token, browser: page.browser, setCookie: null });
});

test('the cookie is HttpOnly and Lax, and __Host- under https', async () => {
  expect((await open(plain)).setCookie).toMatch(/^vestibule_csrf=[^;]+; path=\/; samesite=lax; httponly$/i);
  expect((await open(secure)).setCookie).toMatch(
    /^__Host-vestibule_csrf=[^;]+; path=\/; samesite=lax; secure; httponly$/i,
  );
});

test('no token, another token, another browser, no cookie: refused', async () => {
  const [mine, other] = [await open(plain), await open(plain)];
  expect(mine.browser).not.toBe(other.browser);
  expect(await post(plain, mine.cookie, '')).toBe(403);
  expect(await post(plain, mine.cookie, other.token)).toBe(403);
  expect(await post(plain, other.cookie, mine.token)).toBe(403);
  expect(await post(plain, '', mine.token)).toBe(403);
  expect(await post(plain, mine.cookie, mine.cookie.split('=')[1] ?? '')).toBe(403);
});

test('a cookie that we did not sign is not taken up', async () => {
  const planted = `vestibule_csrf=${'A'.repeat(43)}.${'B'.repeat(43)}`;
  const page = await open(plain, planted);
  expect(page.setCookie).not.toBeNull();
  expect(page.cookie).not.toBe(planted);
});

test('an old key goes on verifying; the browser keeps its name under the new one', async () => {
  const page = await open(plain);
  expect(await post(rotated, page.cookie, page.token)).toBe(200);
  const renewed = await open(rotated, page.cookie);
  expect(renewed.setCookie).not.toBeNull();
  expect(renewed.browser).toBe(page.browser);
  expect(await post(rotated, renewed.cookie, renewed.token)).toBe(200);
});

describe('where the request began', () => {
  test.each([
    [{ origin: 'http://signin.test', 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'http://signin.test' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    // Sec-Fetch-Site decides where it is present: a gateway that shows us under a name of its own changes Origin.
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'null', 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'https://gateway.example', 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'something-new' }, 403],
    [{ origin: 'http://signin.test', 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
    // Without it, an old browser or a proxy that strips headers proves nothing; another origin does.
    [{}, 200],
    [{ origin: 'null' }, 200],
    [{ origin: 'https://signin.test' }, 403],
    [{ origin: 'http://signin.test.evil.example' }, 403],
    [{ origin: 'http://evil.example' }, 403],
  ])('%j gets %i', async (headers, status) => {
    const page = await open(plain);
    // fetch refuses to send these headers from a page, not from a program.
    expect(await post(plain, page.cookie, page.token, headers)).toBe(status);
  });

  test.each([{ origin: 'null' }, {}])('with %j the token is still asked for', async (headers) => {
    const [mine, other] = [await open(plain), await open(plain)];
    expect(await post(plain, mine.cookie, other.token, headers)).toBe(403);
    expect(await post(plain, '', mine.token, headers)).toBe(403);
    expect(await post(plain, mine.cookie, '', headers)).toBe(403);
  });

  test('a forged Host changes nothing', async () => {
    const page = await open(plain);
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      origin: 'http://evil.example',
    };
    expect(await post(plain, page.cookie, page.token, headers)).toBe(403);
  });
});

test('no text but the token is the token', async () => {
  const page = await open(plain);
  const odd = fc.oneof(
    fc.string(),
    fc.constantFrom(page.token.slice(1), `${page.token}=`, page.token.toLowerCase(), `${page.token} `),
  );
  await fc.assert(
    fc.asyncProperty(odd, async (text) => {
      expect([400, 403]).toContain(await post(plain, page.cookie, text));
    }),
    { numRuns: 50 },
  );
});

test('without a key nothing starts', () => {
  expect(() => new Csrf({ keys: [], secure: true, origin: 'https://x.test' })).toThrow(TypeError);
});
