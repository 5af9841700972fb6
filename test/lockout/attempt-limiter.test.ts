import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { hashSubject } from '../../src/lockout/attempt.ts';
import type { AttemptLimiter, Verdict } from '../../src/lockout/attempt-limiter.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { attemptAt, Door, failTimes, limiterOn, origin, SETTINGS, someone, take } from './fixture.ts';

let door: Door;
let replicas: [AttemptLimiter, AttemptLimiter];
beforeAll(async () => {
  door = await Door.open();
  replicas = [await door.limiter(), await door.limiter()];
});
afterAll(() => door.close());

const minutes = (until: Date) => Math.round((until.getTime() - Date.now()) / 60_000);
const through = (verdicts: readonly Verdict[]) => verdicts.filter(({ verdict }) => verdict === 'go').length;

describe('the allowance', () => {
  test.each([16, 200])('of %i attempts at once on two replicas exactly five go through', async (parallel) => {
    const attempt = attemptAt(someone());
    const verdicts = await Promise.all(
      Array.from({ length: parallel }, (_, n) =>
        (replicas[n % 2] as AttemptLimiter).reserve(attempt, origin),
      ),
    );
    expect(through(verdicts)).toBe(5);
    const refused = verdicts.filter(({ verdict }) => verdict !== 'go');
    for (const verdict of refused) expect(verdict).toMatchObject({ verdict: 'locked' });
    expect(await door.locks(attempt.subject)).toEqual([]);
  });

  test('with every guesser failing at once, five go through and one lock begins', async () => {
    const attempt = attemptAt(someone());
    const guess = async (n: number) => {
      const verdict = await (replicas[n % 2] as AttemptLimiter).reserve(attempt, origin);
      if (verdict.verdict === 'go')
        await (replicas[(n + 1) % 2] as AttemptLimiter).fail(verdict.token, origin);
      return verdict;
    };
    const verdicts: Verdict[] = [];
    for (let round = 0; round < 3; round += 1) {
      verdicts.push(...(await Promise.all(Array.from({ length: 32 }, (_, n) => guess(n)))));
    }
    expect(through(verdicts)).toBe(5);
    expect(await door.locks(attempt.subject)).toHaveLength(1);
    expect((await door.rows(attempt.subject)).map(({ event }) => event)).toEqual(['lock.begun']);
  });

  test('an attempt that succeeded is given back, with the failures before it', async () => {
    const attempt = attemptAt(someone());
    await failTimes(replicas[0], attempt, 4);
    await replicas[1].succeed(await take(replicas[0], attempt));
    expect(await failTimes(replicas[0], attempt, 4)).toMatchObject({ verdict: 'check', failures: 4 });
    expect(await failTimes(replicas[0], attempt, 1)).toMatchObject({ verdict: 'locked' });
  });

  test('a success forgives nothing that was reserved after it or is still in flight', async () => {
    const attempt = attemptAt(someone());
    const [limiter] = replicas;
    const flying = await take(limiter, attempt);
    const right = await take(limiter, attempt);
    await failTimes(limiter, attempt, 2);
    await limiter.succeed(right);
    expect(await limiter.lockState({ ...attempt, checked: false })).toMatchObject({ failures: 3 });
    expect(await limiter.fail(flying, origin)).toMatchObject({ failures: 3 });
  });

  test('an attempt that was not verified is given back, and nothing forgiven', async () => {
    const attempt = attemptAt(someone());
    const [limiter] = replicas;
    await failTimes(limiter, attempt, 3);
    for (let n = 0; n < 9; n += 1) await limiter.release(await take(limiter, attempt));
    expect(await failTimes(limiter, attempt, 1)).toMatchObject({ verdict: 'check', failures: 4 });
  });

  test('a failure that is told twice counts once', async () => {
    const attempt = attemptAt(someone());
    const token = await take(replicas[0], attempt);
    await replicas[0].fail(token, origin);
    await replicas[1].fail(token, origin);
    expect(await failTimes(replicas[0], attempt, 3)).toMatchObject({ failures: 4 });
  });

  test('failures are forgotten when the window has passed', async () => {
    const [limiter] = replicas;
    const attempt = attemptAt(someone());
    await failTimes(limiter, attempt, 2);
    await age(door.keys.attemptsFailed(hashSubject(attempt.subject), 'password'), 500);
    expect(await failTimes(limiter, attempt, 2)).toMatchObject({ verdict: 'check', failures: 4 });
    await age(door.keys.attemptsFailed(hashSubject(attempt.subject), 'password'), 401);
    expect(await limiter.lockState({ ...attempt, checked: false })).toEqual({ verdict: 'go' });
    expect(await failTimes(limiter, attempt, 1)).toMatchObject({ verdict: 'check', failures: 3 });
  });

  test('each secret has its own: neither failures, locks nor successes of one touch another', async () => {
    const [limiter] = replicas;
    const subject = someone();
    const totp = attemptAt(subject, { secret: 'totp' });
    await failTimes(limiter, totp, 3);
    await failTimes(limiter, attemptAt(subject), 4);
    await limiter.succeed(await take(limiter, attemptAt(subject)));
    expect(await failTimes(limiter, totp, 2)).toMatchObject({ verdict: 'locked' });
    expect(await limiter.lockState(attemptAt(subject))).toEqual({ verdict: 'go' });
    for (const secret of ['recovery-code', 'sent-code'] as const) {
      expect(await failTimes(limiter, attemptAt(subject, { secret }), 5)).toMatchObject({
        verdict: 'locked',
      });
    }
    expect((await limiter.locksOf(subject)).map(({ secret }) => secret).sort()).toEqual([
      ...['recovery-code', 'sent-code', 'totp'],
    ]);
  });

  test('whatever guessers do, no more go through than are allowed', async () => {
    const step = fc.record({
      outcome: fc.constantFrom('fail', 'succeed', 'release', 'crash'),
      replica: fc.constantFrom(0, 1),
      parallel: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const attempt = attemptAt(someone());
        let [failed, crashed] = [0, 0];
        for (const { outcome, replica, parallel } of steps) {
          const limiter = replicas[replica] as AttemptLimiter;
          const tries = Array.from({ length: parallel }, () => limiter.reserve(attempt, origin));
          const tokens = (await Promise.all(tries)).flatMap((tried) =>
            tried.verdict === 'go' ? [tried.token] : [],
          );
          expect(tokens).toHaveLength(Math.min(parallel, SETTINGS.failures - failed - crashed));
          if (outcome === 'crash') crashed += tokens.length;
          else await Promise.all(tokens.map((token) => limiter[outcome](token, origin)));
          if (outcome === 'fail') failed += tokens.length;
          if (outcome === 'succeed' && tokens.length > 0) failed = 0;
        }
      }),
      { numRuns: process.env.LONG ? 500 : 25 },
    );
  });
});

