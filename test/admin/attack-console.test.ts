import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formWith } from '../account/household.ts';
import { until } from '../postgres/until.ts';
import { postTo, type Somebody } from '../support/enrolled.ts';
import { A_SECOND } from '../support/limits.ts';
import { flow, pageName, redeem, replyOf, send, Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

let team: Team;
let operator: Somebody;
beforeAll(async () => {
  team = await Team.open({ processes: 2 });
  operator = await team.member('operator');
});
afterAll(() => team?.close());

/** How many events of this name there are about an account. */
async function count(event: string, sub: string): Promise<number> {
  const rows = team.portal.db.selectFrom('audit_events').select('id').where('event', '=', event);
  return (await rows.where('account', '=', sub).execute()).length;
}

const isOut = (page: { body: string }) => !pageName(page as never)?.startsWith('admin');

test('whoever is disabled is out of the console on every replica within a second', async () => {
  const analyst = await team.member('security-analyst');
  const { visitor, page } = await team.browser(analyst, '/admin/sessions');
  expect(pageName(page)).toBe('admin-sessions');
  for (const process of [0, 1]) await visitor.request('/admin/sessions', { process });
  await team.people.setStatus(analyst, 'disabled');
  const since = performance.now();
  for (const process of [0, 1]) {
    await until(async () => isOut(await visitor.clone().request('/admin/sessions', { process })));
  }
  expect(performance.now() - since).toBeLessThan(A_SECOND);
});

test('a session from before its person had a role and a second factor opens no page and does no act', async () => {
  const [victim, promoted] = [await team.people.plain(), await team.people.plain()];
  const visitor = new Visitor(team.portal);
  await visitor.signIn('claims', { userId: promoted.userId });
  const form = await visitor.open('/account');
  const grant = { account: promoted.sub, role: 'operator', granted_by: 'test' } as const;
  await team.portal.db.insertInto('global_roles').values(grant).execute();
  await team.people.addAuthenticator(promoted);
  expect(pageName(await visitor.open('/admin/accounts'))).toBe('second-factor');
  const path = `/admin/accounts/${victim.sub}/second-factor`;
  expect(isOut(await postTo(visitor, form, { required: 'true' }, path))).toBe(true);
  expect(await isRequired(victim)).toBe(false);
});

test('a form from elsewhere, of another browser or without its token does nothing', async () => {
  const victim = await team.people.plain();
  const path = `/admin/accounts/${victim.sub}/second-factor`;
  const mine = await team.browser(operator, '/admin/accounts');
  const other = await team.browser(await team.member('operator'), '/admin/accounts');
  const form = { required: 'true' };
  expect((await postTo(mine.visitor, other.page, form, path)).status).toBe(403);
  expect((await postTo(mine.visitor, { ...mine.page, body: '' }, form, path)).status).toBe(403);
  const crossed = await mine.visitor.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ ...form, csrf: tokenOf(mine.page) }).toString(),
  });
  expect(crossed.status).toBe(403);
  expect(await isRequired(victim)).toBe(false);
});

async function isRequired({ sub }: Somebody): Promise<boolean | undefined> {
  const row = team.portal.db.selectFrom('accounts').select('second_factor_required').where('sub', '=', sub);
  return (await row.executeTakeFirst())?.second_factor_required;
}

function tokenOf({ body }: { body: string }): string {
  return /name="csrf" value="([^"]*)"/.exec(body)?.[1] ?? '';
}

test('a form that was left open until its session ended leads back to its page after the sign-in', async () => {
  const victim = await team.people.plain();
  const { visitor, page } = await team.browser(operator, `/admin/accounts/${victim.sub}`);
  visitor.forget('session');
  let answer = await postTo(visitor, page, {}, `/admin/accounts/${victim.sub}/unlock`);
  expect(pageName(answer)).toBe('sign-in');
  answer = await visitor.submit(answer, { user_id: operator.userId, password: operator.password });
  answer = await visitor.submit(answer, { code: await team.people.freshCode(operator) });
  expect([pageName(answer), answer.url.pathname]).toEqual(['admin-account', `/admin/accounts/${victim.sub}`]);
});

test('nobody disables, or resets the factor of, themselves', async () => {
  const [lonely, runner] = [await team.member('operator'), await team.member('support')];
  const own = await team.browser(lonely, `/admin/accounts/${lonely.sub}`);
  const refused = await postTo(own.visitor, own.page, {}, `/admin/accounts/${lonely.sub}/disable`);
  expect(refused.status).toBe(409);
  expect(await count('account.disabled', lonely.sub)).toBe(0);
  const help = await team.browser(runner, `/admin/accounts/${runner.sub}`);
  for (const act of ['start', 'verify', 'request', 'approve']) {
    const path = `/admin/accounts/${runner.sub}/factor-reset/${act}`;
    expect([act, (await postTo(help.visitor, help.page, { code: '123456' }, path)).status]).toEqual([
      act,
      409,
    ]);
  }
});

test('an app of people gets no token for the API by any scope, code or grant', async () => {
  const visitor = new Visitor(team.portal);
  const { userId } = await team.people.plain();
  const { access_token } = await redeem(team.portal, await visitor.signIn('claims', { userId }));
  expect((await call(team.portal, access_token, '/keys')).status).toBe(401);
  const tried = `${team.portal.issuer}/admin/apps/tried`;
  for (const [clientId, redirect_uri] of [
    ['claims', 'http://localhost:3101/callback'],
    ['mobile', 'http://127.0.0.1:4999/callback'],
    ['vestibule-try.claims', tried],
  ] as const) {
    const answer = await visitor.request(flow(clientId, { scope: 'openid admin:people', redirect_uri }).url);
    expect([clientId, replyOf(answer).error]).toEqual([clientId, 'invalid_scope']);
  }
  for (const client_id of ['mobile', 'vestibule-try.claims', 'vestibule-console', 'vestibule-launcher']) {
    const answer = await send(team.portal, '/oidc/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        client_id,
        grant_type: 'client_credentials',
        scope: 'admin:read',
      }).toString(),
    });
    expect([client_id, answer.status]).toEqual([client_id, 400]);
  }
});

test('a link to the console’s page of a tried sign-in shows no words of its maker', async () => {
  const { page } = await team.browser(
    operator,
    '/admin/apps/tried?state=x&error=Call+0900+and+say+your+code',
  );
  expect(pageName(page)).toBe('admin-app-tried');
  expect(page.body).not.toContain('0900');
});

test('an app that must push its requests can be tried all the same', async () => {
  const par = { client_id: 'pushing', require_pushed_authorization_requests: true };
  await team.portal.register({
    ...par,
    client_name: 'Pushing',
    redirect_uris: ['https://pushing.example/callback'],
  });
  const { visitor, page } = await team.browser(operator, '/admin/apps/pushing');
  const tried = await visitor.submit(formWith(page, 'id="try"'), {});
  expect([pageName(tried), tried.body.includes('&quot;sub&quot;')]).toEqual(['admin-app-tried', true]);
});
