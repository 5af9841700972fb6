import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openStore } from '../redis/open.ts';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  claimsOf,
  codeOf,
  flow,
  formAction,
  formPost,
  introspect,
  pageName,
  redeem,
  replyOf,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { atOnce, figures, rounds, Tally } from './rounds.ts';

const ROUNDS = rounds(200, 10, 2);
const PERSON = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

/** Signs in again in a browser that is signed in, which gives the session another id. */
async function rotate(visitor: Visitor): Promise<Answer> {
  const page = await visitor.open(flow('claims', { prompt: 'login' }).url);
  expect(pageName(page)).toBe('sign-in');
  return visitor.submit(page, PERSON);
}

/** What an app is told that asks without a question: `code`, or the error. */
async function silently(visitor: Visitor, process: number): Promise<string | null> {
  const answer = await visitor.request(flow('claims', { prompt: 'none' }).url, { process });
  expect(setsSession(answer)).toBe(false);
  const { searchParams } = new URL(String(answer.headers.get('location')));
  return searchParams.has('code') ? 'code' : searchParams.get('error');
}

const setsSession = (answer: Answer) =>
  answer.headers.getSetCookie().some((cookie) => /^[^=]*session(\.sig)?=./.test(cookie));

async function sidOf(visitor: Visitor): Promise<unknown> {
  const started = flow('claims', { prompt: 'none' });
  const answer = await visitor.open(started.url);
  return claimsOf((await redeem(portal, { ...started, code: codeOf(answer) })).id_token).sid;
}

test('userinfo and introspection are never refused while the session id rotates', async () => {
  const visitor = new Visitor(portal);
  const tokens = [
    await redeem(portal, await visitor.signIn('claims')),
    await redeem(portal, await visitor.signIn('eligibility')),
  ];
  const asked = new Tally();
  let rotating = true;
  const ask = async (process: number) => {
    while (rotating) {
      for (const { access_token } of tokens) {
        asked.add(`userinfo ${(await userinfo(portal, access_token, { process })).status}`);
      }
      asked.add(`active ${(await introspect(portal, 'claims', String(tokens[0]?.access_token))).active}`);
    }
  };
  const asking = Promise.all([ask(0), ask(1)]);
  const ids = new Set<unknown>();
  for (let round = 0; round < ROUNDS; round++) {
    await rotate(visitor);
    ids.add(visitor.cookie('session'));
  }
  rotating = false;
  await asking;
  expect(ids.size).toBe(ROUNDS);
  expect(Object.keys(asked.counts).sort()).toEqual(['active true', 'userinfo 200']);
  figures('userinfo during rotation', { rotations: ROUNDS, ...asked.counts });
}, 300_000);

test('the id of before a new sign-in is dead at once, on every process', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const sid = await sidOf(visitor);
  for (let round = 0; round < ROUNDS; round++) {
    const old = visitor.clone();
    await rotate(visitor);
    expect(visitor.cookie('session')).not.toBe(old.cookie('session'));
    expect(await atOnce(2, (process) => silently(old, process))).toEqual([
      'login_required',
      'login_required',
    ]);
    expect(await atOnce(2, (process) => silently(visitor, process))).toEqual(['code', 'code']);
    expect(pageName(await old.open('/'))).toBe('sign-in');
  }
  expect(await sidOf(visitor)).toBe(sid);
}, 300_000);