/** What the two sets of the password's counter hold. */
async function inUse(subject: string): Promise<number> {
  const redis = await door.redis();
  const name = hashSubject(subject);
  const sets = [door.keys.attemptsInFlight(name, 'password'), door.keys.attemptsFailed(name, 'password')];
  const counts = await Promise.all(sets.map((key) => redis.command('ZCARD', key)));
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

describe('the lock', () => {
  test('lasts 15 minutes, and for nobody’s user ID alike', async () => {
    const attempt = attemptAt(someone());
    const last = await failTimes(replicas[0], attempt, 5);
    expect(last.verdict === 'locked' && minutes(last.until)).toBe(15);
    expect(await replicas[1].lockState(attempt)).toMatchObject({ verdict: 'locked' });
    expect(await door.rows(attempt.subject)).toMatchObject([
      {
        event: 'lock.begun',
        outcome: 'failure',
        reason: 'password',
        account: null,
        address: origin.address,
        request: 'r',
        after: { device: false },
      },
    ]);
  });

  test('ends by itself, with a fresh window; the next one is longer', async () => {
    const limiter = await door.limiter({ lock: 0.4, repeat_lock: 60 });
    const attempt = attemptAt(someone());
    expect(await failTimes(limiter, attempt, 5)).toMatchObject({ verdict: 'locked' });
    await until(async () => (await limiter.lockState(attempt)).verdict === 'go');
    expect(await failTimes(limiter, attempt, 2)).toEqual({ verdict: 'go' });
    const again = await failTimes(limiter, attempt, 3);
    expect(again.verdict === 'locked' && minutes(again.until)).toBe(1);
  });

  test('is not longer when the last one began too long ago', async () => {
    const limiter = await door.limiter({ lock: 0.3, repeat_lock: 60, repeat_within: 0.5 });
    const attempt = attemptAt(someone());
    await failTimes(limiter, attempt, 5);
    const [first] = await door.locks(attempt.subject);
    await until(() => Date.now() > Number(first?.began_at) + 600);
    const again = await failTimes(limiter, attempt, 5);
    expect(again.verdict === 'locked' && again.until.getTime() - Date.now()).toBeLessThan(1000);
  });

  test('holds when Redis was emptied, and the next one is longer all the same', async () => {
    const [limiter] = replicas;
    const attempt = attemptAt(someone());
    await failTimes(limiter, attempt, 5);
    await door.emptyRedis();
    expect(await limiter.reserve(attempt, origin)).toMatchObject({ verdict: 'locked' });
    expect(await limiter.lockState(attempt)).toMatchObject({ verdict: 'locked' });
    await sql`update locks set ends_at = clock_timestamp() where subject = ${hashSubject(attempt.subject)}`.execute(
      door.db,
    );
    expect(await limiter.lockState(attempt)).toEqual({ verdict: 'go' });
    const again = await failTimes(limiter, attempt, 5);
    expect(again.verdict === 'locked' && minutes(again.until)).toBe(30);
  });

  test('that PostgreSQL did not hear of lets nobody in, and is told by the next refusal, once', async () => {
    const attempt = attemptAt(someone(), { account: 'someone' });
    const dead = door.openDatabase();
    const limiter = await door.limiter({}, dead);
    await failTimes(limiter, attempt, 4);
    const last = await take(limiter, attempt);
    await dead.destroy();
    await expect(limiter.fail(last, origin)).rejects.toThrow();
    expect(await door.locks(attempt.subject)).toEqual([]);
    const refused = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (replicas[n % 2] as AttemptLimiter).reserve(attempt, origin)),
    );
    for (const verdict of refused) expect(verdict).toMatchObject({ verdict: 'locked' });
    const [lock, ...more] = await door.locks(attempt.subject);
    expect(more).toEqual([]);
    expect(lock?.account).toBe('someone');
    expect(
      Math.abs(Number(lock?.ends_at) - Number(refused[0]?.verdict === 'locked' && refused[0].until)),
    ).toBeLessThan(2000);
    expect(await door.rows(attempt.subject)).toHaveLength(1);
  });

  test('begins after a crash between the attempt and its outcome, and not before', async () => {
    const attempt = attemptAt(someone());
    const [limiter] = replicas;
    await failTimes(limiter, attempt, 3);
    await take(limiter, attempt);
    await take(limiter, attempt);
    expect(await limiter.reserve(attempt, origin)).toMatchObject({ verdict: 'locked' });
    expect(await door.locks(attempt.subject)).toEqual([]);
    expect(await limiter.lockState(attempt)).toEqual({ verdict: 'go' });
    await age(door.keys.attemptsInFlight(hashSubject(attempt.subject), 'password'), 11);
    expect(await limiter.lockState(attempt)).toMatchObject({ verdict: 'locked' });
    expect(await limiter.reserve(attempt, origin)).toMatchObject({ verdict: 'locked' });
    expect(await door.locks(attempt.subject)).toHaveLength(1);
  });

  test('an outcome that comes when the lock is on adds nothing to the window after it', async () => {
    const [limiter] = replicas;
    const attempt = attemptAt(someone());
    const slow = await take(limiter, attempt);
    await age(door.keys.attemptsInFlight(hashSubject(attempt.subject), 'password'), 11);
    await failTimes(limiter, attempt, 4);
    expect(await limiter.fail(slow, origin)).toMatchObject({ verdict: 'locked' });
    expect(await inUse(attempt.subject)).toBe(0);
    expect(await door.locks(attempt.subject)).toHaveLength(1);
  });

  test('lifted is over at once on every replica, whatever the stores remember, and says by whom', async () => {
    const subject = someone();
    const device = 'd'.repeat(43);
    await failTimes(replicas[0], attemptAt(subject, { account: 'someone' }), 5);
    await failTimes(replicas[0], attemptAt(subject, { device }), 5);
    await failTimes(replicas[0], attemptAt(subject, { secret: 'totp' }), 4);
    expect(await replicas[1].locksOf(subject)).toMatchObject([
      { secret: 'password', device: false },
      { secret: 'password', device: true },
    ]);
    expect(await replicas[1].lift(subject, 'cli', origin)).toEqual({ locks: 2, opened: 0 });
    for (const limiter of replicas) {
      expect(await limiter.lockState(attemptAt(subject))).toEqual({ verdict: 'go' });
      expect(await limiter.lockState(attemptAt(subject, { device }))).toEqual({ verdict: 'go' });
      expect(await limiter.locksOf(subject)).toEqual([]);
    }
    expect(await failTimes(replicas[0], attemptAt(subject, { secret: 'totp' }), 2)).toEqual({
      verdict: 'go',
    });
    const lifted = (await door.rows(subject)).filter(({ event }) => event === 'lock.lifted');
    expect(lifted).toMatchObject([{ actor: 'cli', reason: 'password' }, { actor: 'cli' }]);
    expect(lifted.map(({ account }) => account).sort()).toEqual([null, 'someone']);
    const next = await failTimes(replicas[0], attemptAt(subject), 5);
    expect(next.verdict === 'locked' && minutes(next.until)).toBe(15);
  });

  test('lifted without one, the failures are forgotten, and that is told', async () => {
    const [subject, none] = [someone(), { locks: 0, opened: 0 }];
    await failTimes(replicas[0], attemptAt(subject), 4);
    expect(await replicas[0].lift(subject, 'cli', origin, 'someone')).toEqual(none);
    expect(await door.rows(subject)).toMatchObject([
      { event: 'lock.lifted', reason: 'failures', account: 'someone', before: { failures: 4 } },
    ]);
    expect(await replicas[0].lift(subject, 'cli', origin)).toEqual(none);
    expect(await door.rows(subject)).toHaveLength(1);
  });

  test('lifted that only Redis had heard of stays lifted', async () => {
    const subject = someone();
    await failTimes(replicas[0], attemptAt(subject), 5);
    await door.db.deleteFrom('locks').where('subject', '=', hashSubject(subject)).execute();
    expect(await replicas[0].lift(subject, 'cli', origin)).toEqual({ locks: 1, opened: 0 });
    expect(await door.locks(subject)).toMatchObject([{ lifted_by: 'cli' }]);
  });

  test('is forgotten once it is over for longer than it decides on the next one', async () => {
    const [limiter] = replicas;
    const [old, late, open] = [attemptAt(someone()), attemptAt(someone()), attemptAt(someone())];
    for (const attempt of [old, late, open]) await failTimes(limiter, attempt, 5);
    const age = (attempt: typeof old, days: number) =>
      sql`
      update locks set began_at = began_at - make_interval(days => ${days}),
        ends_at = ends_at - make_interval(days => ${days})
      where subject = ${hashSubject(attempt.subject)}`.execute(door.db);
    await age(old, 9);
    await age(late, 1);
    await door.lockStore().sweep();
    await door.lockStore().sweep();
    const kept = [old, late, open].map(async ({ subject }) => (await door.locks(subject)).length);
    expect(await Promise.all(kept)).toEqual([0, 1, 1]);
    expect(await door.rows(old.subject)).toHaveLength(2);
  });

  test('is told to have ended once, whichever replica sweeps', async () => {
    const limiter = await door.limiter({ lock: 0.3 });
    const mirrors = [door.lockStore(), door.lockStore()];
    const people = Array.from({ length: 6 }, someone);
    await Promise.all(
      people.map((subject) => failTimes(limiter, attemptAt(subject, { account: subject }), 5)),
    );
    const lasting = someone();
    await failTimes(replicas[0], attemptAt(lasting), 5);
    await until(
      async () => (await Promise.all(people.map((one) => limiter.locksOf(one)))).flat().length === 0,
    );
    await Promise.all(mirrors.map((lockStore) => lockStore.sweep()));
    await Promise.all(mirrors.map((lockStore) => lockStore.sweep()));
    for (const subject of people) {
      const events = (await door.rows(subject)).map(({ event, account }) => ({ event, account }));
      expect(events).toEqual([
        { event: 'lock.begun', account: subject },
        { event: 'lock.ended', account: subject },
      ]);
    }
    expect((await door.rows(lasting)).map(({ event }) => event)).toEqual(['lock.begun']);
  });
});

