import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisKeys } from '../../src/redis/keys.ts';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import {
  type Answer,
  claimsOf,
  flow,
  pageName,
  redeem,
  refresh,
  send,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { FragileStores, outages } from './fragile-stores.ts';
import { untilHealthy } from './health.ts';
import { LogoutEndpoint, verifyLogoutToken } from './logout-endpoint.ts';

/** The limit of the issue, ms. In the short form beside another worker, which slows our own client. */
/** ms; the sweep runs every 10 s and leaves what is younger than 10 s to whoever is working on it. */
const SWEPT = 40_000;

const postgresAway = outages.filter(
  ({ store, name }) => store === 'postgres' && (process.env.LONG || name.endsWith('killed')),
);

let stores: FragileStores;
let portal: Portal;
const endpoint = new LogoutEndpoint();

beforeAll(async () => {
  stores = await FragileStores.start();
  portal = await startPortal({ ...stores.urls, processes: 2 });
  await endpoint.open();
  await endpoint.serveFor(portal, 'claims');
});

afterAll(async () => {
  stores?.thaw();
  await portal?.stop();
  await stores?.stop();
  await endpoint.close();
});

test('who signs out while PostgreSQL is away is out, and everybody hears of it when it is back', async () => {
  const gone: Tokens[] = [];
  for (const outage of postgresAway) {
    const visitor = new Visitor(portal);
    const tokens = await redeem(portal, await visitor.signIn('claims'));
    const thief = visitor.clone();
    await outage.begin(stores);
    try {
      await until(isFelt);
      await signOut(visitor, tokens);
      expect((await thief.request('/')).headers.get('location')).toContain('/oidc/authorize?');
    } finally {
      await outage.end(stores);
    }
    await untilHealthy(portal);
    await expectDead(thief, tokens);
    gone.push(tokens);
  }
  if (!process.env.LONG) await makeOld();
  await until(() => endpoint.accepted.length >= gone.length, SWEPT);
  for (const tokens of gone) await expectRecordedOnce(tokens);
  await expectToldOnce(gone);
});

test('who signs out at the moment at which PostgreSQL goes away is out and is told so', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  const thief = visitor.clone();
  // What is remembered of the app is not to run out just then: it is read anew after a second.
  const signedIn = performance.now();
  await until(() => performance.now() - signedIn > 1200);
  const look = (process: number) =>
    visitor.clone().request(flow('claims', { prompt: 'none' }).url, { process });
  await Promise.all(portal.ports.map((_, process) => look(process)));
  // At once, while every process still remembers the app and takes its word.
  stores.freeze('postgres');
  try {
    const left = await inTime(() => visitor.request(`/oidc/logout?id_token_hint=${tokens.id_token}`));
    expect(left.headers.get('location')).toBe('/signed-out?app=claims');
    expect(pageName(await inTime(() => visitor.request('/signed-out?app=claims')))).toBe('signed-out');
  } finally {
    stores.thaw();
  }
  await untilHealthy(portal);
  await expectDead(thief, tokens);
});

/** The app's link, then the button: while nobody knows the app, its word cannot be checked. */
async function signOut(visitor: Visitor, { id_token }: Tokens): Promise<void> {
  const page = await inTime(() => visitor.request(`/oidc/logout?id_token_hint=${id_token}`));
  expect([page.status, pageName(page)]).toEqual([200, 'sign-out']);
  const farewell = await inTime(() => visitor.submit(page, {}));
  expect([farewell.status, pageName(farewell)]).toEqual([200, 'signed-out']);
  expect(visitor.cookie('session')).toBeUndefined();
}

async function inTime(ask: () => Promise<Answer>): Promise<Answer> {
  const begun = performance.now();
  const answer = await ask();
  expect(performance.now() - begun).toBeLessThan(TWO_SECONDS);
  return answer;
}

/** True once no process remembers the app. */
async function isFelt(): Promise<boolean> {
  const asked = portal.ports.map((_, process) => send(portal, flow('claims').url, { process }));
  return (await Promise.all(asked)).every(({ status }) => status === 503);
}

async function expectDead(thief: Visitor, { access_token, refresh_token }: Tokens): Promise<void> {
  expect(pageName(await thief.open('/'))).toBe('sign-in');
  expect((await userinfo(portal, access_token)).status).toBe(401);
  expect(await refresh(portal, 'claims', refresh_token)).toMatchObject({ error: 'invalid_grant' });
}

/** Puts what waits for the sweep so far into the past that the next sweep takes it. */
async function makeOld(): Promise<void> {
  const redis = new Redis(new URL(portal.redisUrl).pathname);
  const key = new RedisKeys(portal.redisPrefix).pendingEnds();
  for (const [uid, entry] of Object.entries(await redis.hgetall(key))) {
    await redis.hset(key, uid, JSON.stringify({ ...JSON.parse(entry), at: 0 }));
  }
  redis.disconnect();
}

async function expectRecordedOnce({ id_token }: Tokens): Promise<void> {
  const { sid, sub } = claimsOf(id_token) as { sid: string; sub: string };
  const [session, ...others] = await portal.db
    .selectFrom('sessions')
    .innerJoin('session_apps', 'session_apps.uid', 'sessions.uid')
    .where('sid', '=', sid)
    .select(['sessions.uid', 'ended_at', 'end_reason', 'ended_by'])
    .execute();
  expect(others).toEqual([]);
  expect(session).toMatchObject({ end_reason: 'signed-out', ended_by: sub, ended_at: expect.any(Date) });
  const events = portal.db
    .selectFrom('audit_events')
    .where('event', '=', 'session.ended')
    .where('session', '=', String(session?.uid))
    .select(['reason', 'actor', 'request']);
  expect(await events.execute()).toEqual([{ reason: 'signed-out', actor: sub, request: expect.any(String) }]);
}

async function expectToldOnce(gone: readonly Tokens[]): Promise<void> {
  const told = await Promise.all(
    endpoint.accepted.map((token) => verifyLogoutToken(portal, 'claims', token)),
  );
  const sids = (claims: readonly Record<string, unknown>[]) => claims.map(({ sid }) => sid).sort();
  expect(sids(told)).toEqual(sids(gone.map(({ id_token }) => claimsOf(id_token))));
}
