import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { Grants } from '../../src/oidc/grants.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import type { RedisStore, Script } from '../../src/redis/store.ts';
import { ArtifactStore } from '../../src/sessions/artifact-store.ts';
import { hashId } from '../../src/sessions/hash.ts';
import { type Login, SessionStore, type SessionWrite } from '../../src/sessions/session-store.ts';
import { SignInIdentity } from '../../src/sessions/sign-in-identity.ts';
import { lockoutSuite } from '../lockout/suite.ts';
import { until } from '../postgres/until.ts';

const name = () => randomBytes(12).toString('base64url');
const PARALLEL = 16;

/** What is kept in Redis behaves so, whatever kind of Redis it is. */
export function storageSuite(open: () => RedisStore): void {
  const keys = new RedisKeys(`suite-${name()}`);
  const sessions = (lives = { idle: 600, absolute: 3600 }) =>
    new SessionStore(open(), keys, { public_idle: lives.idle, ...lives });
  const artifacts = () => new ArtifactStore(open(), keys);

  test('two apps written at once are both in the session', async () => {
    const store = sessions();
    const [uid, id] = [name(), name()];
    await store.put(write({ uid, id }));
    const loadedIdHash = hashId(id);
    const apps = Array.from({ length: PARALLEL }, (_, index) => `app-${index}`);
    const outcomes = await Promise.all(
      apps.map((app) => store.put(write({ uid, id, loadedIdHash, authorizations: { [app]: { sid: app } } }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['written']));
    const found = await store.findById(id);
    expect(Object.keys(found?.authorizations ?? {}).sort()).toEqual(apps.sort());
  });

  test('a new id is the only one that opens the session, and a stale writer adds its app alone', async () => {
    const store = sessions();
    const [uid, old, next] = [name(), name(), name()];
    await store.put(write({ uid, id: old }));
    const renewed = { ...login, loginTs: login.loginTs + 5 };
    await store.put(write({ uid, id: next, loadedIdHash: hashId(old), login: renewed }));
    expect(await store.findById(old)).toBeUndefined();
    const stale = write({
      uid,
      id: old,
      loadedIdHash: hashId(old),
      authorizations: { claims: { sid: 's' } },
    });
    expect(await store.put(stale)).toBe('stale');
    const found = await store.findById(next);
    expect(found).toMatchObject({ login: renewed, authorizations: { claims: { sid: 's' } } });
  });

  test('an ended session takes no write, not even from a request that began before', async () => {
    const store = sessions();
    const [uid, id] = [name(), name()];
    await store.put(write({ uid, id }));
    await store.end(uid);
    expect(await store.put(write({ uid, id, loadedIdHash: hashId(id) }))).toBe('ended');
    expect(await store.put(write({ uid, id: name() }))).toBe('ended');
    expect(await store.findById(id)).toBeUndefined();
    expect(await store.remaining(uid)).toBe(0);
  });

  test('activity is written once in a grain, and moves the idle end no further than the absolute one', async () => {
    const store = sessions({ idle: 20, absolute: 21 });
    const [uid, id] = [name(), name()];
    await store.put(write({ uid, id }));
    expect(await store.touch(uid)).toBeUndefined();
    await until(async () => (await store.touch(uid)) === 20);
    const found = await store.findByUid(uid);
    expect((found?.expiresAt ?? 0) - (found?.startedAt ?? 0)).toBe(21);
    expect(await store.touch(name())).toBeUndefined();
  });

  test('a session that nobody uses is gone when its idle time is over', async () => {
    const store = sessions({ idle: 1, absolute: 3600 });
    const [uid, id] = [name(), name()];
    await store.put(write({ uid, id }));
    expect(await store.remaining(uid)).toBe(1);
    await until(async () => (await store.findById(id)) === undefined, 4_000);
    expect(await store.remaining(uid)).toBe(0);
  });

  test('of parallel redemptions of a code exactly one consumes it', async () => {
    const store = artifacts();
    const id = name();
    await store.put('AuthorizationCode', id, { clientId: 'claims', grantId: 'g' }, 60);
    const outcomes = await Promise.all(
      Array.from({ length: PARALLEL }, () => store.consume('AuthorizationCode', id)),
    );
    expect(outcomes.filter((outcome) => outcome === 'consumed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'replayed')).toHaveLength(PARALLEL - 1);
    const found = await store.find('AuthorizationCode', id);
    expect(found).toMatchObject({ clientId: 'claims', consumed: expect.any(Number) });
  });

  test('a consumed refresh token keeps no more than its replay must tell', async () => {
    const store = artifacts();
    const id = name();
    await store.put('RefreshToken', id, { grantId: 'g', clientId: 'c', claims: { userinfo: {} } }, 60);
    await store.consume('RefreshToken', id);
    const found = await store.find('RefreshToken', id);
    expect(found).toEqual({ grantId: 'g', clientId: 'c', consumed: expect.any(Number) });
  });

  test('what was destroyed, or never was, is missing', async () => {
    const store = artifacts();
    const id = name();
    await store.put('AccessToken', id, { clientId: 'claims' }, 60);
    await store.destroy('AccessToken', id);
    expect(await store.find('AccessToken', id)).toBeUndefined();
    expect(await store.consume('AccessToken', id)).toBe('missing');
    expect(await store.find('AccessToken', id)).toBeUndefined();
  });

  test('one of many may mark a proof as used', async () => {
    const store = artifacts();
    const id = name();
    const marks = await Promise.all(Array.from({ length: PARALLEL }, () => store.once('Proof', id, 60)));
    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  test('parallel requests of one session and app share one grant', async () => {
    const { grants, context } = grantParts(open(), keys, artifacts());
    const uid = name();
    const found = await Promise.all(Array.from({ length: PARALLEL }, () => grants.load(context(uid))));
    expect(new Set(found.map((grant) => grant?.jti)).size).toBe(1);
    expect((await grants.load(context(name())))?.jti).not.toBe(found[0]?.jti);
  });

  test('tabs that sign in at once get one session, and another after a sign-out', async () => {
    const identity = new SignInIdentity(open(), keys, randomBytes(32));
    const browser = name();
    const over = new Set<string>();
    const isOver = async (uid: string) => over.has(uid);
    const tab = () => identity.of(browser, 'person', isOver);
    const tabs = await Promise.all(Array.from({ length: 8 }, tab));
    const uid = String(tabs[0]?.uid);
    expect(new Set(tabs.map((one) => `${one.uid} ${one.id}`)).size).toBe(1);
    expect((await identity.of(name(), 'person', isOver)).uid).not.toBe(uid);
    over.add(uid);
    await sessions().end(uid);
    expect((await tab()).uid).not.toBe(uid);
  });

  test('ends that are begun are listed until they are settled', async () => {
    const redis = open();
    await redis.command('HSET', keys.pendingEnds(), 'a', '1', 'b', '2');
    await redis.command('HDEL', keys.pendingEnds(), 'a');
    expect(await redis.hash(keys.pendingEnds())).toEqual(new Map([['b', '2']]));
    expect(await redis.hash(keys.session(name()))).toEqual(new Map());
  });

  lockoutSuite(open);

  test('the store tells its time, and that all of it is there', async () => {
    expect(Math.abs((await open().time()) - Date.now() / 1000)).toBeLessThan(2);
    await expect(open().ping()).resolves.toBeUndefined();
  });
}

const login: Login = { accountId: 'account', loginTs: 1_700_000_000, amr: ['pwd'] };

function write(changes: Pick<SessionWrite, 'uid' | 'id'> & Partial<SessionWrite>): SessionWrite {
  return { loadedIdHash: '', login, authorizations: {}, ...changes };
}

/** The library's own grants, kept in the store under test. */
function grantParts(redis: RedisStore, keys: RedisKeys, artifacts: ArtifactStore) {
  const provider = new Provider('https://signin.example.test', {
    adapter: (model: string) => ({
      upsert: (id, payload, seconds) => artifacts.put(model, id, { ...payload }, Number(seconds)),
      find: (id) => artifacts.find(model, id),
      destroy: (id) => artifacts.destroy(model, id),
      consume: async () => {},
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      revokeByGrantId: async () => {},
    }),
    ttl: { Grant: 600 },
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
    features: { devInteractions: { enabled: false } },
  });
  const grants = new Grants({
    redis,
    keys,
    secret: randomBytes(32),
    life: 600,
    scopes: ['openid'],
    claims: [],
    asksForPerson: async () => false,
    consented: async () => [],
  });
  const context = (uid: string) => {
    const session = { uid, accountId: 'account', sidFor: () => 'sid' };
    return {
      oidc: { provider, session, client: { clientId: 'claims', first_party: true }, params: {} },
    } as unknown as KoaContextWithOIDC;
  };
  return { grants, context };
}

/** The same store, telling the keys of every script that is run. */
export function listening(redis: RedisStore, heard: (keys: readonly string[]) => void): RedisStore {
  const run = redis.run.bind(redis);
  redis.run = <Reply>(lua: Script<Reply>, keys: readonly string[], args: readonly (string | number)[]) => {
    heard(keys);
    return run(lua, keys, args);
  };
  return redis;
}