/** Makes the attempts of a set so many seconds older. */
async function age(key: string, seconds: number): Promise<void> {
  const redis = await door.redis();
  const ids = (await redis.command('ZRANGE', key, 0, -1)) as string[];
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) await redis.command('ZINCRBY', key, -seconds * 1_000_000, id);
}

describe('a known device', () => {
  const device = 'k'.repeat(43);

  test('is let in while strangers are locked out from everywhere, and they stay so', async () => {
    const subject = someone();
    for (let n = 0; n < 5; n += 1) {
      const address = `198.51.100.${n}`;
      await failTimes(replicas[0], attemptAt(subject, { address, password: 'wrong' }), 1);
    }
    const owner = attemptAt(subject, { device, checked: false });
    expect(await replicas[1].lockState(owner)).toEqual({ verdict: 'go' });
    await replicas[1].succeed(await take(replicas[1], owner));
    expect(await replicas[1].lockState(attemptAt(subject))).toMatchObject({ verdict: 'locked' });
  });

  test('has its own few failures, check and lock, which touch nobody else', async () => {
    const limiter = await door.limiter({ device_failures: 4, repeat_lock: 60 });
    const subject = someone();
    const owner = attemptAt(subject, { device });
    expect(await failTimes(limiter, owner, 3)).toMatchObject({ verdict: 'check', failures: 3 });
    expect(await failTimes(limiter, owner, 1)).toMatchObject({ verdict: 'locked' });
    expect(await limiter.lockState(attemptAt(subject, { checked: false }))).toEqual({ verdict: 'go' });
    const other = attemptAt(subject, { device: 'o'.repeat(43), checked: false });
    expect(await limiter.lockState(other)).toEqual({ verdict: 'go' });
    expect(await door.locks(subject)).toMatchObject([{ device }]);
  });

  test('its success clears nothing of the strangers’', async () => {
    const subject = someone();
    await failTimes(replicas[0], attemptAt(subject), 4);
    await replicas[0].succeed(await take(replicas[0], attemptAt(subject, { device })));
    expect(await failTimes(replicas[0], attemptAt(subject), 1)).toMatchObject({ verdict: 'locked' });
  });

  test('its lock holds when Redis was emptied', async () => {
    const subject = someone();
    await failTimes(replicas[0], attemptAt(subject, { device }), 5);
    await door.emptyRedis();
    expect(await replicas[0].lockState(attemptAt(subject, { device }))).toMatchObject({ verdict: 'locked' });
    expect(await replicas[0].lockState(attemptAt(subject))).toEqual({ verdict: 'go' });
  });
});

