import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DeviceCookie } from '../../src/lockout/device-cookie.ts';
import { serve, type TestServer } from '../http/server.ts';

const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];

/** `?keep=` notes sign-ins, `?knows=` asks; the answer is what is known afterwards. */
function site(keys: string[], issuer = 'http://signin.test'): Promise<TestServer> {
  const device = new DeviceCookie({ keys, secure: issuer.startsWith('https') });
  return serve(
    async (ctx) => {
      for (const subject of [ctx.query.keep ?? []].flat()) device.keep(ctx, subject);
      const asked = [ctx.query.knows ?? []].flat();
      ctx.body = {
        browser: device.browser(ctx) ?? null,
        known: asked.map((one) => device.knows(ctx, one) ?? null),
      };
    },
    { issuer },
  );
}

interface Answer {
  browser: string | null;
  known: (string | null)[];
  cookie: string;
  setCookie: string | null;
}

async function ask(server: TestServer, query: string, cookie = ''): Promise<Answer> {
  const response = await fetch(`${server.url}/?${query}`, { headers: { cookie } });
  const body = (await response.json()) as Answer;
  const setCookie = response.headers.get('set-cookie');
  return { ...body, setCookie, cookie: setCookie?.split(';')[0] ?? cookie };
}

let plain: TestServer;
let secure: TestServer;
let rotated: TestServer;
let replaced: TestServer;
beforeAll(async () => {
  plain = await site([first]);
  secure = await site([first], 'https://signin.test');
  rotated = await site([second, first]);
  replaced = await site([second]);
});
afterAll(() => Promise.all([plain, secure, rotated, replaced].map((server) => server.close())));

test('a device is known to whoever signed in on it, and to nobody else', async () => {
  expect(await ask(plain, 'knows=ann')).toMatchObject({ browser: null, known: [null], setCookie: null });
  const { cookie } = await ask(plain, 'keep=ann');
  const later = await ask(plain, 'knows=ann&knows=bob&knows=', cookie);
  expect(later.known).toEqual([expect.stringMatching(/^[\w-]{43}$/), null, null]);
  expect(later.browser).toBe(later.known[0]);
  expect(cookie).not.toContain(later.browser);
  expect((await ask(plain, 'keep=ann&knows=ann')).known).not.toEqual([later.browser]);
});

test('the cookie lasts a year, is HttpOnly and Lax, and __Host- under https', async () => {
  const year = new Date(Date.now() + 365 * 24 * 3600 * 1000).getUTCFullYear();
  const { setCookie } = await ask(plain, 'keep=ann');
  expect(setCookie).toMatch(/^vestibule_device=[\w.-]+; path=\/; expires=[^;]+; samesite=lax; httponly$/i);
  expect(setCookie).toContain(` ${year} `);
  expect((await ask(secure, 'keep=ann')).setCookie).toMatch(
    /^__Host-vestibule_device=[\w.-]+; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
  );
});

test('people who share a computer are all known on it, by one name, up to ten of them', async () => {
  const people = Array.from({ length: 11 }, (_, n) => `person-${n}`);
  let cookie = '';
  for (const one of people) ({ cookie } = await ask(plain, `keep=${one}`, cookie));
  ({ cookie } = await ask(plain, 'keep=person-1', cookie));
  const { known, browser } = await ask(plain, people.map((one) => `knows=${one}`).join('&'), cookie);
  expect(known).toEqual([null, ...Array(10).fill(browser)]);
  expect(cookie.length).toBeLessThan(400);
});

test('two sign-ins noted in one request are both known, then and later', async () => {
  const now = await ask(plain, 'keep=ann&keep=bob&knows=ann&knows=bob');
  expect(now.known).toEqual([now.browser, now.browser]);
  expect((await ask(plain, 'knows=ann&knows=bob', now.cookie)).known).toEqual(now.known);
});

test('what was copied from another device, or given to another account, is worth nothing', async () => {
  const [ann, eve] = [await ask(plain, 'keep=ann'), await ask(plain, 'keep=eve')];
  const [name, annParts] = ann.cookie.split('=') as [string, string];
  const eveParts = String(eve.cookie.split('=')[1]).split('.');
  const mac = annParts.split('.')[2];
  const copied = [eveParts[0], eveParts[1], mac].join('.');
  expect(await ask(plain, 'knows=ann&knows=eve', `${name}=${copied}`)).toMatchObject({ known: [null, null] });
  const signature = [eveParts[0], annParts.split('.')[1], eveParts[2]].join('.');
  expect(await ask(plain, 'knows=eve', `${name}=${signature}`)).toMatchObject({
    browser: null,
    known: [null],
  });
});

test('an old key goes on knowing, the new one signs, and a key that is gone knows nothing', async () => {
  const old = await ask(plain, 'keep=ann&keep=bob');
  expect((await ask(rotated, 'knows=ann', old.cookie)).known).toEqual([old.browser]);
  expect(await ask(replaced, 'knows=ann', old.cookie)).toMatchObject({ browser: null, known: [null] });
  const renewed = await ask(rotated, 'keep=ann', old.cookie);
  expect(renewed.browser).toBe(old.browser);
  expect((await ask(replaced, 'knows=ann&knows=bob', renewed.cookie)).known).toEqual([old.browser, null]);
});

test('no cookie but ours makes a device known', async () => {
  const { cookie } = await ask(plain, 'keep=ann');
  const [, value = ''] = cookie.split('=');
  const swapped = (at: number) =>
    `${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`;
  const odd = fc.oneof(
    fc.stringMatching(/^[\w.-]{0,120}$/),
    // The last character of a part in base64url may stand for the same bytes; the parts are compared as text.
    fc.integer({ min: 0, max: value.length - 1 }).map(swapped),
    fc.constantFrom(`${value}.`, `${value}=`, `.${value}`, value.toLowerCase(), value.slice(0, -1)),
  );
  await fc.assert(
    fc.asyncProperty(odd, async (text) => {
      expect((await ask(plain, 'knows=ann', `vestibule_device=${text}`)).known).toEqual([null]);
    }),
    { numRuns: 60 },
  );
});

test('without a key nothing starts', () => {
  expect(() => new DeviceCookie({ keys: [], secure: true })).toThrow(TypeError);
});
