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
/** Where Claims begins a sign-in, told who asks (OIDC Core §4). */
const BEGINNING = 'http://localhost:3101/login?iss=https%3A%2F%2Fsignin.example.test';
const CALLBACK = 'https://plain.example.test/callback';
/** Without initiate_login_uri and start_uri. */
const app = {
  client_id: 'plain',
  client_secret: 'plain-secret-of-thirty-two-characters',
  client_name: 'Plain',
  redirect_uris: [CALLBACK],
  first_party: true,
};
const leadsTo = (answer: Answer) => answer.headers.get('location');
const wayOn = (page: Answer) => /id="way-on" href="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');

test('a page of which the browser holds nothing leads to the app’s own beginning, before a password is asked', async () => {
  const page = await new Visitor(portal).open(flow('claims').url);
  const elsewhere = new Visitor(portal);
  expect(leadsTo(await elsewhere.open(pathOf(page)))).toBe(BEGINNING);
  // A person who follows such a link twice in a row is told, and not sent round.
  const again = await elsewhere.open(pathOf(page));
  expect([pageName(again), wayOn(again)]).toEqual(['session-expired', BEGINNING]);
});

test('cookies cleared before the password is sent: it goes nowhere, and the app begins anew', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  visitor.forget();
  expect(leadsTo(await visitor.submit(page, person))).toBe(BEGINNING);
  expect(codeOf((await visitor.signIn('claims')).answer)).toBeTruthy();
});

test('an app that names no beginning gets the same request again', async () => {
  await portal.register(app);
  const started = flow('plain', { redirect_uri: CALLBACK });
  const page = await new Visitor(portal).open(started.url);
  const elsewhere = new Visitor(portal);
  const again = await elsewhere.open(pathOf(page));
  expect(pageName(again)).toBe('sign-in');
  expect(pathOf(again)).not.toBe(pathOf(page));
  const answer = await elsewhere.submit(again, person);
  const location = new URL(String(answer.headers.get('location')));
  expect(location.searchParams.get('state')).toBe(new URLSearchParams(started.url).get('state'));
  expect(codeOf(answer)).toBeTruthy();
  // Posted without its cookies it is the same; altered, or for another page, it begins nothing.
  const cleared = await new Visitor(portal).submit(page, person);
  expect(pageName(cleared)).toBe('sign-in');
  const began = String(page.url.searchParams.get('began'));
  for (const other of [`${began.slice(0, -4)}AAAA`, `1${began.slice(1)}`, began.split('.')[0]]) {
    const path = `${page.url.pathname}?${new URLSearchParams({ app: 'plain', began: String(other) })}`;
    expect(pageName(await new Visitor(portal).open(path))).toBe('session-expired');
  }
  const moved = await new Visitor(portal).open(`/sign-in/AAAAAAAAAAAAAAAAAAAAA${page.url.search}`);
  expect(pageName(moved)).toBe('session-expired');
});

test('a browser that keeps no cookies is told that they are needed, and how to go on', async () => {
  let page = await new Visitor(portal).request(flow('claims').url);
  for (let hop = 0; hop < 3 && page.headers.get('location'); hop++) {
    page = await new Visitor(portal).request(String(page.headers.get('location')));
  }
  expect([page.status, pageName(page)]).toEqual([400, 'error']);
  expect(page.body).toContain('id="error-code">cookies-needed');
  expect(page.body).toContain('allow cookies for this site');
  expect(wayOn(page)).toBe(BEGINNING);
  // Allowed meanwhile: loading the page again goes on.
  const allowed = new Visitor(portal);
  expect((await allowed.request(pathOf(page))).status).toBe(400);
  expect(leadsTo(await allowed.request(pathOf(page)))).toBe(BEGINNING);
});

test('Back to a sign-in that is finished never starts again, and leads to the app or the launcher', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  await visitor.submit(page, person);
  const back = await visitor.open(pathOf(page));
  expect(back.status).toBe(400);
  expect(back.body).toContain('id="error-code">already-finished');
  expect(wayOn(back)).toBe(BEGINNING);
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
  expect(wayOn(again)).toBe(BEGINNING);
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

test('a pushed request is started again with the app’s own verifier, as often as it is asked for', async () => {
  await portal.register(app);
  const started = flow('plain', { redirect_uri: CALLBACK });
  const params = Object.fromEntries(new URLSearchParams(started.url.split('?')[1]));
  const basic = Buffer.from(`plain:${app.client_secret}`).toString('base64');
  const headers = { authorization: `Basic ${basic}` };
  const pushed = JSON.parse((await asApp(portal, 'plain', '/oidc/par', params, { headers })).body);
  const url = `/oidc/authorize?client_id=plain&request_uri=${encodeURIComponent(pushed.request_uri)}`;
  const page = await new Visitor(portal).open(url);
  for (let time = 0; time < 2; time++) {
    const elsewhere = new Visitor(portal);
    const answer = await elsewhere.submit(await elsewhere.open(pathOf(page)), person);
    expect(new URL(String(answer.headers.get('location'))).searchParams.get('state')).toBe(params.state);
    const fields = {
      grant_type: 'authorization_code',
      code: codeOf(answer),
      code_verifier: started.verifier,
    };
    const redeemed = { ...fields, redirect_uri: started.redirectUri };
    expect((await asApp(portal, 'plain', '/oidc/token', redeemed, { headers })).status).toBe(200);
  }
});

test('a page from another day leads to the app that it was for', async () => {
  const page = await new Visitor(portal).open('/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=claims');
  expect(pageName(page)).toBe('session-expired');
  expect(wayOn(page)).toBe(BEGINNING);
  const unknown = await new Visitor(portal).open('/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=//evil.example');
  expect(wayOn(unknown)).toBe('/');
});
