import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, codeOf, flow, formAction, formPost, pageName, Visitor } from '../support/visitor.ts';

// What a sign-in that nobody has answered costs the stores and the browser.

let portal: Portal;
let redis: Redis;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
  redis = new Redis(portal.redisUrl);
});
afterAll(async () => {
  redis?.disconnect();
  await portal?.stop();
});

const person = { user_id: 'dr.rivera', password: DEMO_PASSWORD };
const keys = () => redis.keys(`${portal.redisPrefix}:*`);
const pathOf = (page: Answer) => page.url.pathname + page.url.search;

test('a sign-in page leaves nothing in Redis until it is posted, and the cookie alone carries it', async () => {
  const before = await keys();
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  expect(pageName(page)).toBe('sign-in');
  await visitor.open(pathOf(page));
  expect(await keys()).toEqual(before);
  expect(codeOf(await visitor.submit(page, person))).toBeTruthy();
});

test('it carries neither what the app asked nor the session’s cookie in the clear', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const page = await visitor.open(flow('claims', { prompt: 'login', nonce: 'a-nonce-to-find' }).url);
  const kept = Buffer.from(String(visitor.cookie('interaction')), 'base64url').toString('latin1');
  for (const secret of ['a-nonce-to-find', 'claims', String(visitor.cookie('session'))]) {
    expect(kept + page.url.search.replace('app=claims', '')).not.toContain(secret);
  }
});

test('a page takes the password for interaction_life, and not a second longer', async () => {
  const own = await sharedPortal({ settings: { 'sign_in.restart_horizon': 'PT30M' } });
  try {
    const [one, other] = [new Visitor(own), new Visitor(own)];
    const page = await one.open(flow('claims').url);
    const late = await other.open(flow('claims').url);
    await own.advance(3590 * 1000);
    expect(codeOf(await one.submit(page, person))).toBeTruthy();
    await own.advance(20 * 1000);
    const answer = await other.submit(late, person);
    expect([answer.status, pageName(answer)]).toEqual([400, 'session-expired']);
  } finally {
    await own.stop();
  }
});

test('one cookie for each open sign-in, and at most twenty of them: the oldest makes room', async () => {
  const visitor = new Visitor(portal);
  const pages: Answer[] = [];
  for (let tab = 0; tab < 22; tab++) pages.push(await visitor.open(flow('claims').url));
  const isOpen = (page: Answer) => visitor.cookieHeader(page.url.pathname).includes('vestibule_interaction=');
  expect(pages.map(isOpen)).toEqual(pages.map((_, tab) => tab > 1));
  const header = visitor.cookieHeader(String(pages[21]?.url.pathname));
  expect(header.match(/vestibule_interaction/g)).toHaveLength(1);
  expect(header.length).toBeLessThan(2500);
  // One that is answered makes room as well.
  expect(codeOf(await visitor.submit(pages[5] as Answer, person))).toBeTruthy();
  await visitor.open(flow('claims', { prompt: 'login' }).url);
  expect(isOpen(pages[2] as Answer)).toBe(true);
});

test('the longest request that is taken is carried too, each cookie short enough for a browser', async () => {
  const visitor = new Visitor(portal);
  const state = Array.from({ length: 7000 }, () => Math.random().toString(36).slice(2, 3)).join('');
  const page = await visitor.open(flow('claims', { state }).url);
  const kept = visitor
    .cookieHeader(page.url.pathname)
    .split('; ')
    .filter((pair) => pair.includes('interaction'));
  expect(kept.length).toBeGreaterThan(1);
  for (const pair of kept) expect(pair.length).toBeLessThanOrEqual(4096);
  const answer = await visitor.submit(page, person);
  expect(new URL(String(answer.headers.get('location'))).searchParams.get('state')).toBe(state);
});

test('a finished sign-in stays finished, whoever kept its cookie', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const kept = visitor.clone();
  expect(codeOf(await visitor.submit(page, person))).toBeTruthy();
  for (const options of [{}, formPost(page, person)]) {
    const answer = await kept.request(formAction(page), options);
    expect(answer.body).toContain('id="error-code">already-finished');
  }
  expect(kept.cookie('session')).toBeUndefined();
});
