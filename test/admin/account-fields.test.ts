import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { formWith } from '../account/household.ts';
import type { Somebody } from '../support/enrolled.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

let team: Team;
let token: string;
/** Whose sub is somebody else's user ID, as it could be chosen before that was refused. */
let victim: Somebody & { uid: string };
let namesake: Somebody & { uid: string };
beforeAll(async () => {
  team = await Team.open({ settings: { 'admin.api_requests': '10000' } });
  token = await (await team.program('siem')).token();
  victim = await signedIn(await team.people.plain());
  const other = await signedIn(await team.people.plain());
  const mine = team.portal.db.updateTable('accounts').where('sub', '=', other.sub);
  await mine.set({ user_id: victim.sub, user_id_folded: foldUserId(victim.sub) }).execute();
  namesake = { ...other, userId: victim.sub };
});
afterAll(() => team?.close());

const get = (path: string) => call(team.portal, token, path);
const post = (path: string, body: unknown) => call(team.portal, token, path, { body });

async function signedIn(somebody: Somebody): Promise<Somebody & { uid: string }> {
  const { userId, password } = somebody;
  await new Visitor(team.portal).signIn('claims', { userId, password });
  const [uid = ''] = await team.people.openSessions(somebody);
  return { ...somebody, uid };
}

/** Whose sessions an answer lists. */
const whoseOf = ({ json }: { json: Record<string, unknown> }) => [
  ...new Set((json.items as { account: string }[]).map(({ account }) => account)),
];

test('a sub names its own account, also where somebody has it as user ID', async () => {
  for (const list of ['/sessions', '/audit']) {
    const ask = async (query: string) => whoseOf(await get(`${list}?${query}`));
    expect(await ask(`sub=${victim.sub}`)).toEqual([victim.sub]);
    expect(await ask(`account=${victim.sub}`)).toEqual([victim.sub]);
    expect(await ask(`user_id=${victim.sub}`)).toEqual([namesake.sub]);
    expect(await ask(`user_id=${victim.userId}`)).toEqual([victim.sub]);
    expect(await ask(`sub=${victim.sub}&user_id=${victim.userId}`)).toEqual([victim.sub]);
  }
});

test('fields that name nobody, or different people, are refused, and nothing is done', async () => {
  const wrong: string[] = [];
  for (const [field, value] of [
    ...(['sub', 'user_id', 'account'] as const).map((name) => [name, 'nobody'] as const),
    ['user_id', victim.userId.toUpperCase()],
    ['sub', victim.userId],
    ['account', 'a\0b'],
  ] as const) {
    const query = new URLSearchParams({ [field]: value });
    for (const answer of [
      ...[await get(`/sessions?${query}`), await get(`/audit?${query}`)],
      await post('/sessions/end', { filter: { [field]: value, app: 'claims' } }),
      await post('/practices/x/members', { [field]: value, role: 'staff' }),
    ]) {
      if (answer.status !== 400 && answer.status !== 404) wrong.push(`${field} ${value}: ${answer.status}`);
    }
  }
  expect(wrong).toEqual([]);
  const both = await get(`/sessions?sub=${victim.sub}&user_id=${namesake.userId}`);
  expect(both).toMatchObject({ status: 400, json: { errors: [{ at: 'query.sub' }] } });
  for (const somebody of [victim, namesake]) {
    expect(await team.people.openSessions(somebody)).toEqual([somebody.uid]);
  }
});

test('a role in a practice and a bulk end reach the one who is named', async () => {
  const made = await post('/practices', { name: 'Named', tax_id: '908070605' });
  const members = `/practices/${made.json.id}/members`;
  await post(members, { account: victim.sub, role: 'staff' });
  await post(members, { user_id: namesake.userId, role: 'biller' });
  const { json } = await get(members);
  expect(
    (json.items as { account: string; role: string }[]).map(({ account, role }) => [account, role]),
  ).toEqual([
    [namesake.sub, 'biller'],
    [victim.sub, 'staff'],
  ]);
  expect((await post(members, { role: 'staff' })).json).toMatchObject({ errors: [{ at: 'body.sub' }] });
  const counted = await post('/sessions/end', { filter: { account: victim.sub }, dry_run: true });
  expect(counted.json).toMatchObject({ sessions: 1 });
  expect((await post('/sessions/end', { filter: { sub: victim.sub } })).json).toMatchObject({ sessions: 1 });
  expect(await team.people.openSessions(victim)).toEqual([]);
  expect(await team.people.openSessions(namesake)).toEqual([namesake.uid]);
  victim = await signedIn(victim);
});

test('what acted and is no person is found by its name, whoever has it as user ID', async () => {
  const hidden = await team.people.plain();
  const mine = team.portal.db.updateTable('accounts').where('sub', '=', hidden.sub);
  await mine.set({ user_id: 'app:siem', user_id_folded: 'app:siem' }).execute();
  const rows = (await get('/audit?actor=app:siem&limit=200')).json.items as { actor: string }[];
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every(({ actor }) => actor === 'app:siem')).toBe(true);
});

test('the API’s document says that account is read no longer than a release', async () => {
  const { json } = await call(team.portal, undefined, '/openapi.json');
  const paths = json.paths as Record<string, Record<string, { parameters: object[]; requestBody: object }>>;
  expect(paths['/sessions']?.get?.parameters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'account', deprecated: true }),
      expect.objectContaining({ name: 'sub', schema: expect.objectContaining({ type: 'string' }) }),
      expect.objectContaining({ name: 'user_id', required: false }),
    ]),
  );
  const body = JSON.stringify(paths['/practices/{id}/members']?.post?.requestBody);
  expect(body).toContain('"deprecated":true');
});

test('at the console a user ID finds what happened, and a name that nobody has is told as such', async () => {
  const analyst = await team.member('security-analyst');
  const { visitor } = await team.browser(analyst);
  const found = await visitor.open(`/admin/audit?account=${victim.userId}`);
  expect(found.status).toBe(200);
  expect(found.body).toContain(`/admin/accounts/${victim.sub}`);
  expect(found.body).not.toContain('No events match');
  const done = await visitor.open(`/admin/audit?event=audit.read&actor=${analyst.userId}`);
  expect(done.body).toContain(`>${analyst.sub}<`);
  for (const [field, page] of [
    ...(['account', 'actor'] as const).map((name) => [name, 'audit'] as const),
    ['account', 'sessions'],
  ] as const) {
    const none = await visitor.open(`/admin/${page}?${field}=nobody.here`);
    expect([none.status, pageName(none)]).toEqual([400, `admin-${page}`]);
    expect(none.body).toMatch(/role="alert".*No account has this user ID or identifier/s);
    expect(none.body).toContain('value="nobody.here"');
  }
});

test('at the console a sub that is somebody’s user ID adds its own account to a practice', async () => {
  const operator = await team.member('operator');
  const { visitor } = await team.browser(operator);
  const made = await post('/practices', { name: 'Console', tax_id: '908070604' });
  const page = await visitor.open(`/admin/practices/${made.json.id}`);
  await visitor.submit(formWith(page, 'name="account"'), { account: victim.sub, role: 'staff' });
  const { json } = await get(`/practices/${made.json.id}/members`);
  expect(json.items).toMatchObject([{ account: victim.sub }]);
});
