import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Idempotency } from '../../src/admin/api/idempotency.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

let team: Team;
let token: string;
beforeAll(async () => {
  team = await Team.open({ settings: { 'admin.api_requests': '10000' } });
  token = await (await team.program('attacker')).token();
});
afterAll(() => team?.close());

const get = (path: string) => call(team.portal, token, path);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(team.portal, token, path, { body, headers });
const cursorOf = (at: unknown, id: unknown) => Buffer.from(JSON.stringify([at, id])).toString('base64url');
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const UUID = '00000000-0000-4000-8000-000000000000';
const LISTS = ['/sessions', '/accounts', '/practices', '/logout-notices', '/factor-resets', '/audit'];

test('a cursor that somebody made up is refused or finds nothing, in every list', async () => {
  const [practice] = (await get('/practices')).json.items as { id: string }[];
  const wrong: string[] = [];
  for (const list of [...LISTS, `/practices/${practice?.id}/members`]) {
    for (const [at, id] of [
      ...(['2026-99-99 00:00:00+00', '2026-02-30 00:00:00+00', '0000-01-01 00:00:00+00'] as const),
      ...(['2026-01-01 24:00:00+00', '9999-12-31 23:59:61+00', 'infinity', 7] as const),
    ].map((at) => [at, UUID] as const)) {
      const { status } = await get(`${list}?cursor=${cursorOf(at, id)}`);
      if (status !== 400) wrong.push(`${list} ${at}: ${status}`);
    }
    for (const id of ['x', '', '\ud800', "'; drop table accounts", UUID]) {
      const { status } = await get(`${list}?cursor=${cursorOf('2026-01-01 00:00:00.1+00', id)}`);
      if (status !== 200 && status !== 400) wrong.push(`${list} ${id}: ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('a moment that PostgreSQL cannot read is refused before an export begins', async () => {
  for (const at of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00%2B14:00']) {
    for (const path of ['/audit/export?format=csv&to', '/audit/export?from', '/audit?from', '/sessions?to']) {
      const answer = await get(`${path}=${at}`);
      expect([path, at, answer.status]).toEqual([path, at, 400]);
    }
  }
});

test.each([
  ['PostgreSQL cannot keep', { client_name: 'a\0b' }],
  ['is half a character', { description: '\ud800' }],
  ['PostgreSQL cannot keep, in a list', { contacts: ['a\0b'] }],
  ['PostgreSQL cannot keep, in a key', keyed({ kty: 'EC', 'x\0': 'y' })],
  ['nests in a key', keyed({ kty: 'EC', x: { y: 'z' } })],
  ['is a scheme that runs', { start_uri: 'javascript:alert(1)' }],
  ['leads out of the list of apps', { client_id: '..' }],
  ['is a name of every object', { client_id: 'constructor' }],
  ['is the way to every object', { client_id: '__proto__' }],
  ['is one of theirs but for capital letters', { client_id: 'HasOwnProperty' }],
  ['names the console itself', { client_id: 'vestibule-console' }],
  ['names a preview of another app', { client_id: 'vestibule-try.claims' }],
])('an app is not registered with what %s', async (_, part) => {
  const answer = await post('/apps', {
    client_name: 'App',
    redirect_uris: ['https://app.example/callback'],
    ...part,
  });
  expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
});

function keyed(key: Record<string, unknown>) {
  return { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key] } };
}

test('JSON that nests without end is refused like any other that does not fit', async () => {
  const key = `{"kty":"EC","x":${nested(15_000)}}`;
  for (const [path, body] of [
    ['/sessions/x/end', nested(30_000)],
    ['/sessions/end', `{"filter":{"device":${nested(30_000)}}}`],
    [
      '/apps',
      `{"client_name":"x","redirect_uris":["https://x.example/"],
        "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[${key}]}}`,
    ],
  ] as const) {
    expect([path, (await post(path, body)).status]).toEqual([path, 400]);
  }
});

test('a blank in a filter ends nobody’s session', async () => {
  const somebody = await team.people.plain();
  await new Visitor(team.portal).signIn('claims', { userId: somebody.userId });
  const mine = team.portal.db.updateTable('sessions').where('account', '=', somebody.sub);
  await mine.set({ device: 'Chrome on Linux' }).execute();
  for (const device of [' ', '\u2003\t']) {
    const ended = await post('/sessions/end', { filter: { device } });
    expect(ended).toMatchObject({ status: 200, json: { sessions: 0 } });
  }
  expect(await team.people.openSessions(somebody)).toHaveLength(1);
});

test('marks that no name has find no account, and letters that LIKE reads otherwise only themselves', async () => {
  for (const q of ['\u202e', '\t', '%', '_', '\\', 'dr_rivera', 'd%']) {
    expect([q, (await get(`/accounts?q=${encodeURIComponent(q)}`)).json.items]).toEqual([q, []]);
  }
});

test('one key of many requests at once makes one app, and the same key of another program its own', async () => {
  const body = { client_name: 'Once', redirect_uris: ['https://once.example/callback'] };
  const headers = { 'idempotency-key': '"once"' };
  const answers = await Promise.all(Array.from({ length: 16 }, () => post('/apps', body, headers)));
  expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  const made = () => team.portal.db.selectFrom('apps').select('client_id').where('name', '=', 'Once');
  expect(await made().execute()).toHaveLength(1);
  const other = await (await team.program('other')).token();
  const own = await call(team.portal, other, '/apps', { body, headers });
  expect(own.status).toBe(200);
  expect(answers.map(({ json }) => json.secret)).not.toContain(own.json.secret);
  expect(await made().execute()).toHaveLength(2);
});

test('an answer that cannot be kept is given all the same: what it says was done', async () => {
  const { redisUrl: url, redisPrefix: prefix, environment } = team.portal;
  const redis = new RedisStore({ url, prefix, command_timeout: 15 }, silent);
  await redis.ready(5);
  const seals = new Sealer(String(environment.VESTIBULE_MASTER_KEY));
  const once = new Idempotency({ redis, keys: new RedisKeys(prefix), seals });
  const asked = { clientId: 'x', key: 'lost', request: ['POST', '/apps'], requestId: 'first' };
  const answer = await once.once(asked, async () => {
    redis.close();
    return { status: 200, body: '{"secret":"s"}' };
  });
  expect(answer.body).toBe('{"secret":"s"}');
});

test('a secret that was just made is in no store as it is, and in no second answer', async () => {
  const body = { client_name: 'Secretive', redirect_uris: ['https://secret.example/callback'] };
  const made = await post('/apps', body, { 'idempotency-key': '"secretive"' });
  const secret = String(made.json.secret);
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(made.headers.get('cache-control')).toBe('no-store');
  for (const path of [`/apps/${made.json.client_id}`, '/apps', '/audit?text=Secretive']) {
    expect((await get(path)).body).not.toContain(secret);
  }
  const { rows } = await sql<{ row: string }>`
    select cast(a as text) as row from apps a union all select cast(e as text) from audit_events e
  `.execute(team.portal.db);
  expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
  const changed = await post('/apps', { ...body, client_id: made.json.client_id, client_name: 'Other' });
  expect(changed).toMatchObject({ status: 200, json: { secret: null, name: 'Other' } });
});

test('what a program’s registration lost, tokens that it holds lost too', async () => {
  const program = await team.program('narrowing');
  const held = await program.token();
  const register = (more: object) =>
    team.portal.register({
      client_id: 'narrowing',
      client_name: 'n',
      client_secret: program.secret,
      ...more,
    });
  const ask = (path: string, body?: object) => call(team.portal, held, path, body ? { body } : {});
  await register({ grant_types: ['client_credentials'], scope: 'admin:read' });
  await until(async () => (await ask('/sessions/end', { filter: {} })).status === 403);
  expect((await ask('/keys')).status).toBe(200);
  await register({ redirect_uris: ['https://narrow.example/callback'] });
  await until(async () => (await ask('/keys')).status === 401);
});

test('a program asks as much as it may with all its tokens together, and nobody else has less by it', async () => {
  const few = await Team.open({ settings: { 'admin.api_requests': '3' } });
  try {
    const [busy, calm] = [await few.program('busy'), await few.program('calm')];
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await call(few.portal, await busy.token(), '/keys')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await call(few.portal, await busy.token(), '/openapi-nothing', { method: 'POST' });
    expect(refused.status).toBe(404);
    expect((await call(few.portal, await calm.token(), '/keys')).status).toBe(200);
    const late = await call(few.portal, await busy.token(), '/keys');
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await few.close();
  }
});

test('a file that nobody reads to its end costs the service nothing that stays', async () => {
  const broken = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { host: new URL(team.portal.issuer).host, authorization: `Bearer ${token}` };
      const options = { host: '127.0.0.1', port: team.portal.ports[0], headers, agent: false };
      const outgoing = request({ ...options, path: '/admin/api/audit/export' }, (response) => {
        response.once('data', () => resolve(void response.destroy()));
        response.once('error', () => resolve());
      });
      outgoing.once('error', reject);
      outgoing.end();
    });
  // More than the pool has connections.
  await Promise.all(Array.from({ length: 40 }, broken));
  expect((await get('/keys')).status).toBe(200);
});

test('personal data is kept by no cache, and a token in an address opens nothing', async () => {
  for (const path of ['/accounts', '/audit', '/audit/export?format=csv', '/accounts/nobody']) {
    expect([path, (await get(path)).headers.get('cache-control')]).toEqual([path, 'no-store']);
  }
  expect((await call(team.portal, undefined, `/keys?access_token=${token}`)).status).toBe(401);
  expect((await call(team.portal, undefined, '/keys', { headers: { authorization: token } })).status).toBe(
    401,
  );
});

test('searches that hang take no connection from whoever signs in', async () => {
  const { db } = team.portal;
  const { userId } = await team.people.plain();
  await db.transaction().execute(async (tx) => {
    await sql`lock table logout_notices in access exclusive mode`.execute(tx);
    // More than all pools have connections.
    const hanging = Array.from({ length: 60 }, () => get('/logout-notices'));
    const began = performance.now();
    const { code } = await new Visitor(team.portal).signIn('claims', { userId });
    expect(code).not.toBe('');
    // A request that waits for a connection in vain is given up after two.
    expect(performance.now() - began).toBeLessThan(TWO_SECONDS);
    const statuses = (await Promise.all(hanging)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 503)).toEqual([]);
  });
});
