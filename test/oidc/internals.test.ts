import type { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Adapter } from 'oidc-provider';
import { RedisKeys } from '../../src/redis/keys.ts';
import { ArtifactStore } from '../../src/sessions/artifact-store.ts';
import { DEMO_PASSWORD, demoApps, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  claimsOf,
  codeOf,
  flow,
  formAction,
  formPost,
  pageName,
  redeem,
  type Tokens,
  Visitor,
} from '../support/visitor.ts';
import { openRedis } from './holdings.ts';
import { createLoneProvider, handleOnce, signedCookie } from './lone-provider.ts';
import { untilWaiting } from './waiting.ts';

// Each test fails when its patch in oidc/internals.ts is taken away, or passed by in another version.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ settings: { 'database.query_timeout': 'PT10S' } });
});
afterAll(() => portal.stop());

/** Where the library keeps the request that runs; it exports it nowhere. */
const requests = new URL('../../node_modules/oidc-provider/lib/helpers/als.js', import.meta.url);
const { default: als } = (await import(requests.href)) as { default: AsyncLocalStorage<object> };
const withinRequest = <T>(ctx: object, work: () => T): T => als.run(ctx, work);

const password = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('the library is the very version that the patches were found right for', () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  expect(read('../../node_modules/oidc-provider/package.json').version).toBe('9.13.3');
  expect(read('../../package.json').dependencies['oidc-provider']).toBe('9.13.3');
});

test('form_post is answered by our page, without inline script', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const answer = await visitor.open(flow('claims', { response_mode: 'form_post', state: 'a"b<c' }).url);
  expect([answer.status, pageName(answer)]).toEqual([200, 'form-post']);
  expect(answer.body).toContain('action="http://localhost:3101/callback"');
  expect(answer.body).toMatch(/name="code" value="[\w-]{43}"/);
  expect(answer.body).toContain('name="state" value="a&quot;b&lt;c"');
  expect(answer.body).toContain(`name="iss" value="${portal.issuer}"`);
  expect(answer.body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=/i);
  expect(answer.headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:");
});

test('what our records carry beside the library’s own fields comes back from the store', async () => {
  const { Session, Grant } = createLoneProvider();
  const session = Reflect.construct(Session, [{ accountId: 'a', startedAt: 7, loaded: { idHash: 'x' } }]);
  expect(await Session.find(await save(session))).toMatchObject({ startedAt: 7, loaded: { idHash: 'x' } });
  const grant = new Grant({ accountId: 'a', clientId: 'c', offline: true, sessionUid: 'u' } as never);
  expect(await Grant.find(await save(grant))).toMatchObject({ offline: true, sessionUid: 'u' });
});

test('a session cookie that leads nowhere counts as none, and gets the identity of the sign-in', async () => {
  const provider = createLoneProvider({ identity: { uid: 'the-uid', id: 'the-id' } });
  const cookie = signedCookie(provider.cookieName('session'), 'known-to-nobody');
  const session = await handleOnce(provider, { cookie }, async (ctx) => {
    // The cookie is genuine: what is missing is the session.
    expect(ctx.cookies.get(provider.cookieName('session'), { signed: true })).toBe('known-to-nobody');
    return provider.Session.get(ctx as never);
  });
  expect((session as { new?: boolean }).new).toBe(true);
  expect([session.uid, session.jti]).toEqual(['the-uid', 'the-id']);
});

test('two tabs with a dead session cookie that sign in together begin one session', async () => {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const tabs = [visitor.clone(), visitor.clone()];
  await visitor.open(`/oidc/logout?id_token_hint=${id_token}`);
  const pages = await Promise.all(tabs.map((tab) => tab.open(flow('claims').url)));
  const answers = await Promise.all(tabs.map((tab, i) => tab.submit(pages[i] as Answer, password)));
  expect(answers.map(codeOf)).toHaveLength(2);
  expect(tabs[0]?.cookie('session')).toBe(tabs[1]?.cookie('session'));
});

test('a cookie for nobody’s session is never sent', async () => {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const tab = visitor.clone();
  await visitor.open(`/oidc/logout?id_token_hint=${id_token}`);
  expect(sessionCookies(await tab.request(flow('claims').url))).toEqual([]);
  expect(sessionCookies(await new Visitor(portal).request(flow('claims').url))).toEqual([]);
});

test('the session id changes at a sign-in alone, and the old one is dead at once', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const first = visitor.cookie('session');
  await visitor.signIn('mobile'); // resumed by the Continue button, without a sign-in
  expect(visitor.cookie('session')).toBe(first);
  const old = visitor.clone();
  const again = await visitor.open(flow('claims', { prompt: 'login' }).url);
  await visitor.submit(again, password);
  expect(visitor.cookie('session')).not.toBe(first);
  expect(pageName(await old.open(flow('claims').url))).toBe('sign-in');
  expect(codeOf(await visitor.open(flow('claims').url))).toBeTruthy();
});

test('an answer that changes nothing sends no session cookie', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const answer = await visitor.request(flow('eligibility').url);
  expect(codeOf(answer)).toBeTruthy();
  expect(sessionCookies(answer)).toEqual([]);
});

