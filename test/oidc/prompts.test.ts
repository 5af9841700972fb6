import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { claimsOf, flow, pageName, redeem, replyOf, Visitor } from '../support/visitor.ts';
import { Aging } from './aging.ts';

let portal: Portal;
let aging: Aging;
beforeAll(async () => {
  portal = await sharedPortal();
  aging = await Aging.of(portal);
});
afterAll(async () => {
  aging.close();
  await portal.stop();
});

const password = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('prompt=none: login_required without a session, a code with one, never a page', async () => {
  const visitor = new Visitor(portal);
  const silent = flow('claims', { prompt: 'none', state: 's' });
  const refused = await visitor.request(silent.url);
  expect(replyOf(refused)).toMatchObject({ error: 'login_required', state: 's', iss: portal.issuer });
  await visitor.signIn('eligibility');
  const answer = await visitor.request(silent.url);
  const tokens = await redeem(portal, { ...silent, code: String(replyOf(answer).code) });
  expect(claimsOf(tokens.id_token)).toMatchObject({ preferred_username: 'dr.rivera' });
});

test('prompt=none goes with no other prompt, and a native app never gets in by it', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  for (const prompt of ['none login', 'none consent', 'login none']) {
    expect(replyOf(await visitor.request(flow('claims', { prompt }).url)).error).toBe('invalid_request');
  }
  const native = await visitor.request(flow('mobile', { prompt: 'none' }).url);
  expect(replyOf(native).error).toBe('interaction_required');
  // Not even after the person has let it in once: another app could use its client_id.
  await visitor.signIn('mobile');
  const again = await visitor.request(flow('mobile', { prompt: 'none' }).url);
  expect(replyOf(again).error).toBe('interaction_required');
});

test('prompt=none does not keep a session alive; a visible sign-on does', async () => {
  const visitor = new Visitor(portal);
  const { uid, ends } = await aging.signIn(visitor, 'claims');
  for (const client of ['claims', 'eligibility']) {
    expect(replyOf(await visitor.request(flow(client, { prompt: 'none' }).url)).code).toBeTruthy();
  }
  expect(await aging.endOf(uid)).toBe(ends);
  expect(replyOf(await visitor.request(flow('claims').url)).code).toBeTruthy();
  expect(await aging.endOf(uid)).toBeGreaterThan(ends);
});

test('prompt=login asks again: auth_time moves, sid and person stay, the session id changes', async () => {
  const visitor = new Visitor(portal);
  const before = claimsOf((await redeem(portal, await visitor.signIn('claims'))).id_token);
  const cookie = visitor.cookie('session');
  await untilNextSecond(Number(before.auth_time));
  const started = flow('claims', { prompt: 'login' });
  const page = await visitor.open(started.url);
  expect(pageName(page)).toBe('sign-in');
  const wrong = await visitor.submit(page, { user_id: 'dr.rivera', password: 'not this one' });
  expect(pageName(wrong)).toBe('sign-in');
  const answer = await visitor.submit(wrong, password);
  const { id_token } = await redeem(portal, { ...started, code: String(replyOf(answer).code) });
  const after = claimsOf(id_token);
  expect(Number(after.auth_time)).toBeGreaterThan(Number(before.auth_time));
  expect([after.sid, after.sub]).toEqual([before.sid, before.sub]);
  expect(visitor.cookie('session')).not.toBe(cookie);
  expect(await sessionsOpen('dr.rivera', String(after.sid))).toBe(1);
});

test('somebody else who signs in there ends the first person’s session', async () => {
  const visitor = new Visitor(portal);
  const first = await redeem(portal, await visitor.signIn('claims'));
  const started = flow('claims', { prompt: 'login' });
  const page = await visitor.open(started.url);
  const answer = await visitor.submit(page, { user_id: 'm.chen', password: DEMO_PASSWORD });
  const second = await redeem(portal, { ...started, code: String(replyOf(answer).code) });
  expect(claimsOf(second.id_token).preferred_username).toBe('m.chen');
  const [before, after] = [claimsOf(first.id_token), claimsOf(second.id_token)];
  expect(after.sid).not.toBe(before.sid);
  expect(await sessionsOpen('dr.rivera', String(before.sid))).toBe(0);
});

