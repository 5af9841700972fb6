import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { A_SECOND } from '../support/limits.ts';
import { asApp, flow, redeem, replyOf, send, Visitor } from '../support/visitor.ts';
import { call, type Program, Team } from './team.ts';

let team: Team;
let program: Program;
let token: string;
beforeAll(async () => {
  team = await Team.open({ processes: 2 });
  program = await team.program('siem');
  token = await program.token();
});
afterAll(() => team?.close());

const get = (path: string, as: string | undefined = token) => call(team.portal, as, path);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(team.portal, token, path, { body, headers });

/** A new browser that is signed in; its session's uid. */
async function session(): Promise<{ uid: string; sub: string; visitor: Visitor }> {
  const { sub, userId, password } = await team.people.plain();
  const visitor = new Visitor(team.portal);
  await visitor.signIn('claims', { userId, password });
  const row = team.portal.db.selectFrom('sessions').select('uid').where('account', '=', sub);
  return { sub, visitor, uid: (await row.executeTakeFirstOrThrow()).uid };
}

test('without a token, or with one that is none of ours, the answer says how to come by one', async () => {
  const none = await call(team.portal, undefined, '/sessions');
  expect(none.status).toBe(401);
  expect(none.headers.get('www-authenticate')).toBe('Bearer realm="admin"');
  expect(none.headers.get('content-type')).toBe('application/problem+json');
  const wrong = await get('/sessions', 'nonsense');
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
});

test('a person’s own access token opens nothing here', async () => {
  const { visitor } = await session();
  const started = await visitor.signIn('claims');
  const { access_token } = await redeem(team.portal, started);
  expect((await get('/sessions', access_token)).status).toBe(401);
});

test('nobody gets a program’s scopes by a sign-in, and a program no others', async () => {
  const { visitor } = await session();
  const answer = await visitor.open(flow('claims', { scope: 'openid admin:people' }).url);
  expect(replyOf(answer)).toMatchObject({ error: 'invalid_scope' });
  expect((await program.askToken('admin:read openid')).status).toBe(400);
  const app = await asApp(team.portal, 'claims', '/oidc/token', {
    grant_type: 'client_credentials',
    scope: 'admin:read',
  });
  expect(app.status).toBe(400);
  const reader = await team.program('reader', 'admin:read');
  expect((await reader.askToken('admin:sessions')).status).toBe(400);
});

test('a token that may only read changes nothing, and is told which scope is missing', async () => {
  const { uid, sub } = await session();
  const reading = await program.token('admin:read');
  const answer = await call(team.portal, reading, `/sessions/${uid}/end`, { body: {} });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toContain(
    'error="insufficient_scope", scope="admin:sessions"',
  );
  expect(await team.people.openSessions({ sub, userId: '', password: '' })).toEqual([uid]);
  const refused = team.portal.db.selectFrom('audit_events').selectAll().where('event', '=', 'admin.refused');
  expect(await refused.execute()).toMatchObject([
    { actor: 'app:siem', reason: 'scope-missing', after: { operation: 'endSession' } },
  ]);
});

test('a session that a program ends is over on every replica, and the audit log says which program it was', async () => {
  const { uid, sub, visitor } = await session();
  expect((await get(`/sessions?account=${sub}`)).json).toMatchObject({ items: [{ uid, ended_at: null }] });
  const answer = await post(`/sessions/${uid}/end`, { note: 'stolen laptop' });
  expect(answer).toMatchObject({ status: 200, json: { sessions: 1 } });
  for (const process of [0, 1]) {
    await until(async () => {
      const silent = flow('claims', { prompt: 'none' }).url;
      return replyOf(await visitor.clone().request(silent, { process })).error === 'login_required';
    });
  }
  const ended = team.portal.db.selectFrom('audit_events').selectAll().where('session', '=', uid);
  expect(await ended.where('event', '=', 'session.ended').execute()).toMatchObject([
    { actor: 'app:siem', account: sub, reason: 'revoked' },
  ]);
  expect((await post(`/sessions/${uid}/end`, {})).status).toBe(404);
});

