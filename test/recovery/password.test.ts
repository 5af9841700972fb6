import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { type Answer, flow, pageName, Visitor } from '../support/visitor.ts';
import {
  addReached,
  alertOf,
  ask,
  askByMail,
  codeIn,
  expire,
  NEW_PASSWORD,
  nextMail,
  type Reachable,
  startReachable,
  stepOf,
} from './recovering.ts';

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({ processes: 2 });
});
afterAll(() => reachable.stop());

const someone = () => addReached(reachable);

const events = async (sub: string) =>
  (
    await reachable.portal.db
      .selectFrom('audit_events')
      .select(['event', 'reason'])
      .where('account', '=', sub)
      .orderBy('at')
      .execute()
  ).map(({ event, reason }) => [event, reason].filter(Boolean).join(' '));

test('the code of the mail, then a password: changed, signed out everywhere, told by SMS, not signed in', async () => {
  const { userId, email, phone, sub } = await someone();
  const before = new Visitor(reachable.portal);
  await before.signIn('claims', { userId });
  const { visitor, page, code } = await askByMail(reachable, { userId, email });
  expect([page.status, stepOf(page)]).toEqual([200, 'code']);
  const next = await visitor.submit(page, { code: ` ${code.slice(0, 3)}-${code.slice(3)} ` });
  expect([stepOf(next), next.url.pathname]).toEqual(['password', '/recover/password']);
  const refused = await visitor.submit(next, { password: 'password1234' });
  expect(alertOf(refused)).toContain('easy to guess');
  const done = await visitor.submit(refused, { password: NEW_PASSWORD });
  expect(pageName(done)).toBe('recover-password-done');
  expect(visitor.cookie('session')).toBeUndefined();
  expect(visitor.cookie('recovery')).toBeUndefined();
  await until(() => reachable.sms.to(phone).length === 1);
  expect(reachable.sms.to(phone)[0]?.body).toContain('your password was changed');
  expect(pageName(await before.open(flow('claims').url))).toBe('sign-in');
  await expect(new Visitor(reachable.portal).signIn('claims', { userId })).rejects.toThrow('no code');
  await new Visitor(reachable.portal).signIn('claims', { userId, password: NEW_PASSWORD });
  expect(await events(sub)).toEqual(
    expect.arrayContaining(['recovery.requested email', 'recovery.proved code', 'password.changed reset']),
  );
  expect(await events(sub)).toContain('session.ended password-changed');
});

test('by SMS: the code is bound to our site, and the alarm comes by mail', async () => {
  const { userId, email, phone } = await someone();
  const visitor = new Visitor(reachable.portal);
  const page = await ask(visitor, userId, { channel: 'sms' });
  await until(() => reachable.sms.to(phone).length === 1);
  const { body } = reachable.sms.to(phone)[0] as { body: string };
  const code = codeIn(body);
  expect(body.trimEnd()).toMatch(new RegExp(`\n@signin.example.test #${code}$`));
  expect(body).not.toContain('/recover/password/');
  const done = await visitor.submit(await visitor.submit(page, { code }), { password: NEW_PASSWORD });
  expect(pageName(done)).toBe('recover-password-done');
  expect((await nextMail(reachable, email, 0)).subject).toContain('was changed');
});

test('the link of the mail works on another device, after a scanner, and once', async () => {
  const { userId, email } = await someone();
  const { visitor: first, page, code, link } = await askByMail(reachable, { userId, email });
  for (const method of ['GET', 'HEAD', 'GET']) {
    const scanner = new Visitor(reachable.portal);
    const answer = await scanner.request(link, { method });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/recover/password');
    const cookie = answer.headers.getSetCookie().find((line) => line.includes('recovery='));
    expect(cookie).toMatch(/^__Secure-vestibule_recovery=[^;]+;.*path=\/recover;.*secure; httponly/i);
    await scanner.open('/recover/password');
  }
  const phone = new Visitor(reachable.portal);
  const choose = await phone.open(link);
  expect([stepOf(choose), choose.url.pathname]).toEqual(['password', '/recover/password']);
  expect(choose.body).toContain(`<b>${userId}</b>`);
  const done = await phone.submit(choose, { password: NEW_PASSWORD });
  expect(pageName(done)).toBe('recover-password-done');
  const again = await new Visitor(reachable.portal).open(link);
  expect([again.status, pageName(again)]).toEqual([410, 'link-dead']);
  const late = await first.submit(page, { code });
  expect([late.status, pageName(late)]).toEqual([410, 'link-dead']);
});