test('prompt=consent shows no page and keeps offline_access, which goes without it', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const asked = flow('claims', { prompt: 'consent', scope: 'openid offline_access' });
  const granted = await redeem(portal, {
    ...asked,
    code: String(replyOf(await visitor.request(asked.url)).code),
  });
  expect(granted.scope.split(' ').sort()).toEqual(['offline_access', 'openid']);
  const unasked = flow('claims', { scope: 'openid offline_access' });
  const kept = await redeem(portal, {
    ...unasked,
    code: String(replyOf(await visitor.request(unasked.url)).code),
  });
  expect(kept.scope).toBe('openid');
});

test('max_age asks again when the sign-in is older, and auth_time is told', async () => {
  const visitor = new Visitor(portal);
  const first = claimsOf((await redeem(portal, await visitor.signIn('claims'))).id_token);
  expect(replyOf(await visitor.request(flow('claims', { max_age: '3600' }).url)).code).toBeTruthy();
  await untilNextSecond(Number(first.auth_time) + 1);
  expect(pageName(await visitor.open(flow('claims', { max_age: '1' }).url))).toBe('sign-in');
  const silent = await visitor.request(flow('claims', { max_age: '1', prompt: 'none' }).url);
  expect(replyOf(silent).error).toBe('login_required');
});

test('max_age=0 asks every time, once each', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  for (let round = 0; round < 2; round++) {
    const page = await visitor.open(flow('claims', { max_age: '0' }).url);
    expect(pageName(page)).toBe('sign-in');
    expect(replyOf(await visitor.submit(page, password)).code).toBeTruthy();
  }
  for (const max_age of ['-1', 'x', '1.5']) {
    expect(replyOf(await visitor.request(flow('claims', { max_age }).url)).error).toBe('invalid_request');
  }
});

test('an id_token_hint of another person is not answered with this one’s session', async () => {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const other = new Visitor(portal);
  await other.signIn('claims', { userId: 'm.chen' });
  const silent = flow('claims', { id_token_hint: id_token, prompt: 'none' });
  expect(replyOf(await other.request(silent.url)).error).toBe('login_required');
  expect(replyOf(await visitor.request(silent.url)).code).toBeTruthy();
  const page = await other.open(flow('claims', { id_token_hint: id_token }).url);
  expect(pageName(page)).toBe('sign-in');
  const wrong = await other.submit(page, { user_id: 'm.chen', password: DEMO_PASSWORD });
  expect(pageName(wrong)).toBe('sign-in');
  expect(replyOf(await other.submit(wrong, password)).code).toBeTruthy();
  const garbled = await visitor.request(flow('claims', { id_token_hint: `${id_token}x` }).url);
  expect(replyOf(garbled).error).toBe('invalid_request');
});

test('login_hint fills in the user ID, escaped', async () => {
  const page = await new Visitor(portal).open(flow('claims', { login_hint: '"><script>x</script>' }).url);
  expect(page.body).toContain('value="&quot;>&lt;script>x&lt;/script>"');
});

test('ui_locales and other parameters that mean nothing here do no harm', async () => {
  const more = { ui_locales: 'xx-YY es', display: 'popup', claims_locales: 'de', unknown: 'x' };
  const visitor = new Visitor(portal);
  expect((await visitor.signIn('claims', more)).code).toBeTruthy();
});

async function sessionsOpen(userId: string, sid: string): Promise<number> {
  const rows = await portal.db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.sub', 'sessions.account')
    .innerJoin('session_apps', 'session_apps.uid', 'sessions.uid')
    .select('sessions.uid')
    .where('accounts.user_id', '=', userId)
    .where('session_apps.sid', '=', sid)
    .where('ended_at', 'is', null)
    .execute();
  return rows.length;
}

/** auth_time has whole seconds. */
async function untilNextSecond(second: number): Promise<void> {
  while (Math.floor(Date.now() / 1000) <= second) await new Promise((resolve) => setTimeout(resolve, 20));
}
