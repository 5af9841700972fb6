import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SecurityCheck } from '../../src/lockout/security-check.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { openTestRedis } from '../sessions/fixture.ts';
import { solve } from '../support/solve-check.ts';

let redis: RedisStore;
let check: SecurityCheck;
beforeAll(async () => {
  const opened = await openTestRedis();
  redis = opened.redis;
  check = new SecurityCheck(redis, opened.keys, [randomBytes(32)]);
});
afterAll(() => redis?.close());

async function averageTries(work: number, samples: number): Promise<number> {
  let tries = 0;
  for (let i = 0; i < samples; i += 1) {
    const challenge = await check.challenge('x', work);
    const payload = JSON.parse(Buffer.from(await solve(challenge), 'base64').toString()) as {
      solution: { counter: number };
    };
    tries += payload.solution.counter + 1;
  }
  return tries / samples;
}

test('asks for as many hash rounds on average as it says', async () => {
  for (const work of [5_000, 20_000]) {
    const { parameters } = await check.challenge('x', work);
    const rounds = (await averageTries(work, 200)) * parameters.cost;
    // Of 200 even draws the mean is off by 4 % of itself (one sigma).
    expect(rounds / work).toBeGreaterThan(0.8);
    expect(rounds / work).toBeLessThan(1.25);
  }
});
