import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { A_SECOND } from '../support/limits.ts';
import { demoApps, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  claimsOf,
  codeOf,
  flow,
  introspect,
  redeem,
  refresh,
  replyOf,
  send,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

// What PostgreSQL says is what both processes say within a second.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

const both = [0, 1] as const;
const callback = 'http://localhost:3101/callback';

test('an app’s change is seen by every process within a second', async () => {
  const [claims] = demoApps({ claims: 3101, eligibility: 3102 });
  const app = { ...claims, client_id: 'moving', client_secret: 'moving-demo-secret' };
  const moved = 'https://moved.example.test/callback';
  await portal.register(app);
  const answered = async (uri: string, process: number) =>
    (await send(portal, flow('moving', { redirect_uri: uri }).url, { process })).status === 303;
  await withinASecond(async () => (await each((process) => answered(callback, process))).every(Boolean));
  await portal.register({ ...app, redirect_uris: [moved] });
  await withinASecond(async () => {
    const old = await each((process) => answered(callback, process));
    const now = await each((process) => answered(moved, process));
    return !old.some(Boolean) && now.every(Boolean);
  });
  await portal.db.deleteFrom('apps').where('client_id', '=', 'moving').execute();
  await withinASecond(async () => !(await each((process) => answered(moved, process))).some(Boolean));
});

test.each([
  ['m.chen', 'is disabled', sql`status = 'disabled'`],
  ['sec.ops', 'has its sessions revoked', sql`sessions_not_before = clock_timestamp()`],
  ['op.lee', 'is both', sql`status = 'disabled', sessions_not_before = clock_timestamp()`],
])('of %s, who %s, everything is dead within a second on every process', async (userId, _what, change) => {
  const visitor = new Visitor(portal);
  const web = await redeem(portal, await visitor.signIn('claims', { userId }));
  const offline = { userId, scope: 'openid offline_access', prompt: 'consent' };
  const phone = await redeem(portal, await visitor.signIn('mobile', offline));
  const unredeemed = flow('claims');
  const code = codeOf(await visitor.open(unredeemed.url));
  expect(await alive(visitor, web)).toEqual({ session: 2, launcher: 2, userinfo: 2, introspection: 2 });
  expect((await introspect(portal, 'mobile', phone.access_token)).active).toBe(true);
  await sql`update accounts set ${change} where user_id = ${userId}`.execute(portal.db);
  try {
    const none = { session: 0, launcher: 0, userinfo: 0, introspection: 0 };
    await withinASecond(async () => JSON.stringify(await alive(visitor, web)) === JSON.stringify(none));
    expect((await introspect(portal, 'mobile', phone.access_token)).active).toBe(false);
    expect((await userinfo(portal, phone.access_token)).status).toBe(401);
    expect((await refresh(portal, 'claims', web.refresh_token, { process: 0 })).error).toBe('invalid_grant');
    expect((await refresh(portal, 'mobile', phone.refresh_token, { process: 1 })).error).toBe(
      'invalid_grant',
    );
    expect((await redeem(portal, { ...unredeemed, code })).error).toBe('invalid_grant');
  } finally {
    await sql`update accounts set status = 'active' where user_id = ${userId}`.execute(portal.db);
  }
});

test('after a revocation the person signs in anew, to a session of its own', async () => {
  const visitor = new Visitor(portal);
  const old = await redeem(portal, await visitor.signIn('claims'));
  await sql`update accounts set sessions_not_before = clock_timestamp() where user_id = 'dr.rivera'`.execute(
    portal.db,
  );
  await withinASecond(async () => (await alive(visitor, old)).session === 0);
  const started = await visitor.signIn('claims');
  const fresh = await redeem(portal, started);
  expect([old.error, fresh.error]).toEqual([undefined, undefined]);
  expect(claimsOf(fresh.id_token).sid).not.toBe(claimsOf(old.id_token).sid);
  await withinASecond(async () => (await alive(visitor, fresh)).userinfo === 2);
  expect((await refresh(portal, 'claims', fresh.refresh_token)).status).toBe(200);
});

test('whoever signs in right after a revocation gets tokens that are good', async () => {
  // Tokens carry whole seconds: one of the second of the revocation is dead with what was before it.
  for (let round = 0; round < 4; round++) {
    await sql`update accounts set sessions_not_before = clock_timestamp() where user_id = 'dr.rivera'`.execute(
      portal.db,
    );
    const fresh = await redeem(portal, await new Visitor(portal).signIn('claims'));
    expect((await userinfo(portal, fresh.access_token)).status).toBe(200);
  }
});

test('a flow may go from process to process at every step', async () => {
  const visitor = new Visitor(portal);
  const started = flow('claims');
  const page = await visitor.open(started.url, { process: 0 });
  const fields = { user_id: 'dr.rivera', password: 'Correct-Horse-7-Battery' };
  const answer = await visitor.submit(page, fields, { process: 1 });
  const tokens = await redeem(portal, { ...started, code: codeOf(answer) }, { process: 0 });
  expect((await userinfo(portal, tokens.access_token, { process: 1 })).status).toBe(200);
  const next = await refresh(portal, 'claims', tokens.refresh_token, { process: 1 });
  expect((await userinfo(portal, next.access_token, { process: 0 })).status).toBe(200);
  const out = `/oidc/logout?id_token_hint=${next.id_token}`;
  expect((await visitor.request(out, { process: 0 })).status).toBe(303);
  expect((await userinfo(portal, next.access_token, { process: 1 })).status).toBe(401);
});

/** On how many processes each thing still works. */
async function alive(visitor: Visitor, { access_token }: Tokens) {
  const count = async (works: (process: number) => Promise<boolean>) =>
    (await each(works)).filter(Boolean).length;
  return {
    session: await count(async (process) => {
      const { url } = flow('claims', { prompt: 'none' });
      return 'code' in replyOf(await visitor.clone().request(url, { process }));
    }),
    launcher: await count(
      async (process) => (await visitor.clone().request('/', { process })).status === 200,
    ),
    userinfo: await count(
      async (process) => (await userinfo(portal, access_token, { process })).status === 200,
    ),
    introspection: await count(
      async (process) => (await introspect(portal, 'claims', access_token, { process })).active,
    ),
  };
}

function each<T>(ask: (process: number) => Promise<T>): Promise<T[]> {
  return Promise.all(both.map(ask));
}

async function withinASecond(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + A_SECOND;
  for (;;) {
    const asked = performance.now();
    if (await holds()) return;
    if (asked > deadline) throw new Error('it took longer than a second');
  }
}
