import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, asApp, codeOf, flow, formPost, pageName, redeem, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

const person = { user_id: 'dr.rivera', password: DEMO_PASSWORD };
const pathOf = (page: Answer) => page.url.pathname + page.url.search;
const wayOn = (page: Answer) => /id="way-on" href="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');

test('a sign-in page in a browser without its cookies starts the same request again, and ends at the app', async () => {
  const started = flow('claims');
  const page = await new Visitor(portal).open(started.url);
  const elsewhere = new Visitor(portal);
  const again = await elsewhere.open(pathOf(page));
  expect(pageName(again)).toBe('sign-in');
  expect(pathOf(again)).not.toBe(pathOf(page));
  const answer = await elsewhere.submit(again, person);
  const location = new URL(String(answer.headers.get('location')));
  expect(location.searchParams.get('state')).toBe(new URLSearchParams(started.url).get('state'));
  const tokens = await redeem(portal, { ...started, code: codeOf(answer) });
  expect(tokens.status).toBe(200);
});

test('cookies cleared before the password is sent: the page comes again, then the app', async () => {
  const visitor = new Visitor(portal);
  const started = flow('eligibility');
  const page = await visitor.open(started.url);
  visitor.forget();
  const again = await visitor.submit(page, person);
  expect(pageName(again)).toBe('sign-in');
  expect(codeOf(await visitor.submit(again, person))).toBeTruthy();
});

test('a browser that keeps no cookies gets a page with a way on, not an endless circle', async () => {
  const page = await new Visitor(portal).open(flow('claims').url);
  const first = await new Visitor(portal).open(pathOf(page));
  const second = await new Visitor(portal).open(pathOf(first));
  expect(pageName(second)).toBe('session-expired');
  expect(wayOn(second)).toBe('http://localhost:3101/login');
});

test('Back to a sign-in that is finished never starts again, and leads to the app or the launcher', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  await visitor.submit(page, person);
  const back = await visitor.open(pathOf(page));
  expect(back.status).toBe(400);
  expect(back.body).toContain('id="error-code">already-finished');
  expect(wayOn(back)).toBe('http://localhost:3101/login');
  const post = await visitor.submit(page, person);
  expect(post.body).toContain('id="error-code">already-finished');
});

test('two tabs: the one left open goes straight to its own app once the other has signed in', async () => {
  const visitor = new Visitor(portal);
  const one = await visitor.open(flow('claims').url);
  const started = flow('eligibility');
  const other = await visitor.open(started.url);
  await visitor.submit(one, person);
  const answer = await visitor.open(pathOf(other));
  expect(answer.headers.get('location')).toContain('http://localhost:3102/callback?');
  expect((await redeem(portal, { ...started, code: codeOf(answer) })).status).toBe(200);
  const back = await visitor.open(pathOf(other));
  expect(back.body).toContain('already-finished');
});

test('a resume address that is opened twice leads on to the app, without a second session', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const posted = await visitor.request(pathOf(page), formPost(page, person));
  const resume = new URL(String(posted.headers.get('location'))).pathname;
  expect(codeOf(await visitor.request(resume))).toBeTruthy();
  const again = await visitor.request(resume);
  expect(again.body).toContain('already-finished');
  expect(wayOn(again)).toBe('http://localhost:3101/login');
});

test('a session that ends while its person signs in again does not stop the sign-in', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const started = flow('claims', { prompt: 'login' });
  const page = await visitor.open(started.url);
  const otherTab = visitor.clone();
  await otherTab.submit(await otherTab.open('/oidc/logout'), {});
  const answer = await visitor.submit(page, person);
  expect((await redeem(portal, { ...started, code: codeOf(answer) })).status).toBe(200);
});

test('a pushed request is started again with the app’s own verifier', async () => {
  const started = flow('claims');
  const params = Object.fromEntries(new URLSearchParams(started.url.split('?')[1]));
  const pushed = JSON.parse((await asApp(portal, 'claims', '/oidc/par', params)).body);
  const url = `/oidc/authorize?client_id=claims&request_uri=${encodeURIComponent(pushed.request_uri)}`;
  const page = await new Visitor(portal).open(url);
  const elsewhere = new Visitor(portal);
  const answer = await elsewhere.submit(await elsewhere.open(pathOf(page)), person);
  expect((await redeem(portal, { ...started, code: codeOf(answer) })).status).toBe(200);
});

test('a page from another day leads to the app that it was for', async () => {
  const page = await new Visitor(portal).open('/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=claims');
  expect(pageName(page)).toBe('session-expired');
  expect(wayOn(page)).toBe('http://localhost:3101/login');
  const unknown = await new Visitor(portal).open('/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=//evil.example');
  expect(wayOn(unknown)).toBe('/');
});
