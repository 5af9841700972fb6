import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { flow, formPost, pageName, redeem, refresh, userinfo, Visitor } from '../support/visitor.ts';
import { alertOf, expectDead, formWith, Household, isAlive, PASSWORD } from './household.ts';

/** Where apps are told; how often. */
const told: string[] = [];
const listener = createServer((request, response) => {
  request.on('data', (chunk) => told.push(String(chunk))).on('end', () => response.end());
});

let household: Household;
beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  household = await Household.open();
  const { port } = listener.address() as AddressInfo;
  await household.portal.register({
    client_id: 'care-finder',
    client_name: 'Care Finder',
    first_party: false,
    client_secret: 'care-finder-demo-secret',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['http://localhost:3199/callback'],
    scope: 'openid profile offline_access',
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
  });
});
afterAll(async () => {
  await household?.close();
  listener.close();
});

const finder = (more: Record<string, string> = {}) =>
  flow('care-finder', { redirect_uri: 'http://localhost:3199/callback', ...more });

/** Lets the app in where that is asked; its tokens. */
async function allow(visitor: Visitor, more: Record<string, string> = {}) {
  const started = finder(more);
  let answer = await visitor.open(started.url);
  if (pageName(answer) === 'consent') answer = await visitor.submit(answer, { choice: 'allow' });
  const code = new URL(String(answer.headers.get('location'))).searchParams.get('code') ?? '';
  return redeem(household.portal, { ...started, code });
}

const uidOf = (page: { body: string }, isThis: boolean) =>
  [...page.body.matchAll(/data-session="([^"]*)"[\s\S]*?<\/li>/g)].find(
    ([item]) => item.includes('class="mark-this"') === isThis,
  )?.[1] ?? '';

test('sessions are listed with device and apps, this one marked; one ended is dead within a second, its apps told', async () => {
  const person = await household.person();
  const other = new Visitor(household.portal);
  const asked = await other.open('/');
  await other.submit(
    asked,
    { user_id: person.userId, password: PASSWORD },
    { headers: { 'user-agent': 'x' } },
  );
  await allow(other);
  const { visitor, page } = await person.browser('/account/sessions');
  expect(page.body.match(/data-session=/g)).toHaveLength(2);
  expect(page.body.match(/class="mark-this"/g)).toHaveLength(1);
  expect(page.body).toContain('Apps: Care Finder');
  const uid = uidOf(page, false);
  const before = told.length;
  const confirm = await visitor.open(`/account/sessions?end=${uid}`);
  expect(confirm.body).toContain('This ends 1 session');
  expect(await isAlive(other, 0)).toBe(true);
  const done = await visitor.submit(formWith(confirm, 'value="end"'), {});
  expect(done.body.match(/data-session=/g)).toHaveLength(1);
  await expectDead(other);
  expect(await isAlive(visitor, 1)).toBe(true);
  expect(await household.events(person.sub, 'session.ended')).toMatchObject([
    { session: uid, reason: 'revoked', actor: person.sub },
  ]);
  await until(() => told.length > before);
});

test('all others are ended at once, after saying how many', async () => {
  const person = await household.person();
  const others = await Promise.all([1, 2, 3].map(async () => (await person.browser()).visitor));
  const { visitor, page } = await person.browser('/account/sessions');
  expect(page.body).toContain('End all 3 others');
  const confirm = await visitor.open('/account/sessions?end=others');
  expect(confirm.body).toContain('This ends 3 sessions');
  await visitor.submit(formWith(confirm, 'end-others'), {});
  await Promise.all(others.map(expectDead));
  expect(await isAlive(visitor, 0)).toBe(true);
});

test('ending this one leads to the sign-in', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/sessions');
  const confirm = await visitor.open(`/account/sessions?end=${uidOf(page, true)}`);
  expect(pageName(await visitor.submit(formWith(confirm, 'value="end"'), {}))).toBe('sign-in');
  await expectDead(visitor);
});