describe('the security check', () => {
  test('comes after three failures, with work that doubles, and reserves nothing unsolved', async () => {
    const limiter = await door.limiter({ failures: 12 });
    const attempt = attemptAt(someone());
    const unsolved = { ...attempt, checked: false };
    const works: number[] = [];
    expect(await failTimes(limiter, unsolved, 2)).toEqual({ verdict: 'go' });
    for (let n = 3; n <= 10; n += 1) {
      const next = await failTimes(limiter, attempt, 1);
      expect(next).toMatchObject({ verdict: 'check', failures: n });
      works.push(next.verdict === 'check' ? next.work : 0);
      expect(await limiter.lockState(unsolved)).toEqual(next);
      for (let m = 0; m < 20; m += 1) expect(await limiter.reserve(unsolved, origin)).toEqual(next);
    }
    const { security_check_work: first } = SETTINGS;
    expect(works).toEqual([1, 2, 4, 8, 16, 32, 32, 32].map((times) => times * first));
  });

  test('is asked of a network with many failures, whatever address of a /64 it takes, and never a lock', async () => {
    const limiter = await door.limiter({ address_failures: 10 });
    const address = (n: number) => `2001:db8:1:2:${n.toString(16)}::${n + 1}`;
    for (let n = 0; n < 9; n += 1) await failTimes(limiter, attemptAt(someone(), { address: address(n) }), 1);
    const next = attemptAt(someone(), { address: address(99), checked: false });
    expect(await limiter.lockState(next)).toEqual({ verdict: 'go' });
    const last = attemptAt(someone(), { address: address(10) });
    expect(await failTimes(limiter, last, 1)).toMatchObject({ verdict: 'check', work: 1000 });
    expect(await limiter.reserve(next, origin)).toMatchObject({ verdict: 'check', failures: 0, work: 1000 });
    expect(await failTimes(limiter, last, 1)).toMatchObject({ verdict: 'check', work: 2000 });
    expect(await failTimes(limiter, { ...next, checked: true }, 1)).toMatchObject({ work: 4000 });
    const elsewhere = { ...next, address: '2001:db8:1:3::1' };
    expect(await limiter.lockState(elsewhere)).toEqual({ verdict: 'go' });
    expect(await limiter.lockState({ ...next, device: 'd'.repeat(43) })).toEqual({ verdict: 'go' });
  });

  test('of a suspicious network takes nobody’s attempts when it is not solved', async () => {
    const limiter = await door.limiter({ address_failures: 1 });
    const address = '203.0.113.9';
    await failTimes(limiter, attemptAt(someone(), { address }), 1);
    const attempt = attemptAt(someone());
    const flood = Array.from({ length: 64 }, () =>
      limiter.reserve({ ...attempt, address, checked: false }, origin),
    );
    const honest = Array.from({ length: 5 }, () => replicas[1].reserve(attempt, origin));
    const [flooded, let5] = await Promise.all([Promise.all(flood), Promise.all(honest)]);
    expect(through(flooded)).toBe(0);
    expect(through(let5)).toBe(5);
  });

  test('is asked of everybody while one password is tried on many accounts, and nobody is locked', async () => {
    const own = await Door.open();
    try {
      const limiter = await own.limiter({ sprayed_accounts: 4 });
      const spray = (n: number, more = {}) =>
        attemptAt(someone(), { address: `198.51.100.${n}`, password: 'Summer-2026!', ...more });
      const bystander = attemptAt(someone(), { checked: false });
      const same = spray(0);
      await failTimes(limiter, same, 2);
      for (let n = 1; n < 3; n += 1) await failTimes(limiter, spray(n), 1);
      await failTimes(limiter, spray(3, { device: 'd'.repeat(43) }), 1);
      await failTimes(limiter, attemptAt(someone(), { password: 'another' }), 1);
      expect(await limiter.lockState(bystander)).toEqual({ verdict: 'go' });
      expect(await failTimes(limiter, spray(4), 1)).toMatchObject({
        verdict: 'check',
        failures: 1,
        work: 1000,
      });
      expect(await limiter.lockState(bystander)).toMatchObject({ verdict: 'check', work: 1000 });
      expect(await limiter.lockState({ ...bystander, device: 'd'.repeat(43) })).toEqual({ verdict: 'go' });
      expect(await limiter.lockState({ ...bystander, secret: 'totp' })).toEqual({ verdict: 'go' });
      const redis = await own.redis();
      expect(await redis.command('TTL', own.keys.spraying())).toBeGreaterThan(890);
      await redis.delete(own.keys.spraying());
      expect(await limiter.lockState(bystander)).toEqual({ verdict: 'go' });
    } finally {
      await own.close();
    }
  });
});

