import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hashSubject } from '../../src/lockout/attempt.ts';
import type { AttemptLimiter } from '../../src/lockout/attempt-limiter.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { attemptAt, failTimes, limiterOn, SETTINGS } from '../lockout/fixture.ts';
import { silent } from '../postgres/settings.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { failure, json, run } from './operator.ts';

let portal: Portal;
let redis: RedisStore;
let limiter: AttemptLimiter;
beforeAll(async () => {
  portal = await sharedPortal();
  redis = new RedisStore({ url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 1 }, silent);
  await redis.ready(5);
  limiter = limiterOn(redis, new RedisKeys(portal.redisPrefix), portal.db, SETTINGS);
});
afterAll(async () => {
  redis?.close();
  await portal?.stop();
});

interface Shown {
  readonly sub: string;
  readonly locks: readonly object[];
}

const show = (name: string) => json<Shown>(portal.environment, 'accounts', 'show', name);

test('a locked person is shown as such, unlocked at once, and the audit log says by whom', async () => {
  const [stranger, device] = [attemptAt('m.chen'), attemptAt('m.chen', { device: 'd'.repeat(43) })];
  await failTimes(limiter, stranger, 5);
  await failTimes(limiter, device, 5);
  const { sub, locks } = await show('m.chen');
  expect(locks).toMatchObject([
    { secret: 'password', of: 'unknown devices' },
    { secret: 'password', of: 'one device' },
  ]);
  const page = await run(portal.environment, ['accounts', 'show', 'm.chen']);
  expect(page.stdout).toMatch(/^locks +password until [-\d]+ [:\d]+Z, password \(one device\) until /m);

  expect(await run(portal.environment, ['accounts', 'unlock', 'm.chen'])).toEqual({
    code: 0,
    stderr: '',
    stdout: 'm.chen is unlocked: 2 locks ended. Failed attempts were reset.\n',
  });
  for (const attempt of [stranger, device])
    expect(await limiter.lockState(attempt)).toEqual({ verdict: 'go' });
  expect((await show('m.chen')).locks).toEqual([]);
  const rows = await portal.db
    .selectFrom('audit_events')
    .selectAll()
    .where('event', '=', 'lock.lifted')
    .where('account', '=', sub)
    .execute();
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(row).toMatchObject({ actor: 'cli', user_agent: expect.stringMatching(/^vestibule command/) });
    expect(row.before?.subject).toBe(hashSubject('m.chen').slice(0, 12));
  }
});

test('whoever was not locked loses their failed attempts alone', async () => {
  await failTimes(limiter, attemptAt('sec.ops'), 4);
  const words = ['accounts', 'unlock', 'sec.ops'];
  expect(await json(portal.environment, ...words)).toMatchObject({ user_id: 'sec.ops', locks_lifted: 0 });
  expect(await failTimes(limiter, attemptAt('sec.ops'), 4)).toMatchObject({ failures: 4 });
  expect((await run(portal.environment, words)).stdout).toBe(
    'sec.ops was not locked. Failed attempts were reset.\n',
  );
});

test('nobody, and whoever has no user ID yet, cannot be unlocked; Redis away is one line', async () => {
  expect(await failure(portal.environment, ['accounts', 'unlock', 'nobody'], 1)).toMatch(/no account nobody/);
  const words = ['accounts', 'create', '--given-name', 'Ada', '--family-name', 'Byron'];
  const { sub } = await json<{ sub: string }>(portal.environment, ...words);
  expect(await failure(portal.environment, ['accounts', 'unlock', sub], 1)).toMatch(/has no user ID yet/);
  expect(await failure(portal.environment, ['accounts', 'unlock'], 2)).toMatch(/^error: /);
  const away = { ...portal.environment, REDIS_URL: 'redis://127.0.0.1:1' };
  expect(await failure(away, ['accounts', 'unlock', 'sec.ops'], 1)).not.toBe('');
});
