import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { claimsOf, flow, formAction, formPost, redeem, refresh, send, Visitor } from '../support/visitor.ts';

let portal: Portal;
let sub: string;
beforeAll(async () => {
  portal = await startPortal({ settings: { trusted_proxies: '1' } });
  const account = portal.db.selectFrom('accounts').select('sub').where('user_id', '=', 'dr.rivera');
  sub = (await account.executeTakeFirstOrThrow()).sub;
});
afterAll(() => portal.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let browsers = 0;

test('a sign-in and each first entry of an app are a row, with where it came from', async () => {
  const { visitor, agent, headers } = browser();
  const { id_token } = await signIn(visitor, 'claims', headers);
  await visitor.open(flow('claims').url, { headers });
  await visitor.open(flow('eligibility').url, { headers });
  const rows = await rowsOf(agent);
  const uid = await uidOf(id_token);
  const origin = { address: '198.51.100.7', user_agent: agent, request: expect.stringMatching(UUID) };
  const common = { outcome: 'success', account: sub, session: uid, reason: null, ...origin };
  expect(rows).toMatchObject([
    { event: 'sign-in.succeeded', app: 'claims', ...common },
    { event: 'app.entered', app: 'claims', ...common },
    { event: 'app.entered', app: 'eligibility', ...common },
  ]);
  expect(rows).toHaveLength(3);
  expect(await loggedRequest(String(rows[0]?.request))).toBe(true);
});

test('a failed sign-in is a row that says why, and nothing of what was typed', async () => {
  const { visitor, agent, headers } = browser();
  let page = await visitor.open(flow('claims').url, { headers });
  for (const [user_id, password] of [
    ['dr.rivera', 'typed-password-1'],
    ['typed-user-id', 'typed-password-2'],
    ['dr.rivera', ''],
  ] as const) {
    page = await submit(visitor, page, { user_id, password }, headers);
  }
  const rows = await rowsOf(agent);
  const common = { event: 'sign-in.failed', outcome: 'failure', app: 'claims', address: '198.51.100.7' };
  expect(rows).toMatchObject([
    { ...common, reason: 'wrong-password', account: sub },
    { ...common, reason: 'unknown-user-id', account: null },
  ]);
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toContain('typed-');
});

test('a right password of a disabled account is a failure with its own reason', async () => {
  const { visitor, agent, headers } = browser();
  const disable = (status: 'active' | 'disabled') =>
    portal.db.updateTable('accounts').set({ status }).where('user_id', '=', 'm.chen').execute();
  await disable('disabled');
  const page = await visitor.open(flow('claims').url, { headers });
  await submit(visitor, page, { user_id: 'm.chen', password: DEMO_PASSWORD }, headers);
  await disable('active');
  expect((await rowsOf(agent)).map(({ event, reason }) => [event, reason])).toEqual([
    ['sign-in.failed', 'account-not-active'],
  ]);
});

test('a sign-out is a row: whose session, by whom, why, from where', async () => {
  const { visitor, agent, headers } = browser();
  const { id_token } = await signIn(visitor, 'claims', headers);
  await visitor.request(`/oidc/logout?id_token_hint=${id_token}`, { headers });
  expect((await rowsOf(agent)).at(-1)).toMatchObject({
    event: 'session.ended',
    outcome: 'success',
    reason: 'signed-out',
    account: sub,
    actor: sub,
    session: await uidOf(id_token),
    address: '198.51.100.7',
    request: expect.stringMatching(UUID),
  });
});

test('a session that somebody else signs in over ends with that reason', async () => {
  const { visitor, agent, headers } = browser();
  await signIn(visitor, 'claims', headers);
  const page = await visitor.open(flow('claims', { prompt: 'login' }).url, { headers });
  await submit(visitor, page, { user_id: 'm.chen', password: DEMO_PASSWORD }, headers);
  const rows = (await rowsOf(agent)).map(({ event, reason, account }) => [event, reason, account === sub]);
  expect(rows).toContainEqual(['session.ended', 'switched-user', true]);
  expect(rows).toContainEqual(['sign-in.succeeded', null, false]);
});

test.each([
  ['authorization-code', 'claims', {}],
  ['authorization-code', 'mobile', { scope: 'openid offline_access', prompt: 'consent' }],
  ['refresh-token', 'claims', {}],
  ['refresh-token', 'mobile', { scope: 'openid offline_access', prompt: 'consent' }],
])('a replayed %s of %s is a row', async (reason, client, more) => {
  const { agent, headers } = browser();
  const started = await new Visitor(portal).signIn(client, more);
  const tokens = await redeem(portal, started, { headers });
  const session = await uidOf(tokens.id_token);
  if (reason === 'authorization-code') await redeem(portal, started, { headers });
  else {
    await refresh(portal, client, tokens.refresh_token, { headers });
    await refresh(portal, client, tokens.refresh_token, { headers });
  }
  const origin = { address: '198.51.100.7', user_agent: agent, request: expect.stringMatching(UUID) };
  const rows = await rowsOf(agent);
  expect(rows).toMatchObject([
    { event: 'token.replayed', outcome: 'failure', reason, app: client, account: sub, session, ...origin },
  ]);
});

test('a user agent of newlines, NULs or 10 KB is one row and one log line', async () => {
  const { visitor, headers } = browser();
  const page = await visitor.open(flow('claims').url, { headers });
  const before = await count();
  const long = 'A'.repeat(10_000);
  for (const agent of [long, 'a\tb\x85c\u00a0d', '"} {"level":"info","msg":"forged"', '<script>x</script>']) {
    await submit(visitor, page, { user_id: 'nobody', password: 'x' }, { ...headers, 'user-agent': agent });
  }
  // Over a socket: what no HTTP client would send.
  for (const agent of ['a\n forged: row', 'a\r\n folded', 'a\0b']) {
    expect(await rawWithAgent(agent)).toMatch(/^HTTP\/1\.1 (400|303|404) /);
  }
  expect((await count()) - before).toBe(4);
  const kept = await rowsOf(long.slice(0, 512));
  expect(kept).toHaveLength(1);
  for (const line of portal.logs) expect(() => JSON.parse(line)).not.toThrow();
  expect(portal.logs.filter((line) => JSON.parse(line).msg === 'forged')).toEqual([]);
});

test('the address is the one that the trusted hop saw, whatever stands before it', async () => {
  const { visitor, agent, headers } = browser();
  const page = await visitor.open(flow('claims').url, { headers });
  for (const forwarded of [
    '10.0.0.1, 203.0.113.9',
    'garbage, 2001:DB8::1',
    '203.0.113.9, ::ffff:192.0.2.1',
  ]) {
    const more = { ...headers, 'x-forwarded-for': forwarded };
    await submit(visitor, page, { user_id: 'nobody', password: 'x' }, more);
  }
  const addresses = (await rowsOf(agent)).map(({ address }) => address);
  expect(addresses).toEqual(['203.0.113.9', '2001:db8::1', '192.0.2.1']);
});

/** A browser whose rows can be told from the others'. */
function browser() {
  const agent = `Browser/${++browsers}`;
  const headers = { 'user-agent': agent, 'x-forwarded-for': '198.51.100.7' };
  return { visitor: new Visitor(portal), agent, headers };
}

async function submit(
  visitor: Visitor,
  page: Awaited<ReturnType<Visitor['open']>>,
  fields: Record<string, string>,
  headers: Record<string, string>,
) {
  const post = formPost(page, fields);
  const done = await visitor.request(formAction(page), { ...post, headers: { ...post.headers, ...headers } });
  const next = done.headers.get('location');
  return next ? visitor.request(new URL(next, portal.issuer).pathname, { headers }) : done;
}

async function signIn(visitor: Visitor, client: string, headers: Record<string, string>) {
  const started = flow(client);
  const page = await visitor.open(started.url, { headers });
  const answer = await submit(visitor, page, { user_id: 'dr.rivera', password: DEMO_PASSWORD }, headers);
  const code = String(new URL(String(answer.headers.get('location'))).searchParams.get('code'));
  return redeem(portal, { ...started, code });
}

function rowsOf(agent: string) {
  return portal.db
    .selectFrom('audit_events')
    .selectAll()
    .where('user_agent', '=', agent)
    .orderBy('at')
    .execute();
}

async function count(): Promise<number> {
  const row = await portal.db
    .selectFrom('audit_events')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function uidOf(idToken: string): Promise<string> {
  const row = await portal.db
    .selectFrom('session_apps')
    .select('uid')
    .where('sid', '=', String(claimsOf(idToken).sid))
    .executeTakeFirstOrThrow();
  return row.uid;
}

/** Whether the log has an answered request of this id; it may be written a moment after the row. */
async function loggedRequest(id: string): Promise<boolean> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    if (portal.logs.some((line) => line.includes(id) && line.includes('"answered"'))) return true;
    await send(portal, '/oidc/jwks');
  }
  return false;
}

async function rawWithAgent(agent: string): Promise<string> {
  const socket = connect(portal.ports[0] as number, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: ${agent}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer;
}