describe('refusals', () => {
  test('are one audit row a minute, with their number', async () => {
    const subject = someone();
    const attempt = attemptAt(subject, { account: subject, app: 'claims', address: '192.0.2.1' });
    await failTimes(replicas[0], attempt, 5);
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => (replicas[n % 2] as AttemptLimiter).reserve(attempt, origin)),
    );
    expect(await door.refusals(subject)).toMatchObject([
      { reason: 'locked', app: 'claims', after: { refused: 1 } },
    ]);
    const redis = await door.redis();
    const key = door.keys.refusals(`${hashSubject(subject)} 192.0.2.1`);
    const at = Number(await redis.command('HGET', key, 'at'));
    await redis.command('HSET', key, 'at', at - 61_000_000);
    await replicas[0].reserve(attempt, origin);
    await replicas[0].reserve({ ...attempt, address: '192.0.2.2' }, origin);
    expect((await door.refusals(subject)).map(({ after }) => after)).toEqual([
      ...[{ refused: 1 }, { refused: 40 }, { refused: 1 }],
    ]);
  });

  test('of a suspicious network are one row, however many user IDs it makes up', async () => {
    const limiter = await door.limiter({ address_failures: 1 });
    const address = '203.0.113.77';
    const account = someone();
    await failTimes(limiter, attemptAt(someone(), { address }), 1);
    for (let n = 0; n < 12; n += 1) {
      await limiter.reserve(attemptAt(someone(), { address, account, checked: false }), origin);
    }
    expect(await door.refusals(account)).toMatchObject([{ reason: 'security-check', after: { refused: 1 } }]);
  });
});