test('unknown, broken, used and expired links get one and the same page', async () => {
  const pages: Answer[] = [];
  for (const path of [
    `/recover/password/${'A'.repeat(43)}`,
    '/recover/password/x',
    '/recover/password/expired',
  ]) {
    pages.push(await new Visitor(reachable.portal).open(path));
  }
  for (const page of pages) expect([page.status, pageName(page)]).toEqual([410, 'link-dead']);
  expect(new Set(pages.map(({ body }) => body.replace(/name="csrf" value="[^"]*"/g, ''))).size).toBe(1);
});

test('too short, wrong and expired are told apart; another code after a wait, which ends the one before', async () => {
  const { userId, email } = await someone();
  const { visitor, page, code } = await askByMail(reachable, { userId, email });
  expect(alertOf(await visitor.submit(page, { code: '' }))).toContain('Enter the code');
  expect(alertOf(await visitor.submit(page, { code: '12345' }))).toContain('exactly six digits');
  const wrong = code === '000000' ? '000001' : '000000';
  const told = alertOf(await visitor.submit(page, { code: wrong }));
  expect(told).toContain('That code is wrong');
  // They did use the newest message: there is no other.
  expect(told).not.toContain('newest');
  await until(async () => {
    const resent = await visitor.submit(page, { choice: 'resend' });
    expect(resent.body).toMatch(/another code is on its way|Wait a moment/);
    return resent.body.includes('another code is on its way');
  });
  const newest = codeIn((await nextMail(reachable, email, 1)).text);
  if (newest !== code) {
    const old = alertOf(await visitor.submit(page, { code }));
    expect(old).toContain('That code is from an earlier message. Enter the code from the newest message');
  }
  await expire(reachable.portal, 'reset-code');
  expect(alertOf(await visitor.submit(page, { code: newest }))).toContain('has expired');
});

test('the way on, and the way back, lead to the app that the person came from', async () => {
  const { userId, email } = await someone();
  const visitor = new Visitor(reachable.portal);
  const signIn = await visitor.open(flow('claims').url);
  const href = String(/id="forgot-password" href="([^"]*)"/.exec(signIn.body)?.[1]);
  expect(href).toBe('/recover/password?app=claims');
  const first = await visitor.open(href);
  expect(first.body).toContain('id="back-to-sign-in" href="http://localhost:3101/login?iss=');
  const asked = await visitor.submit(first, { user_id: userId, channel: 'email' });
  const { text } = await nextMail(reachable, email, 0);
  const done = await visitor.submit(await visitor.submit(asked, { code: codeIn(text) }), {
    password: NEW_PASSWORD,
  });
  expect(done.body).toContain('id="sign-in" href="http://localhost:3101/login?iss=');
  const other = await new Visitor(reachable.portal).open('/recover/password/done?app=nothing');
  expect(other.body).toContain('id="sign-in" href="/oidc/authorize?');
});

test('where somebody else is signed in, the way on does not lead into their app', async () => {
  const visitor = new Visitor(reachable.portal);
  await visitor.signIn('claims', { userId: 'op.lee' });
  const done = await visitor.open('/recover/password/done?app=claims');
  expect(done.body).toMatch(/id="sign-in" href="\/oidc\/authorize\?[^"]*prompt=login/);
});