test('nobody ends a session of somebody else', async () => {
  const [person, other] = await Promise.all([household.person(), household.person()]);
  const theirs = await other.browser('/account/sessions');
  const { visitor, page } = await person.browser('/account/sessions');
  const mine = await visitor.open(`/account/sessions?end=${uidOf(page, true)}`);
  const fields = { choice: 'end', id: uidOf(theirs.page, true) };
  await visitor.request('/account/sessions', formPost(formWith(mine, 'value="end"'), fields));
  expect(await isAlive(theirs.visitor, 0)).toBe(true);
  expect(await isAlive(visitor, 0)).toBe(true);
});

test('access taken back kills refresh and access tokens on both processes, and the app asks again', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const bound = await allow(visitor);
  const page = await visitor.open('/account/apps');
  expect(page.body).toContain('It can see: your account identifier');
  const confirm = await visitor.open('/account/apps?withdraw=care-finder');
  expect(confirm.body).toContain('Care Finder will no longer be able to see your data');
  const done = await visitor.submit(formWith(confirm, 'withdraw'), {});
  expect(done.body).toContain('Access removed');
  expect(done.body).not.toContain('data-access=');
  for (const process of [0, 1]) {
    expect((await userinfo(household.portal, bound.access_token, { process })).status).toBe(401);
  }
  expect(await refresh(household.portal, 'care-finder', bound.refresh_token)).toMatchObject({
    error: 'invalid_grant',
  });
  expect(pageName(await visitor.open(finder().url))).toBe('consent');
  expect(await household.events(person.sub, 'access.withdrawn')).toMatchObject([
    { app: 'care-finder', before: { scopes: expect.arrayContaining(['profile']), offline: 0 } },
  ]);
});

test('a phone that stays signed in is listed, and signed out by taking that back', async () => {
  const person = await household.person();
  const phone = new Visitor(household.portal);
  const more = { scope: 'openid offline_access', prompt: 'consent' };
  const tokens = await redeem(
    household.portal,
    await phone.signIn('mobile', { userId: person.userId, password: PASSWORD, ...more }),
  );
  const again = await refresh(household.portal, 'mobile', tokens.refresh_token);
  expect(again.status).toBe(200);
  const { visitor, page } = await person.browser('/account/apps');
  expect(page.body).toContain('Stays signed in on 1 device');
  const confirm = await visitor.open('/account/apps?withdraw=mobile');
  expect(confirm.body).toContain('1 device will be signed out');
  await visitor.submit(formWith(confirm, 'withdraw'), {});
  expect((await userinfo(household.portal, again.access_token)).status).toBe(401);
  expect(await refresh(household.portal, 'mobile', again.refresh_token)).toMatchObject({
    error: 'invalid_grant',
  });
});

test('another person’s access stays', async () => {
  const [person, other] = await Promise.all([household.person(), household.person()]);
  const theirs = await allow((await other.browser()).visitor);
  const { visitor } = await person.browser();
  await allow(visitor);
  const confirm = await visitor.open('/account/apps?withdraw=care-finder');
  await visitor.submit(formWith(confirm, 'withdraw'), {});
  expect((await userinfo(household.portal, theirs.access_token)).status).toBe(200);
});

test('“This wasn’t me” shuts everybody out, locks the password, tells every channel and leads to the reset', async () => {
  const person = await household.person();
  const thief = (await person.browser()).visitor;
  const { visitor } = await person.browser();
  await household.age(person.sub, 3600);
  const page = await visitor.open('/account/not-me');
  expect(page.body).toContain('2 sessions end');
  const answer = await visitor.request('/account/not-me', formPost(formWith(page, 'not-me'), {}));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/recover/password']);
  await Promise.all([expectDead(thief), expectDead(visitor)]);
  const again = new Visitor(household.portal);
  const asked = await again.open('/');
  const refused = await again.submit(asked, { user_id: person.userId, password: PASSWORD });
  expect([refused.status, alertOf(refused)]).toEqual([200, 'User ID or password is incorrect']);
  expect(await household.events(person.sub, 'account.compromised')).toHaveLength(1);
  const ended = household.portal.db.selectFrom('sessions').select(['end_reason', 'ended_by']);
  const both = await ended.where('account', '=', person.sub).execute();
  expect(both).toEqual([1, 2].map(() => ({ end_reason: 'not-me', ended_by: person.sub })));
  await household.mailTo(person.email, /account is secured/);
  await household.smsTo(person.phone, /password was locked/);
});