test('nothing that somebody typed stands in the stores as it was typed', async () => {
  const subject = 'my-secret-typed-in-the-wrong-field';
  await failTimes(replicas[0], attemptAt(subject, { password: 'Typed-Password-1' }), 5);
  const redis = await door.redis();
  const names = (await redis.command('KEYS', '*')) as string[];
  const written = JSON.stringify([names, await door.locks(subject), await door.rows(subject)]);
  expect(written).toContain(hashSubject(subject));
  expect(written).not.toMatch(/my-secret|Typed-Password/);
});

test('nobody may try while a store is away', async () => {
  const redis = new RedisStore({ url: 'redis://127.0.0.1:1', prefix: 'x', command_timeout: 1 }, silent);
  const db = openDatabase(settings('postgres://nobody@127.0.0.1:1/none'), silent);
  try {
    const without = [
      limiterOn(redis, door.keys, door.db, SETTINGS),
      limiterOn(await door.redis(), door.keys, db, SETTINGS),
    ];
    for (const limiter of without) {
      const attempt = attemptAt(someone());
      await expect(limiter.reserve(attempt, origin)).rejects.toMatchObject({ code: 'store-away' });
      await expect(limiter.lockState(attempt)).rejects.toMatchObject({ code: 'store-away' });
    }
  } finally {
    redis.close();
    await db.destroy();
  }
});
