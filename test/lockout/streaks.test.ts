import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hashSubject } from '../../src/lockout/attempt.ts';
import type { Attempt, AttemptLimiter } from '../../src/lockout/attempt-limiter.ts';
import { attemptAt, Door, failTimes, origin, someone, take } from './fixture.ts';

// Failures in a row, however long they are spread. The windows are wide here, and Redis forgets them in between.

const MOST = 100;
const WIDE = { failures: MOST, device_failures: MOST, security_check_after: MOST };
const DEVICE = 'd'.repeat(43);

let door: Door;
let replicas: [AttemptLimiter, AttemptLimiter];
beforeAll(async () => {
  door = await Door.open();
  replicas = [await door.limiter(WIDE), await door.limiter(WIDE)];
});
afterAll(() => door.close());

/** So many tries at once, on both replicas; how many were let through. */
async function guess(attempt: Attempt, parallel: number): Promise<number> {
  const one = async (n: number) => {
    const verdict = await (replicas[n % 2] as AttemptLimiter).reserve(attempt, origin);
    if (verdict.verdict === 'go') await (replicas[(n + 1) % 2] as AttemptLimiter).fail(verdict.token, origin);
    return verdict.verdict === 'go' ? 1 : 0;
  };
  const all = await Promise.all(Array.from({ length: parallel }, (_, n) => one(n)));
  return all.reduce<number>((sum, went) => sum + went, 0);
}

const streaks = (subject: string) =>
  door.db.selectFrom('failure_streaks').selectAll().where('subject', '=', hashSubject(subject)).execute();

const events = async (subject: string) =>
  (await door.rows(subject)).map(({ event, reason, actor }) => ({ event, reason, actor }));

describe('failures in a row', () => {
  test('of parallel tries on two replicas exactly a hundred go through, however often Redis forgets', async () => {
    const attempt = attemptAt(someone());
    let through = 0;
    for (let round = 0; round < 6; round += 1) {
      through += await guess(attempt, 30);
      await door.emptyRedis();
    }
    expect(through).toBe(MOST);
    for (const limiter of replicas) {
      expect(await limiter.reserve(attempt, origin)).toEqual({ verdict: 'shut' });
      expect(await limiter.lockState(attempt)).toEqual({ verdict: 'shut' });
    }
    expect(await streaks(attempt.subject)).toMatchObject([{ failures: MOST, shut_at: expect.any(Date) }]);
    expect(await events(attempt.subject)).toEqual([
      { event: 'authenticator.shut', reason: 'password', actor: null },
    ]);
  });

  test('a success forgets them on every device, and counts what was under way', async () => {
    const [attempt, limiter] = [attemptAt(someone()), replicas[0]];
    const known = { ...attempt, device: DEVICE };
    await failTimes(limiter, attempt, 40);
    await failTimes(limiter, known, 2);
    const flying = await take(limiter, attempt);
    await limiter.succeed(await take(replicas[1], known));
    expect(await streaks(attempt.subject)).toEqual([]);
    await failTimes(limiter, attempt, 1);
    await limiter.fail(flying, origin);
    expect(await streaks(attempt.subject)).toMatchObject([{ device: '', failures: 2 }]);
  });

  test('a try that was not verified is given back', async () => {
    const [attempt, limiter] = [attemptAt(someone()), replicas[0]];
    await failTimes(limiter, attempt, 3);
    for (let n = 0; n < 4; n += 1) await limiter.release(await take(limiter, attempt));
    expect(await streaks(attempt.subject)).toMatchObject([{ failures: 3 }]);
  });

  test('a success without failures before it writes nothing to PostgreSQL', async () => {
    const limiter = await door.limiter(WIDE, door.openDatabase('default_transaction_read_only=on'));
    const attempt = attemptAt(someone());
    const token = await take(limiter, attempt);
    await expect(limiter.succeed(token)).resolves.toBeUndefined();
    expect(await limiter.lockState(attempt)).toEqual({ verdict: 'go' });
    await expect(limiter.fail(await take(limiter, attempt), origin)).rejects.toThrow();
  });

  test('a known device has a hundred of its own; codes behind a password have one hundred in all', async () => {
    const subject = someone();
    const [stranger, known] = [attemptAt(subject), attemptAt(subject, { device: DEVICE })];
    const limiter = await door.limiter({ ...WIDE, failures_in_a_row: MOST });
    await failTimes(limiter, stranger, MOST);
    expect(await limiter.lockState(stranger)).toEqual({ verdict: 'shut' });
    expect(await failTimes(limiter, known, MOST - 1)).toMatchObject({
      verdict: expect.not.stringMatching('shut'),
    });
    expect(await failTimes(limiter, known, 1)).toEqual({ verdict: 'shut' });
    for (const secret of ['totp', 'recovery-code', 'support-code', 'contact-code'] as const) {
      await failTimes(limiter, attemptAt(subject, { secret, device: DEVICE }), 60);
      expect(await failTimes(limiter, attemptAt(subject, { secret }), 40)).toEqual({ verdict: 'shut' });
      expect(await limiter.lockState(attemptAt(subject, { secret, device: 'e'.repeat(43) }))).toEqual({
        verdict: 'shut',
      });
    }
    // Of another kind, and at the front: the owner's.
    expect(await limiter.lockState(attemptAt(subject, { secret: 'sent-code' }))).toEqual({ verdict: 'go' });
  });

  test('an operator opens what is shut, and both are written down once', async () => {
    const [attempt, limiter] = [attemptAt(someone(), { secret: 'totp', account: 'sub-1' }), replicas[0]];
    await failTimes(limiter, attempt, MOST);
    await door.emptyRedis();
    expect(await limiter.lift(attempt.subject, 'op', origin, 'sub-1')).toEqual({ locks: 1, opened: 1 });
    expect(await limiter.lift(attempt.subject, 'op', origin, 'sub-1')).toEqual({ locks: 0, opened: 0 });
    expect(await limiter.lockState(attempt)).toEqual({ verdict: 'go' });
    const told = (await events(attempt.subject)).filter(({ event }) => event.startsWith('authenticator.'));
    expect(told).toEqual([
      { event: 'authenticator.shut', reason: 'totp', actor: null },
      { event: 'authenticator.opened', reason: 'totp', actor: 'op' },
    ]);
  });

  test('the last try of a process that died is told by the next that is refused', async () => {
    const [attempt, limiter] = [attemptAt(someone()), replicas[0]];
    await failTimes(limiter, attempt, MOST - 1);
    await take(limiter, attempt);
    await door.emptyRedis();
    for (const replica of replicas) {
      expect(await replica.reserve(attempt, origin)).toEqual({ verdict: 'shut' });
    }
    expect(await events(attempt.subject)).toEqual([
      { event: 'authenticator.shut', reason: 'password', actor: null },
    ]);
  });

  test('failures at a user ID that nobody has are forgotten after a year, those of accounts never', async () => {
    const [nobody, somebody] = [attemptAt(someone()), attemptAt(someone(), { account: 'sub-2' })];
    for (const attempt of [nobody, somebody]) await failTimes(replicas[0], attempt, 2);
    const old = sql<Date>`clock_timestamp() - interval '366 days'`;
    await door.db.updateTable('failure_streaks').set({ last_at: old }).execute();
    await door.streaks().sweep();
    expect(await streaks(nobody.subject)).toEqual([]);
    expect(await streaks(somebody.subject)).toHaveLength(1);
  });
});
