import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  flow,
  formAction,
  formPost,
  pageName,
  replyOf,
  type SendOptions,
  Visitor,
} from '../support/visitor.ts';

// Rule 24: a sign-in counts only from this browser's own page; rule 11: only in the browser that began it.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const fields = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('a form without a token, with another browser’s or a made-up one is refused', async () => {
  const [visitor, stranger] = [new Visitor(portal), new Visitor(portal)];
  const [page, theirs] = [await visitor.open(flow('claims').url), await stranger.open(flow('claims').url)];
  const token = tokenOf(page);
  for (const csrf of [
    '',
    'x',
    tokenOf(theirs),
    token.slice(0, -1),
    token.toUpperCase(),
    `${token}x`,
    token.padEnd(5000, 'x'),
  ]) {
    await expectForgery(visitor, page, formPost(page, { ...fields, csrf }));
  }
  await expectForgery(visitor, page, formPost({ ...page, body: '' }, fields));
  expect(replyOf(await visitor.submit(page, fields)).code).toBeTruthy();
});

test('a form sent from another site is refused, whatever it holds', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const post = formPost(page, fields);
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: portal.issuer },
    { 'sec-fetch-site': '', origin: 'https://evil.example' },
    { 'sec-fetch-site': '', origin: portal.issuer.replace('https', 'http') },
    { 'sec-fetch-site': '', origin: `${portal.issuer}.evil.example` },
  ];
  for (const headers of foreign) {
    await expectForgery(visitor, page, { ...post, headers: { ...post.headers, ...headers } });
  }
  const ours: Record<string, string>[] = [
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { 'sec-fetch-site': '', origin: 'null' }, // an old browser, or a proxy that strips headers
    { 'sec-fetch-site': '', origin: '' },
    { 'sec-fetch-site': '', origin: portal.issuer },
  ];
  for (const [index, headers] of ours.entries()) {
    const answer = await visitor.request(formAction(page), {
      ...post,
      ...formPost(page, { user_id: `nobody.${index}`, password: 'x' }),
      headers: { ...post.headers, ...headers },
    });
    expect([answer.status, pageName(answer)]).toEqual([200, 'sign-in']);
  }
});

test('cookies that somebody made up are no browser’s', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const csrf = String(visitor.cookie('csrf'));
  const stolen = visitor.clone();
  stolen.forget('csrf');
  const made = [
    `${'a'.repeat(43)}.${'b'.repeat(43)}`,
    csrf.replace(/^./, (c) => (c === 'a' ? 'b' : 'a')),
    'x',
    '',
  ];
  for (const value of made) {
    const post = formPost(page, fields);
    const cookie = `__Host-vestibule_csrf=${value}; ${stolen.cookieHeader(formAction(page))}`;
    const answer = await stolen.request(formAction(page), { ...post, headers: { ...post.headers, cookie } });
    expect([answer.status, pageName(answer)]).toEqual([403, 'error']);
  }
});

test('a sign-in that another browser began opens nothing here', async () => {
  const [visitor, stranger] = [new Visitor(portal), new Visitor(portal)];
  const page = await visitor.open(flow('claims').url);
  const theirs = await stranger.open(flow('claims').url);
  const opened = await stranger.request(formAction(page));
  // On to the app's own beginning, once the browser has shown that it keeps cookies.
  const lost = `${formAction(page)}&cookies=asked`;
  expect(opened.headers.get('location')).toBe(lost);
  expect((await stranger.request(lost)).headers.get('location')).toMatch(
    /^http:\/\/localhost:3101\/login\?iss=/,
  );
  for (const form of [page, theirs]) {
    const elsewhere = stranger.clone();
    elsewhere.forget('lost');
    const submitted = await elsewhere.request(formAction(page), formPost(form, fields));
    expect(submitted.headers.get('location')).toBe(lost);
    expect(elsewhere.cookie('session')).toBeUndefined();
  }
  // The sealed sign-in of another page, an altered one and a bare name open nothing either.
  const uid = String(page.url.pathname.split('/').at(-1));
  const sealed = String(visitor.cookie('interaction'));
  const name = '__Secure-vestibule_interaction';
  const altered = `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`;
  for (const value of [uid, altered, `${sealed}AAAA`, String(stranger.cookie('interaction'))]) {
    const cookie = `${name}=${value}`;
    const answer = await new Visitor(portal).request(formAction(page), { headers: { cookie } });
    expect(answer.headers.get('location')).toBe(lost);
  }
  const whole = { headers: { cookie: `${name}=${sealed}` } };
  expect(pageName(await new Visitor(portal).request(formAction(page), whole))).toBe('sign-in');
});

test('an address that no sign-in has says so, with a way on', async () => {
  const visitor = new Visitor(portal);
  for (const path of [
    '/sign-in/x',
    '/sign-in/%00',
    '/sign-in/%ff',
    `/sign-in/${'x'.repeat(5000)}`,
    '/sign-in/x?app=claims',
    '/sign-in/x?app=nobody',
    '/sign-in/x?app=a&app=b',
    '/sign-in/x?app=%00',
  ]) {
    const answer = await visitor.request(path);
    expect([path.slice(0, 20), answer.status]).toEqual([path.slice(0, 20), 400]);
    expect(answer.body).toContain('id="way-on"');
  }
});

function tokenOf(page: Answer): string {
  return String(new URLSearchParams(formPost(page, {}).body).get('csrf'));
}

async function expectForgery(visitor: Visitor, page: Answer, post: SendOptions): Promise<void> {
  const answer = await visitor.request(formAction(page), post);
  expect([answer.status, pageName(answer)]).toEqual([403, 'error']);
  expect(answer.body).toMatch(/<dd id="error-code">forgery<\/dd>/);
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(visitor.cookie('session')).toBeUndefined();
}
