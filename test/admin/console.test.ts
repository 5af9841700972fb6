import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formWith } from '../account/household.ts';
import { until } from '../postgres/until.ts';
import type { Somebody } from '../support/enrolled.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import { Team } from './team.ts';

let team: Team;
let analyst: Somebody;
beforeAll(async () => {
  team = await Team.open();
  analyst = await team.member('security-analyst');
});
afterAll(() => team?.close());

/** Somebody without a role, signed in. */
async function signedIn(): Promise<{ sub: string; userId: string; uid: string; visitor: Visitor }> {
  const somebody = await team.people.plain();
  const visitor = new Visitor(team.portal);
  await visitor.signIn('claims', { userId: somebody.userId, password: somebody.password });
  const [uid = ''] = await team.people.openSessions(somebody);
  return { ...somebody, uid, visitor };
}

test('the console asks for password and second factor, and comes back to the page that was wanted', async () => {
  const { page } = await team.browser(analyst, '/admin/sessions?state=all');
  expect(pageName(page)).toBe('admin-sessions');
  expect(page.url.search).toBe('?state=all');
});

test('a remembered device does not stand for the second factor here', async () => {
  const other = await team.member('security-analyst');
  const visitor = new Visitor(team.portal);
  let page = await visitor.open('/');
  page = await visitor.submit(page, { user_id: other.userId, password: other.password });
  await visitor.submit(page, { code: await team.people.freshCode(other), remember_device: 'yes' });
  // Ended, not only forgotten: sign-ins of one browser within seconds share a session, and its factor.
  await team.people.signOut(other);
  await until(async () => {
    page = await visitor.open('/');
    return pageName(page) === 'sign-in';
  });
  page = await visitor.submit(page, { user_id: other.userId, password: other.password });
  expect(pageName(page)).toBe('launcher');
  expect(pageName(await visitor.open('/admin/sessions'))).toBe('second-factor');
});

test('whoever has a role and no second factor sets one up before coming in', async () => {
  const somebody = await team.people.plain();
  const grant = { account: somebody.sub, role: 'security-analyst', granted_by: 'test' } as const;
  await team.portal.db.insertInto('global_roles').values(grant).execute();
  const { page } = await team.browser(somebody);
  expect(pageName(page)).toBe('enrol-second-factor');
});

test('nobody without a role comes in, and one who loses it is out at once', async () => {
  const plain = await team.people.enrolled();
  const { page } = await team.browser(plain);
  expect(pageName(page)).toBe('access-denied');
  const leaving = await team.member('security-analyst');
  const { visitor } = await team.browser(leaving, '/admin/sessions');
  await team.portal.db.deleteFrom('global_roles').where('account', '=', leaving.sub).execute();
  expect(pageName(await visitor.open('/admin/sessions'))).toBe('access-denied');
});

test('an address that leads elsewhere is not gone to after the sign-in', async () => {
  const { visitor } = await team.browser(analyst);
  for (const state of [
    '//evil.example',
    '/admin//evil.example',
    'https://evil.example',
    '/account',
    '/admin\\x',
  ]) {
    const answer = await visitor.request(`/admin/signed-in?${new URLSearchParams({ state })}`);
    expect(answer.headers.get('location')).toBe('/admin');
  }
});

test('a session is found by its user ID, and ended after its page was confirmed', async () => {
  const { userId, uid, visitor: victim } = await signedIn();
  const { visitor } = await team.browser(analyst);
  const found = await visitor.open(`/admin/sessions?account=${userId}`);
  expect(found.body).toContain(`data-row="${uid}"`);
  const confirm = await visitor.open(`/admin/sessions/${uid}/end`);
  expect(confirm.body).toContain('This ends 1 session');
  expect(confirm.body).toContain('maxlength="500"');
  const done = await visitor.submit(formWith(confirm, 'name="note"'), { note: 'stolen' });
  expect(done.body).toContain('1 session ended.');
  expect(pageName(await victim.open('/account'))).toBe('sign-in');
});

test('a word that nobody wrote for a page says nothing there, though every object has it', async () => {
  const { sub } = await signedIn();
  const { visitor } = await team.browser(analyst);
  for (const word of ['constructor', '__proto__', 'toString', 'valueOf']) {
    for (const path of [`/admin/accounts/${sub}?done=${word}`, `/admin/accounts/${sub}?${word}=x`]) {
      const page = await visitor.open(path);
      expect([path, page.status, page.body.includes('role="status"')]).toEqual([path, 200, false]);
    }
  }
});

test('ending needs a sign-in that was made lately, and a form of our own', async () => {
  const { uid, sub } = await signedIn();
  const { visitor } = await team.browser(analyst);
  const confirm = formWith(await visitor.open(`/admin/sessions/${uid}/end`), 'name="note"');
  await team.people.age(visitor, 3600);
  expect(pageName(await visitor.submit(confirm, {}))).toBe('sign-in');
  expect(pageName(await visitor.open('/admin/sessions'))).toBe('admin-sessions');
  expect(pageName(await team.open(visitor, analyst, `/admin/sessions/${uid}/end`))).toBe('admin-session-end');
  const forged = await visitor.open(`/admin/sessions/${uid}/end`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'csrf=x',
  });
  expect(forged.status).toBe(403);
  expect(await team.people.openSessions({ sub, userId: '', password: '' })).toEqual([uid]);
});
