import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RedisKeys } from '../../src/redis/keys.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { hashId } from '../../src/sessions/hash.ts';
import { SessionStore, type SessionWrite } from '../../src/sessions/session-store.ts';
import { until } from '../postgres/until.ts';
import { firstWrite, newName, openTestRedis } from './fixture.ts';

let redis: RedisStore;
let keys: RedisKeys;
let lasting: SessionStore;
let brief: SessionStore;
beforeAll(async () => {
  ({ redis, keys } = await openTestRedis());
  lasting = new SessionStore(redis, keys, { idle: 60, absolute: 600 });
  brief = new SessionStore(redis, keys, { idle: 2, absolute: 3 });
});
afterAll(() => redis.close());

/** A later write of a session, by a request that loaded it under `id`. */
const later = (session: SessionWrite, more: Partial<SessionWrite> = {}): SessionWrite => ({
  ...session,
  loadedIdHash: hashId(session.id),
  ...more,
});

test('a session is found by the id in its cookie and by its uid', async () => {
  const session = firstWrite({ authorizations: { claims: { sid: 's', grantId: 'g' } } });
  expect(await lasting.put(session)).toBe('written');
  const found = await lasting.findById(session.id);
  expect(found).toEqual(await lasting.findByUid(session.uid));
  expect(found).toMatchObject({
    uid: session.uid,
    login: session.login,
    authorizations: { claims: { sid: 's', grantId: 'g' } },
  });
  expect(await lasting.findById(newName())).toBeUndefined();
});

test('the id of before a new one opens nothing from that moment on', async () => {
  const session = firstWrite();
  await lasting.put(session);
  const id = newName();
  expect(await lasting.put(later(session, { id }))).toBe('written');
  expect(await lasting.findById(session.id)).toBeUndefined();
  expect(await lasting.findById(id)).toMatchObject({ uid: session.uid });
});

test('a writer that loaded the session before its id changed contributes only its apps', async () => {
  const session = firstWrite({ authorizations: { claims: { sid: 'claims' } } });
  await lasting.put(session);
  const id = newName();
  await lasting.put(later(session, { id }));
  const stale = later(session, { authorizations: { eligibility: { sid: 'eligibility' } } });
  expect(await lasting.put(stale)).toBe('stale');
  const other = later(session, { id: newName(), authorizations: { mobile: { sid: 'mobile' } } });
  expect(await lasting.put(other)).toBe('stale');
  expect(await lasting.findById(id)).toMatchObject({
    idHash: hashId(id),
    login: session.login,
    authorizations: {
      claims: { sid: 'claims' },
      eligibility: { sid: 'eligibility' },
      mobile: { sid: 'mobile' },
    },
  });
  for (const dead of [session.id, other.id]) expect(await lasting.findById(dead)).toBeUndefined();
});

test('writers that each add an app lose none, however many write at once', async () => {
  const session = firstWrite();
  await lasting.put(session);
  const apps = Array.from({ length: 16 }, (_, index) => `app-${index}`);
  await Promise.all(
    apps.map((app) => lasting.put(later(session, { authorizations: { [app]: { sid: app } } }))),
  );
  const found = await lasting.findByUid(session.uid);
  expect(Object.keys(found?.authorizations ?? {}).sort()).toEqual([...apps].sort());
});

test('a late writer does not move the time of the login back', async () => {
  const session = firstWrite();
  await lasting.put(session);
  const newer = { ...session.login, loginTs: session.login.loginTs + 5 };
  await lasting.put(later(session, { login: newer }));
  await lasting.put(later(session));
  expect((await lasting.findByUid(session.uid))?.login).toEqual(newer);
});

test('an ended session swallows whatever is still written to it', async () => {
  const session = firstWrite();
  await lasting.put(session);
  await lasting.end(session.uid);
  const writes = [session, later(session), later(session, { id: newName() }), { ...session, id: newName() }];
  for (const write of writes) {
    expect(await lasting.put(write)).toBe('ended');
    expect(await lasting.findById(write.id)).toBeUndefined();
  }
  expect(await lasting.touch(session.uid)).toBeUndefined();
  expect((await lasting.remaining(session.uid)) > 0).toBe(false);
  expect(await redis.command('TTL', keys.sessionTombstone(session.uid))).toBeGreaterThan(600);
});

test('a session that Redis has lost is not written again by a request that still holds it', async () => {
  const session = firstWrite();
  await lasting.put(session);
  await redis.delete(keys.session(session.uid));
  expect(await lasting.put(later(session, { authorizations: { claims: { sid: 's' } } }))).toBe('ended');
  expect(await lasting.findByUid(session.uid)).toBeUndefined();
});

test("nobody writes into somebody else's session", async () => {
  const session = firstWrite();
  await lasting.put(session);
  const login = { ...session.login, accountId: 'somebody else' };
  expect(await lasting.put(later(session, { login, authorizations: { claims: { sid: 's' } } }))).toBe(
    'ended',
  );
  expect(await lasting.findByUid(session.uid)).toMatchObject({ login: session.login, authorizations: {} });
});

test('use keeps a session past its idle life, and without use it is gone', async () => {
  const idle = new SessionStore(redis, keys, { idle: 2, absolute: 60 });
  const session = firstWrite();
  await idle.put(session);
  const began = performance.now();
  await until(async () => {
    expect(await idle.touch(session.uid)).toBeGreaterThan(0);
    return performance.now() - began > 3500;
  });
  const used = performance.now();
  await until(async () => !((await idle.remaining(session.uid)) > 0), 3000);
  expect(performance.now() - used).toBeGreaterThan(900);
  expect(await idle.findById(session.id)).toBeUndefined();
});

const uses: [string, (session: SessionWrite) => Promise<boolean>][] = [
  ['request', async (session) => (await brief.touch(session.uid)) !== undefined],
  ['write', async (session) => (await brief.put(later(session))) === 'written'],
];

test.each(uses)('no %s keeps a session past its absolute life', async (_name, use) => {
  const session = firstWrite();
  const began = performance.now();
  await brief.put(session);
  await until(async () => {
    const used = await use(session);
    const found = await brief.findByUid(session.uid);
    if (found) expect(found.expiresAt).toBeLessThanOrEqual(found.startedAt + 3);
    return !used;
  }, 5000);
  expect(performance.now() - began).toBeGreaterThan(1900);
  expect(await brief.put(later(session))).toBe('ended');
});

test('a new login does not begin the absolute life anew', async () => {
  const session = firstWrite();
  await brief.put(session);
  const startedAt = (await brief.findByUid(session.uid))?.startedAt;
  let last = session;
  await until(async () => {
    const login = { ...last.login, loginTs: last.login.loginTs + 1 };
    const next = later(last, { id: newName(), login });
    if ((await brief.put(next)) === 'ended') return true;
    last = next;
    const found = await brief.findByUid(session.uid);
    if (found) expect(found.startedAt).toBe(startedAt);
    return false;
  }, 5000);
});

test('a write alone is not use', async () => {
  const idle = new SessionStore(redis, keys, { idle: 2, absolute: 60 });
  const session = firstWrite();
  await idle.put(session);
  await until(async () => (await idle.put(later(session))) === 'ended', 4000);
  expect(await idle.findByUid(session.uid)).toBeUndefined();
});