test('a dry run says how much it would end, and ends nothing', async () => {
  const { sub, uid } = await session();
  const dry = await post(`/accounts/${sub}/sessions/end`, { dry_run: true });
  expect(dry.json).toEqual({ sessions: 1, offline: 0 });
  expect((await get(`/sessions?account=${sub}`)).json).toMatchObject({ items: [{ uid }] });
  await post(`/accounts/${sub}/sessions/end`, {});
  expect((await get(`/sessions?account=${sub}&state=open`)).json).toEqual({ items: [], next_cursor: null });
});

test('lists come in pages that follow one another', async () => {
  for (let i = 0; i < 3; i++) await session();
  const seen: string[] = [];
  let cursor = '';
  do {
    const { json } = await get(`/sessions?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...(json.items as { uid: string }[]).map(({ uid }) => uid));
    cursor = (json.next_cursor as string | null) ?? '';
  } while (cursor);
  expect(new Set(seen).size).toBe(seen.length);
  const all = await team.portal.db.selectFrom('sessions').select('uid').execute();
  expect(seen).toHaveLength(all.length);
});

test('what cannot be understood is told field by field, as a problem', async () => {
  const answer = await get('/sessions?limit=0&cursor=x&colour=red');
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.json).toMatchObject({ code: 'invalid-request', status: 400 });
  const places = (answer.json.errors as { at: string }[]).map(({ at }) => at);
  expect(places.sort()).toEqual(['query.colour', 'query.cursor', 'query.limit']);
  expect((await get('/sessions?limit=1&limit=2')).status).toBe(400);
  expect((await post('/sessions/x/end', '{"note":')).status).toBe(400);
  expect((await post('/sessions/x/end', { note: 'a\0b' })).status).toBe(400);
  const text = await post('/sessions/x/end', 'note=x', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(text.status).toBe(415);
  expect((await post('/sessions/x/end', { note: 'x'.repeat(100_000) })).status).toBe(413);
  expect((await get('/nothing')).json).toMatchObject({ status: 404, code: 'not-found' });
  const deleted = await call(team.portal, token, '/sessions', { method: 'DELETE' });
  expect([deleted.status, deleted.headers.get('allow')]).toEqual([405, 'GET']);
});

test('the same request with the same key is done once, by whichever replica it comes to', async () => {
  const { uid } = await session();
  const headers = { 'idempotency-key': '"end-1"' };
  const first = await post(`/sessions/${uid}/end`, {}, headers);
  expect(first.status).toBe(200);
  for (let i = 0; i < 4; i++) expect((await post(`/sessions/${uid}/end`, {}, headers)).body).toBe(first.body);
  const other = await post(`/sessions/${uid}/end`, { note: 'other' }, headers);
  expect(other).toMatchObject({ status: 422, json: { code: 'key-reused' } });
  const bad = await post(`/sessions/${uid}/end`, {}, { 'idempotency-key': 'x'.repeat(200) });
  expect(bad.status).toBe(400);
  const parallel = await session();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      post(`/sessions/${parallel.uid}/end`, {}, { 'idempotency-key': 'all-at-once' }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
});

test('a token is dead as soon as it is revoked, or its program removed', async () => {
  const leaving = await team.program('leaving');
  const [revoked, orphaned] = [await leaving.token(), await leaving.token()];
  const basic = Buffer.from(`${leaving.clientId}:${leaving.secret}`).toString('base64');
  await send(team.portal, '/oidc/revoke', {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: revoked }).toString(),
  });
  expect((await get('/sessions', revoked)).status).toBe(401);
  expect((await get('/sessions', orphaned)).status).toBe(200);
  await team.portal.db.deleteFrom('apps').where('client_id', '=', 'leaving').execute();
  const gone = performance.now();
  await until(async () => (await get('/sessions', orphaned)).status === 401);
  expect(performance.now() - gone).toBeLessThan(A_SECOND);
});
