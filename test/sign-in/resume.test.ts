import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { untilWaiting } from '../oidc/waiting.ts';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, formAction, formPost, pageName, replyOf, Visitor } from '../support/visitor.ts';

// The way back from the sign-in to the app: once, by the browser that signed in, and never before it did.

let portal: Portal;
let sub: string;
beforeAll(async () => {
  portal = await sharedPortal({ settings: { 'database.query_timeout': 'PT10S' } });
  const account = portal.db.selectFrom('accounts').select('sub').where('user_id', '=', 'dr.rivera');
  sub = (await account.executeTakeFirstOrThrow()).sub;
});
afterAll(() => portal.stop());

const fields = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('the way back opened before signing in gives no code, and asks again', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const early = await visitor.open(resumeOf(page));
  expect(pageName(early)).toBe('sign-in');
  expect(visitor.cookie('session')).toBeUndefined();
  expect(replyOf(await visitor.submit(early, fields)).code).toBeTruthy();
});

test('after a wrong password there is no way back either', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  await visitor.submit(page, { ...fields, password: 'wrong' });
  const answer = await visitor.request(resumeOf(page));
  expect(answer.headers.get('location')).toMatch(/^\/sign-in\//);
  expect(visitor.cookie('session')).toBeUndefined();
});

test('of many who go back at once one gets a code; the others get a page with a way on', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const before = await openSessions();
  await expectOneCode(visitor, await visitor.request(formAction(page), formPost(page, fields)));
  expect(await openSessions()).toBe(before + 1);
});

test('of many who go back at once after a press of Continue one gets a code, too', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const page = await visitor.open(flow('mobile').url);
  expect(pageName(page)).toBe('continue');
  await expectOneCode(visitor, await visitor.request(formAction(page), formPost(page, {})));
});

test('going back once more later gives nothing, and leaves the session alone', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const done = await visitor.request(formAction(page), formPost(page, fields));
  const address = String(done.headers.get('location')).replace(portal.issuer, '');
  const early = visitor.clone();
  expect(replyOf(await visitor.request(address)).code).toBeTruthy();
  for (const browser of [visitor, early]) {
    const again = await browser.request(address);
    expect([again.status, again.headers.get('location')]).toEqual([400, null]);
    expect(again.body).toContain('id="way-on"');
  }
  expect(replyOf(await visitor.request(flow('claims', { prompt: 'none' }).url)).code).toBeTruthy();
});

test('the way back is this browser’s: its address opens nothing elsewhere', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const done = await visitor.request(formAction(page), formPost(page, fields));
  const address = String(done.headers.get('location')).replace(portal.issuer, '');
  const stranger = new Visitor(portal);
  await stranger.open(flow('claims').url);
  for (const browser of [stranger, new Visitor(portal)]) {
    const answer = await browser.request(address);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(browser.cookie('session')).toBeUndefined();
  }
  expect(replyOf(await visitor.request(address)).code).toBeTruthy();
});

test('the way back, spelt in many ways at once, does not pass by the guard', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const done = await visitor.request(formAction(page), formPost(page, fields));
  const address = String(done.headers.get('location')).replace(portal.issuer, '');
  const cookie = visitor.cookieHeader(address);
  const before = await openSessions();
  const uid = String(address.split('/').at(-1));
  const paths = [
    address,
    `${address}/`,
    address.toUpperCase(),
    '/oidc/authorize/other',
    `/OIDC/Authorize/${uid}`,
  ];
  const answers = await Promise.all(
    [...paths, ...paths].map((path) => new Visitor(portal).request(path, { headers: { cookie } })),
  );
  expect(answers.filter(({ headers }) => headers.get('location')?.includes('code='))).toHaveLength(1);
  expect(await openSessions()).toBe(before + 1);
});

test('a page that is done sends on, by GET and by POST, and signs nobody in twice', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const tab = visitor.clone();
  await visitor.request(formAction(page), formPost(page, fields));
  for (const options of [{}, formPost(page, { ...fields, user_id: 'm.chen' })]) {
    const answer = await tab.request(formAction(page), options);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${portal.issuer}${resumeOf(page)}`);
  }
  await visitor.open(resumeOf(page));
  const late = await tab.request(formAction(page), formPost(page, fields));
  expect([late.status, late.body.includes('already-finished')]).toEqual([400, true]);
  expect(late.body).toContain('id="way-on" href="http://localhost:3101/login?iss=');
});

test('a native app on a session waits for the button, in the browser of that session', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const page = await visitor.open(flow('mobile').url);
  expect(pageName(page)).toBe('continue');
  expect(page.body).toContain('Elena Rivera');
  const early = await visitor.request(resumeOf(page));
  expect(early.headers.get('location')).toBe(page.url.pathname);
  const next = await visitor.open(String(early.headers.get('location')));
  const signedOut = visitor.clone();
  signedOut.forget('session');
  expect(pageName(await signedOut.open(formAction(next)))).toBe('sign-in');
  const forged = await visitor.request(formAction(next), formPost({ ...next, body: '' }, {}));
  expect(forged.status).toBe(403);
  expect(replyOf(await visitor.submit(next, {})).code).toBeTruthy();
});

function resumeOf(page: Answer): string {
  return `/oidc/authorize/${page.url.pathname.split('/').at(-1)}`;
}

async function expectOneCode(visitor: Visitor, done: Answer): Promise<void> {
  const address = String(done.headers.get('location')).replace(portal.issuer, '');
  const answers = await together(() => Array.from({ length: 8 }, () => visitor.clone().request(address)));
  const hasCode = ({ headers }: Answer) => headers.get('location')?.includes('code=');
  expect(answers.filter(hasCode)).toHaveLength(1);
  for (const answer of answers.filter((each) => !hasCode(each))) {
    expect(answer.status).toBe(400);
    expect(['error', 'session-expired']).toContain(pageName(answer));
    expect(answer.body).toContain('id="way-on"');
    expect(answer.headers.getSetCookie().filter((line) => line.includes('session='))).toEqual([]);
  }
}

/** Requests that wait for the app's row, after they found their interaction, and go on all at once. */
async function together(send: () => Promise<Answer>[]): Promise<Answer[]> {
  let answers: Promise<Answer>[] = [];
  await portal.db.transaction().execute(async (tx) => {
    await sql`lock table apps in access exclusive mode`.execute(tx);
    // The app is remembered for a moment; the first to ask after that waits, and all others with it.
    let isAsking = false;
    await untilWaiting(portal, async () => {
      if (isAsking) return;
      isAsking = true;
      void new Visitor(portal).request(flow('claims').url).finally(() => {
        isAsking = false;
      });
    });
    answers = send();
    // Each has been read by the service when a later request, which asks for no app, is answered.
    for (const _ of answers) await new Visitor(portal).request('/oidc/jwks');
  });
  return Promise.all(answers);
}

async function openSessions(): Promise<number> {
  const rows = await portal.db
    .selectFrom('sessions')
    .select('uid')
    .where('account', '=', sub)
    .where('ended_at', 'is', null)
    .execute();
  return rows.length;
}