test('requests with the old id in flight neither undo the rotation nor get an id', async () => {
  const outcomes = new Tally();
  for (let round = 0; round < ROUNDS; round++) {
    const visitor = new Visitor(portal);
    await visitor.signIn('claims');
    const sid = await sidOf(visitor);
    const page = await visitor.open(flow('claims', { prompt: 'login' }).url);
    const posted = await visitor.request(formAction(page), formPost(page, PERSON));
    const { pathname } = new URL(String(posted.headers.get('location')), portal.issuer);
    const old = visitor.clone();
    const late = () =>
      atOnce(6, async (index) => {
        const tab = old.clone();
        const app = index < 3 ? 'eligibility' : 'claims';
        const answer = await tab.request(flow(app).url, { process: index % 2 });
        // Not even the id it came with: that would put the browser's newer one out.
        expect(setsSession(answer)).toBe(false);
        outcomes.add(replyOf(answer).code ? 'code' : 'sign-in');
      });
    const resumed = visitor.open(pathname);
    // Some before it, some with it, some after.
    await Promise.all([late(), resumed, resumed.then(late)]);
    expect(visitor.cookie('session')).not.toBe(old.cookie('session'));
    expect(await atOnce(2, (process) => silently(old, process))).toEqual([
      'login_required',
      'login_required',
    ]);
    expect(await sidOf(visitor)).toBe(sid);
  }
  figures('authorize with the old id during rotation', { rounds: ROUNDS, ...outcomes.counts });
}, 300_000);

test('a way back that comes late, with the id of before, goes on in the session and gives no id', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const sid = await sidOf(visitor);
  const late = await finishedElsewhere(visitor);
  await rotate(visitor);
  await forgetTabs();
  const id = visitor.cookie('session');
  const answer = await late();
  codeOf(answer);
  expect(setsSession(answer)).toBe(false);
  expect(visitor.cookie('session')).toBe(id);
  expect(await sidOf(visitor)).toBe(sid);
});

test('a way back that comes late finds no session that has ended meanwhile', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const late = await finishedElsewhere(visitor);
  await rotate(visitor);
  await visitor.submit(await visitor.open('/oidc/logout'), {});
  expect(pageName(await late())).toBe('sign-in');
});

test('a way back that comes late is taken once, and in its own browser alone', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const late = await finishedElsewhere(visitor);
  const stolen = await finishedElsewhere(visitor, 'csrf');
  await rotate(visitor);
  await forgetTabs();
  const thief = await stolen();
  expect(thief.headers.get('location') ?? '').not.toContain('code=');
  expect(setsSession(thief)).toBe(false);
  const answers = await atOnce(8, () => late());
  expect(answers.filter((answer) => answer.headers.get('location')?.includes('code='))).toHaveLength(1);
  expect(answers.some(setsSession)).toBe(false);
});

/** As after the ten seconds in which tabs that sign in are taken for one. */
async function forgetTabs(): Promise<void> {
  const redis = await openStore(portal.redisUrl);
  const slots = (await redis.command('KEYS', `${portal.redisPrefix}:browser-sign-in:*`)) as string[];
  for (const slot of slots) await redis.delete(slot);
  redis.close();
  expect(slots.length).toBeGreaterThan(0);
}

/** A sign-in in another tab whose browser has yet to go back, with the cookies of now but for one. */
async function finishedElsewhere(visitor: Visitor, without?: string): Promise<() => Promise<Answer>> {
  const page = await visitor.open(flow('eligibility', { prompt: 'login' }).url);
  const posted = await visitor.request(formAction(page), formPost(page, PERSON));
  const { pathname } = new URL(String(posted.headers.get('location')), portal.issuer);
  const tab = visitor.clone();
  if (without) tab.forget(without);
  return () => tab.open(pathname);
}

test('of two sign-ins at once in one signed-in browser one session goes on', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const visitor = new Visitor(portal);
    await visitor.signIn('claims');
    const sid = await sidOf(visitor);
    const pages = [
      await visitor.open(flow('claims', { prompt: 'login' }).url),
      await visitor.open(flow('eligibility', { prompt: 'login' }).url),
    ];
    const old = visitor.clone();
    const answers = await Promise.all(pages.map((page) => visitor.submit(page, PERSON)));
    for (const answer of answers) codeOf(answer);
    expect(await sidOf(visitor)).toBe(sid);
    expect(await atOnce(2, (process) => silently(old, process))).toEqual([
      'login_required',
      'login_required',
    ]);
  }
}, 300_000);
