import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { verifyReport } from '../../src/audit/access/proof.ts';
import { readSealKeys } from '../../src/keys/seal-keys.ts';
import type { GlobalRole } from '../../src/roles.ts';
import { formWith } from '../account/household.ts';
import { until } from '../postgres/until.ts';
import type { Somebody } from '../support/enrolled.ts';
import { asApp, flow, pageName, send, Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

/** Names as somebody writes them who means harm, or comes from elsewhere. */
const HOSTILE = `<script>alert(1)</script>\r\nadmin\u202Eevil\u2028"'&, ${'x'.repeat(400)}`;

let team: Team;
let token: string;
const browsers = new Map<GlobalRole, { visitor: Visitor; somebody: Somebody }>();
beforeAll(async () => {
  team = await Team.open({ processes: 2 });
  token = await (await team.program('siem')).token();
});
afterAll(() => team?.close());

const get = (path: string) => call(team.portal, token, path);
const post = (path: string, body: unknown = {}) => call(team.portal, token, path, { body });

/** A browser of somebody with this role, signed in to the console. */
async function as(role: GlobalRole): Promise<Visitor> {
  const known = browsers.get(role);
  if (known) return known.visitor;
  const somebody = await team.member(role);
  const { visitor } = await team.browser(somebody, '/admin/accounts');
  browsers.set(role, { visitor, somebody });
  return visitor;
}

const events = (event: string) =>
  team.portal.db
    .selectFrom('audit_events')
    .selectAll()
    .where('event', '=', event)
    .orderBy('at', 'desc')
    .execute();

interface Described {
  readonly get?: {
    responses: Record<string, { content?: Record<string, { schema: z.core.JSONSchema.JSONSchema }> }>;
  };
}

test('answers are as the API’s document says, field by field', async () => {
  const { sub } = await team.people.enrolled();
  const visitor = new Visitor(team.portal);
  await visitor.signIn('claims');
  const { json } = await call(team.portal, undefined, '/openapi.json');
  expect(json.openapi).toBe('3.1.0');
  const paths = json.paths as Record<string, Described>;
  const [session] = ((await get('/sessions')).json.items as { uid: string }[]) ?? [];
  const [practice] = ((await get('/practices')).json.items as { id: string }[]) ?? [];
  const real: Record<string, string | undefined> = {
    '{uid}': session?.uid,
    '{sub}': sub,
    '{id}': practice?.id,
    '{client_id}': 'claims',
  };
  let checked = 0;
  for (const [path, described] of Object.entries(paths)) {
    const schema = described.get?.responses['200']?.content?.['application/json']?.schema;
    if (!schema) continue;
    const asked = path === '/access-report' ? `?app=claims&at=${new Date().toJSON()}` : '';
    const address = path.replaceAll(/\{\w+\}/g, (name) => String(real[name])) + asked;
    const answer = await get(address);
    expect([address, answer.status]).toEqual([address, 200]);
    const result = z.fromJSONSchema(schema).safeParse(answer.json);
    expect([address, result.error?.issues]).toEqual([address, undefined]);
    checked += 1;
  }
  expect(checked).toBeGreaterThan(10);
  const problem = (json.components as { schemas: { Problem: z.core.JSONSchema.JSONSchema } }).schemas.Problem;
  expect(z.fromJSONSchema(problem).safeParse((await get('/sessions?limit=x')).json).success).toBe(true);
});

test('a hostile name is text on every page, and one row in the log', async () => {
  const made = await post('/practices', { name: HOSTILE.slice(0, 128), tax_id: '98-7654321' });
  expect(made.status).toBe(200);
  const account = await team.people.plain();
  await team.portal.db
    .updateTable('accounts')
    .set({ given_name: HOSTILE, family_name: HOSTILE })
    .where('sub', '=', account.sub)
    .execute();
  await post(`/practices/${made.json.id}/members`, { account: account.userId, role: 'staff' });
  await post('/sessions/nothing/end', { note: HOSTILE });
  const operator = await as('operator');
  for (const path of [
    ...['/admin/practices', `/admin/practices/${made.json.id}`, `/admin/accounts/${account.sub}`],
    ...[
      '/admin/audit',
      `/admin/accounts?q=${account.userId}`,
      `/admin/audit?${new URLSearchParams({ text: HOSTILE.slice(0, 200) })}`,
    ],
  ]) {
    const page = await operator.open(path);
    expect([path, page.status]).toEqual([path, 200]);
    expect(page.body).not.toContain('<script>alert');
  }
  const created = (await events('practice.created')).filter(({ actor }) => actor === 'app:siem');
  expect(created).toHaveLength(1);
});

/** An app whose secret is rotated, and whether a secret is its own. */
async function rotating(clientId: string) {
  const original = `${clientId}-secret-of-a-test-of-its-own`;
  await team.portal.register({
    client_id: clientId,
    client_secret: original,
    client_name: 'Rotating',
    redirect_uris: ['https://rotating.example/callback'],
  });
  const redirect_uri = 'https://rotating.example/callback';
  // A code that is none is told apart from a secret that is none.
  const works = async (secret: unknown) => {
    const headers = { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
    const code = { grant_type: 'authorization_code', code: 'x', redirect_uri };
    const answer = await asApp(team.portal, clientId, '/oidc/token', code, { headers });
    return JSON.parse(answer.body).error === 'invalid_grant';
  };
  const rotate = (body: object) => post(`/apps/${clientId}/rotate-secret`, body);
  return { original, works, rotate };
}

test('a rotated secret and the one before are both good, until it is said that the old one leaked', async () => {
  const { original, works, rotate } = await rotating('rotating');
  const first = await rotate({ overlap: 3600 });
  const eventually = async (secret: unknown, wanted: boolean) => {
    const end = performance.now() + 1000;
    while ((await works(secret)) !== wanted) if (performance.now() > end) return false;
    return true;
  };
  expect(await eventually(first.json.secret, true)).toBe(true);
  expect(await works(original)).toBe(true);
  const second = await rotate({ overlap: 0 });
  expect(await eventually(first.json.secret, false)).toBe(true);
  expect(await eventually(original, false)).toBe(true);
  expect(await eventually(second.json.secret, true)).toBe(true);
  expect(JSON.stringify(await events('app.changed'))).not.toContain(String(second.json.secret));
});

test('a rotation while an earlier secret is good is refused, unless it says which one may end', async () => {
  const { original, works, rotate } = await rotating('overlapping');
  const first = await rotate({ overlap: 3600 });
  const goodUntil = String(first.json.old_until);
  for (const more of [{}, { ends_previous: '2026-01-01T00:00:00Z' }]) {
    const refused = await rotate({ overlap: 3600, ...more });
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
    expect(refused.json.detail).toContain(goodUntil);
  }
  expect((await get('/apps/overlapping')).json.previous_secret_until).toBe(goodUntil);
  await until(() => works(first.json.secret));
  expect(await works(original)).toBe(true);
  const second = await rotate({ overlap: 3600, ends_previous: goodUntil });
  expect(second.status).toBe(200);
  await until(async () => !(await works(original)));
  await until(() => works(second.json.secret));
  expect(await works(first.json.secret)).toBe(true);
  await until(
    async () => (await get('/apps/overlapping')).json.previous_secret_until === second.json.old_until,
  );
});

test('of 8 rotations at once one is done, and what it said of the secret before stays true', async () => {
  const { original, works, rotate } = await rotating('at-once');
  const all = await Promise.all(Array.from({ length: 8 }, () => rotate({ overlap: 3600 })));
  expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  expect(await works(original)).toBe(true);
});

test('the answer to a registration gives the secret once, and again to the same request only', async () => {
  const body = { client_name: 'Lab', redirect_uris: ['https://lab.example/callback'] };
  const headers = { 'idempotency-key': '"lab"' };
  const first = await call(team.portal, token, '/apps', { body, headers });
  expect(first.json.secret).toMatch(/^[\w-]{43}$/);
  const again = await call(team.portal, token, '/apps', { body, headers });
  expect(again.body).toBe(first.body);
  expect((await get(`/apps/${first.json.client_id}`)).body).not.toContain(String(first.json.secret));
  const wrong = await post('/apps', { client_name: 'Lab', redirect_uris: ['http://lab.example/*'] });
  expect(wrong.json.errors).toMatchObject([{ at: 'body.redirect_uris[0]' }]);
});

test('an operator disables an account after hearing what that ends; nothing of it is good then', async () => {
  const somebody = await team.people.plain();
  const victim = new Visitor(team.portal);
  await victim.signIn('claims', { userId: somebody.userId, password: somebody.password });
  const operator = await as('operator');
  const here = `/admin/accounts/${somebody.sub}`;
  const confirm = await operator.open(`${here}/disable`);
  expect(confirm.body).toContain('This ends 1 session and no sign-in of phone apps now');
  const done = await operator.submit(formWith(confirm, 'id="submit"'), {});
  expect(done.body).toContain('Account disabled');
  expect(pageName(await victim.open('/account'))).toBe('sign-in');
  const page = await operator.open(here);
  await operator.submit(formWith(page, 'id="enable"'), {});
  expect((await get(`/accounts/${somebody.sub}`)).json).toMatchObject({ status: 'active' });
  const [changed] = await events('account.changed');
  expect(changed?.actor).toBe(browsers.get('operator')?.somebody.sub);
});

test('nobody disables their own account', async () => {
  const operator = await as('operator');
  const own = browsers.get('operator')?.somebody.sub;
  const confirm = await operator.open(`/admin/accounts/${own}/disable`);
  const refused = await operator.submit(formWith(confirm, 'id="submit"'), {});
  expect(refused.status).toBe(409);
  expect((await get(`/accounts/${own}`)).json).toMatchObject({ status: 'active' });
});

test('whoever must have a second factor by an operator’s word sets one up at the next sign-in', async () => {
  const somebody = await team.people.plain();
  const signIn = async () => {
    const visitor = new Visitor(team.portal);
    const page = await visitor.open(flow('claims').url);
    return visitor.submit(page, { user_id: somebody.userId, password: somebody.password });
  };
  expect((await signIn()).headers.get('location')).toContain('code=');
  await post(`/accounts/${somebody.sub}/second-factor`, { required: true });
  expect(pageName(await signIn())).toBe('enrol-second-factor');
  await post(`/accounts/${somebody.sub}/second-factor`, { required: false });
  expect((await signIn()).headers.get('location')).toContain('code=');
});

test('a locked account is unlocked at once, and the log says by whom', async () => {
  const somebody = await team.people.plain();
  await team.people.lock(somebody);
  expect((await get(`/accounts/${somebody.sub}`)).json.locks).toMatchObject([{ secret: 'password' }]);
  expect((await get('/overview')).json.unusual).toMatchObject({ locks: [{ account: somebody.sub }] });
  const analyst = await as('security-analyst');
  const page = await analyst.open(`/admin/accounts/${somebody.sub}`);
  await analyst.submit(formWith(page, 'id="unlock"'), {});
  expect((await get(`/accounts/${somebody.sub}`)).json.locks).toEqual([]);
  expect(await events('lock.lifted')).toMatchObject([
    { account: somebody.sub, actor: browsers.get('security-analyst')?.somebody.sub },
  ]);
});

test('accounts and practices are found by the beginning of what they are called, and LIKE’s own signs are plain', async () => {
  const somebody = await team.people.plain();
  await team.portal.db
    .updateTable('accounts')
    .set({ family_name: 'O_Brien%', email: 'Pat@clinic.example', phone_number: '+12025550177' })
    .where('sub', '=', somebody.sub)
    .execute();
  const subs = async (q: string) =>
    ((await get(`/accounts?${new URLSearchParams({ q })}`)).json.items as { sub: string }[]).map(
      ({ sub }) => sub,
    );
  for (const q of [
    somebody.userId.slice(0, 15),
    'o_brien%',
    'o_b',
    'pat@CLINIC.example',
    '(202) 555-0177',
    somebody.sub,
  ]) {
    expect([q, await subs(q)]).toEqual([q, [somebody.sub]]);
  }
  expect(await subs('_')).toEqual([]);
  expect(await subs('%')).toEqual([]);
});

test('a membership ends only under its own practice', async () => {
  const one = (await post('/practices', { name: 'North', tax_id: '111111111' })).json.id;
  const other = (await post('/practices', { name: 'South', tax_id: '222222222' })).json.id;
  const { userId } = await team.people.plain();
  const { id } = (await post(`/practices/${one}/members`, { account: userId, role: 'biller' })).json;
  expect((await post(`/practices/${one}/members`, { account: userId, role: 'biller' })).status).toBe(409);
  expect((await post(`/practices/${other}/members/${id}/end`)).status).toBe(404);
  expect((await post(`/practices/${one}/members/${id}/end`)).json).toEqual({ ended: true });
  expect((await get(`/practices/${one}/members`)).json.items).toMatchObject([{ id, status: 'ended' }]);
});

test('reading and exporting the audit log are in the audit log', async () => {
  await get('/audit?event=sign-in.*&limit=5');
  const csv = await send(team.portal, '/admin/api/audit/export?format=csv', {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(csv.headers.get('content-disposition')).toContain('audit.csv');
  expect(csv.body.split('\n')[0]).toContain('event');
  expect((await events('audit.read'))[0]).toMatchObject({ actor: 'app:siem' });
  expect((await events('audit.exported'))[0]).toMatchObject({ actor: 'app:siem' });
});

test('who could open an app at a moment, and who did: with a proof that holds, and in the audit log', async () => {
  const { userId, sub, password } = await team.people.plain();
  const practice = String((await post('/practices', { name: 'North Shore', tax_id: '333333333' })).json.id);
  await post(`/practices/${practice}/members`, { account: userId, role: 'biller' });
  await new Visitor(team.portal).signIn('claims', { userId, password });
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(team.portal.db);
  const at = rows[0]?.now.toJSON() ?? '';
  const question = `app=claims&at=${encodeURIComponent(at)}`;
  const { json } = await get(`/access-report?${question}`);
  expect(json).toMatchObject({ app: 'claims', more: false });
  const people = json.people as { account: string }[];
  expect(people.find(({ account }) => account === sub)).toEqual({
    account: sub,
    user_id: userId,
    name: expect.any(String),
    could: true,
    did: true,
    roles: [],
    practices: [{ practice, name: 'North Shore', role: 'biller' }],
  });
  expect((await get(`/access-report?app=none&at=${at}`)).status).toBe(404);
  expect((await get(`/access-report?app=claims&at=2010-01-01T00:00:00Z`)).status).toBe(404);
  expect((await get('/access-report?app=claims&at=yesterday')).status).toBe(400);
  const read = (await events('audit.read')).filter(({ after }) => after && 'report' in after);
  expect(read[0]).toMatchObject({ actor: 'app:siem', after: { report: 'access', app: 'claims', at } });

  const file = (format: string) =>
    send(team.portal, `/admin/api/access-report/export?${question}&format=${format}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const proven = await file('jsonl');
  expect(proven.headers.get('content-disposition')).toContain('access.jsonl');
  const keys = readSealKeys(
    (await team.portal.db.selectFrom('audit_keys').select('public_key').execute())
      .map(({ public_key }) => public_key)
      .join('\n'),
  );
  const verified = await verifyReport(bytes(proven.body), keys);
  expect(verified.people).toBe(people.length);
  await expect(verifyReport(bytes(proven.body.replace(userId, 'nobody')), keys)).rejects.toThrow();
  expect((await file('csv')).body).toContain(userId);
});

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

test('an operator tries an app’s sign-in and sees the claims that the app would get', async () => {
  const operator = await as('operator');
  const page = formWith(await operator.open('/admin/apps/claims'), 'id="try"');
  const tried = await operator.submit(page, {});
  expect(pageName(tried)).toBe('admin-app-tried');
  const { somebody } = browsers.get('operator') as { somebody: Somebody };
  expect(tried.body).toContain(`&quot;sub&quot;: &quot;${somebody.sub}&quot;`);
  // Whoever reloads it, or has somebody else's answer, sees nothing.
  expect((await operator.open(`${tried.url.pathname}${tried.url.search}`)).body).not.toContain(somebody.sub);
  const analyst = await as('security-analyst');
  expect((await analyst.open(`${tried.url.pathname}${tried.url.search}`)).status).toBe(403);
});

test('a program that asks too much is told when to come again', async () => {
  const portal = await Team.open({ settings: { 'admin.api_requests': '3' } });
  try {
    const eager = await (await portal.program('eager')).token();
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await call(portal.portal, eager, '/keys'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"program";r=2;t=\d+$/);
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await portal.close();
  }
});