test('a slow answer does not put back the session id from before a new sign-in', async () => {
  const visitor = new Visitor(portal);
  const uid = await signIn(visitor);
  const late = await held(uid, visitor.clone(), flow('eligibility').url, () => signInAgain(visitor));
  expect(codeOf(late)).toBeTruthy();
  expect(sessionCookies(late)).toEqual([]);
  expect(codeOf(await visitor.open(flow('eligibility', { prompt: 'none' }).url))).toBeTruthy();
});

test('of two new sign-ins at once the later answer sends no session id that leads nowhere', async () => {
  const visitor = new Visitor(portal);
  const uid = await signIn(visitor);
  const slow = visitor.clone();
  const page = await slow.open(flow('eligibility', { prompt: 'login' }).url);
  const done = await slow.request(formAction(page), formPost(page, password));
  const back = new URL(String(done.headers.get('location'))).pathname;
  const late = await held(uid, slow, back, () => signInAgain(visitor));
  expect(codeOf(late)).toBeTruthy();
  expect(sessionCookies(late)).toEqual([]);
  expect(codeOf(await visitor.open(flow('eligibility', { prompt: 'none' }).url))).toBeTruthy();
});

test('a code is used up only after its account was found', async () => {
  // Offline: what is bound to a session has asked for the account before, to see whether that session stands.
  const started = await new Visitor(portal).signIn('mobile', {
    scope: 'openid offline_access',
    prompt: 'consent',
  });
  const redis = await openRedis(portal);
  let redeeming: Promise<Tokens> | undefined;
  try {
    await portal.db.transaction().execute(async (tx) => {
      // As if PostgreSQL were slow: the account cannot be read for now.
      await sql`lock table accounts in access exclusive mode`.execute(tx);
      redeeming = redeem(portal, started);
      await untilWaiting(portal);
      const code = await new ArtifactStore(redis, new RedisKeys(portal.redisPrefix)).find(
        'AuthorizationCode',
        started.code,
      );
      expect(code).toMatchObject({ clientId: 'mobile' });
      expect(code?.consumed).toBeUndefined();
    });
    expect(await redeeming).toMatchObject({ status: 200 });
  } finally {
    redis.close();
  }
});

test('of 16 parallel uses of one jti exactly one is the first', async () => {
  const redis = await openRedis(portal);
  try {
    const artifacts = new ArtifactStore(redis, new RedisKeys(portal.redisPrefix));
    const provider = createLoneProvider({
      once: (id, seconds) => artifacts.once('ReplayDetection', id, seconds),
    });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const use = () => provider.ReplayDetection.unique('app', 'jti', exp);
    const firsts = await Promise.all(Array.from({ length: 16 }, use));
    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await provider.ReplayDetection.unique('other-app', 'jti', exp)).toBe(true);
  } finally {
    redis.close();
  }
});

test('an app that is removed while a request runs is there to its end, and gone for the next', async () => {
  const { Client } = createLoneProvider();
  const { adapter } = Client as unknown as { adapter: Adapter };
  const app = { client_id: 'claims', client_secret: 'claims-secret', redirect_uris: ['https://a.example/'] };
  await adapter.upsert('claims', app, 0);
  const running = { req: {} };
  const before = await withinRequest(running, () => Client.find('claims'));
  await adapter.destroy('claims');
  const after = await withinRequest(running, () => Client.find('claims'));
  expect(before?.clientId).toBe('claims');
  expect(after).toBe(before);
  expect(await Client.find('claims')).toBeUndefined();
});

test('every app is told the sid, one without back-channel logout too', async () => {
  const { backchannel_logout_uri, backchannel_logout_session_required, ...app } = demoApps({
    claims: 3101,
    eligibility: 3102,
  })[0] as Record<string, unknown>;
  await portal.register({ ...app, client_id: 'deaf', client_secret: 'deaf-demo-secret' });
  const started = await new Visitor(portal).signIn('deaf', {
    redirect_uri: 'http://localhost:3101/callback',
  });
  expect(claimsOf((await redeem(portal, started)).id_token).sid).toEqual(expect.any(String));
});

/** Signs in to Claims; the session's uid. */
async function signIn(visitor: Visitor): Promise<string> {
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const { uid } = await portal.db
    .selectFrom('session_apps')
    .select('uid')
    .where('sid', '=', String(claimsOf(id_token).sid))
    .executeTakeFirstOrThrow();
  return uid;
}

async function signInAgain(visitor: Visitor): Promise<void> {
  const page = await visitor.open(flow('claims', { prompt: 'login' }).url);
  await visitor.submit(page, password);
}

/**
 * A request that enters Eligibility, held up with the session in hand while something else is done: it waits
 * for a row of its own that is there already and not committed.
 */
async function held(
  uid: string,
  visitor: Visitor,
  path: string,
  meanwhile: () => Promise<void>,
): Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  const undone = portal.db.transaction().execute(async (tx) => {
    const row = { uid, client_id: 'eligibility', sid: 'held', grant_id: null };
    await tx.insertInto('session_apps').values(row).execute();
    answer = visitor.request(path);
    await untilWaiting(portal);
    await meanwhile();
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  return answer as Promise<Answer>;
}

/** The types know nothing of the life, in seconds, that a record is saved for. */
function save(record: object): Promise<string> {
  return (record as { save(seconds: number): Promise<string> }).save(60);
}

function sessionCookies(answer: Answer): string[] {
  return answer.headers.getSetCookie().filter((line) => /^[^=]*session/i.test(line));
}
