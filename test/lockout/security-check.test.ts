import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import fc from 'fast-check';
import { SecurityCheck } from '../../src/lockout/security-check.ts';
import type { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { silent } from '../postgres/settings.ts';
import { newName, openTestRedis } from '../sessions/fixture.ts';
import { solve } from '../support/solve-check.ts';

const WORK = 1000;
const secret = randomBytes(32);

let redis: RedisStore;
let keys: RedisKeys;
let elsewhere: RedisStore;
let check: SecurityCheck;
let replica: SecurityCheck;

beforeAll(async () => {
  ({ redis, keys } = await openTestRedis());
  const url = process.env.TEST_REDIS_URL as string;
  elsewhere = new RedisStore({ url, prefix: 'unused', command_timeout: 1 }, silent);
  await elsewhere.ready(5);
  check = new SecurityCheck(redis, keys, [secret]);
  replica = new SecurityCheck(elsewhere, keys, [secret]);
});
afterAll(() => {
  redis.close();
  elsewhere.close();
});

/** A solution, taken apart, changed and put together again. */
async function tampered(binding: string, change: (sent: Sent) => void): Promise<string> {
  const payload = await solve(await check.challenge(binding, WORK));
  const sent = JSON.parse(Buffer.from(payload, 'base64').toString()) as Sent;
  change(sent);
  return encode(sent);
}

interface Sent {
  challenge: { parameters: Record<string, unknown>; signature: string };
  solution: { counter: number; derivedKey: string };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

describe('a solution', () => {
  test('is good once for what it was made for, on any replica', async () => {
    const payload = await solve(await check.challenge('interaction', WORK));
    expect(await replica.redeem('interaction', payload)).toBe(true);
    expect(await replica.redeem('interaction', payload)).toBe(false);
    expect(await check.redeem('interaction', payload)).toBe(false);
  });

  test('is good for nothing else, and trying that does not spend it', async () => {
    const payload = await solve(await check.challenge('interaction', WORK));
    expect(await check.redeem('another', payload)).toBe(false);
    expect(await check.redeem('', payload)).toBe(false);
    expect(await check.redeem('interaction', payload)).toBe(true);
  });

  test('is won by one of 16 parallel redemptions on two connections', async () => {
    for (let round = 0; round < 20; round += 1) {
      const payload = await solve(await check.challenge('x', WORK));
      const won = await Promise.all(
        Array.from({ length: 16 }, (_, i) => (i % 2 ? check : replica).redeem('x', payload)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
  });

  test('written another way is still the same solution', async () => {
    const payload = await solve(await check.challenge('x', WORK));
    const sent = JSON.parse(Buffer.from(payload, 'base64').toString()) as Sent;
    const parameters = Object.fromEntries(Object.entries(sent.challenge.parameters).reverse());
    const other = encode({ ...sent, challenge: { ...sent.challenge, parameters }, more: 1 });
    expect(await check.redeem('x', other)).toBe(true);
    expect(await check.redeem('x', payload)).toBe(false);
  });

  test('is remembered as spent for as long as its challenge lives', async () => {
    const challenge = await check.challenge('x', WORK);
    await check.redeem('x', await solve(challenge));
    const left = await redis.command('TTL', keys.securityCheckSpent(challenge.signature as string));
    expect(left).toBeGreaterThan(295);
    expect(left).toBeLessThanOrEqual(300);
  });
});

describe('a challenge', () => {
  test('is good for 5 minutes of the clock of Redis, and not a second longer', async () => {
    const { parameters } = await check.challenge('x', WORK);
    const now = Math.floor(await redis.time());
    expect(Math.abs(Number(parameters.data?.expires) - now - 300)).toBeLessThanOrEqual(1);
    const ending = async (expires: number) =>
      solve(
        await createChallenge({
          algorithm: parameters.algorithm,
          cost: parameters.cost,
          counter: 1,
          deriveKey,
          data: { binding: parameters.data?.binding as string, expires },
          hmacSignatureSecret: secret.toString('base64'),
        }),
      );
    expect(await check.redeem('x', await ending(now + 30))).toBe(true);
    expect(await check.redeem('x', await ending(now))).toBe(false);
    expect(await check.redeem('x', await ending(now - 30))).toBe(false);
  });

  test('does not show what it is bound to, and never tells the browser to compare clocks', async () => {
    const challenge = await check.challenge('uid-of-the-interaction', WORK);
    expect(JSON.stringify(challenge)).not.toContain('uid-of-the-interaction');
    expect(challenge.parameters).not.toHaveProperty('expiresAt');
  });

  test('signed by an earlier secret is still good, by a stranger’s never', async () => {
    const rotated = new SecurityCheck(redis, keys, [randomBytes(32), secret]);
    expect(await rotated.redeem('x', await solve(await check.challenge('x', WORK)))).toBe(true);
    const stranger = new SecurityCheck(redis, keys, [randomBytes(32)]);
    expect(await check.redeem('x', await solve(await stranger.challenge('x', WORK)))).toBe(false);
    expect(() => new SecurityCheck(redis, keys, [])).toThrow(TypeError);
  });

  test.each<[string, (sent: Sent) => void]>([
    ['a later end', ({ challenge }) => Object.assign(challenge.parameters.data as object, { expires: 9e9 })],
    [
      'another binding',
      ({ challenge }) => Object.assign(challenge.parameters.data as object, { binding: 'y' }),
    ],
    ['less cost', ({ challenge }) => Object.assign(challenge.parameters, { cost: 1 })],
    ['no prefix', ({ challenge }) => Object.assign(challenge.parameters, { keyPrefix: '' })],
    ['another nonce', ({ challenge }) => Object.assign(challenge.parameters, { nonce: '00'.repeat(16) })],
    ['no signature', ({ challenge }) => Object.assign(challenge, { signature: '' })],
    [
      'an algorithm of one’s own',
      ({ challenge }) => Object.assign(challenge.parameters, { algorithm: 'SHA-1' }),
    ],
    ['another counter', ({ solution }) => Object.assign(solution, { counter: solution.counter + 1 })],
    [
      'a counter that wraps',
      ({ solution }) => Object.assign(solution, { counter: solution.counter + 2 ** 32 }),
    ],
    ['a key that was guessed', ({ solution }) => Object.assign(solution, { derivedKey: '00'.repeat(32) })],
    ['no key', ({ solution }) => Object.assign(solution, { derivedKey: '' })],
  ])('with %s is refused', async (_, change) => {
    expect(await check.redeem('x', await tampered('x', change))).toBe(false);
    expect(await check.redeem('y', await tampered('x', change))).toBe(false);
  });
});

describe('work', () => {
  test('of any size makes a challenge that can be solved', async () => {
    for (const work of [0, 1, 499, 2 ** 60]) {
      const { parameters } = await check.challenge('x', work);
      expect(parameters.keyPrefix).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(await check.redeem('x', await solve(await check.challenge('x', 1)))).toBe(true);
  });
});

describe('garbage is refused and throws nothing', () => {
  const refused = (payload: string) => check.redeem('x', payload);

  test('of any text or JSON', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.base64String({ maxLength: 300 }),
      fc.json().map((json) => Buffer.from(json).toString('base64')),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(text, async (payload) => expect(await refused(payload)).toBe(false)),
      { numRuns: 300 },
    );
  });

  test('of the right shape with wrong things in it', async () => {
    const payload = await solve(await check.challenge('x', WORK));
    const good = JSON.parse(Buffer.from(payload, 'base64').toString()) as Sent;
    const places: readonly (readonly string[])[] = [
      ['challenge'],
      ['challenge', 'signature'],
      ['challenge', 'parameters'],
      ...Object.keys(good.challenge.parameters).map((name) => ['challenge', 'parameters', name]),
      ['challenge', 'parameters', 'data', 'binding'],
      ['challenge', 'parameters', 'data', 'expires'],
      ['solution'],
      ['solution', 'counter'],
      ['solution', 'derivedKey'],
    ];
    const hostile = fc.tuple(fc.constantFrom(...places), fc.anything({ withNullPrototype: true }));
    await fc.assert(
      fc.asyncProperty(hostile, async ([place, value]) => {
        const sent = structuredClone(good) as unknown as Record<string, unknown>;
        const inner = place.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, sent);
        inner[place.at(-1) as string] = value;
        const json = printable(sent);
        if (json === JSON.stringify(good)) return;
        expect(await refused(Buffer.from(json).toString('base64'))).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(await refused(payload)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a megabyte', 'A'.repeat(1 << 20)],
    ['NULs', '\0'.repeat(100)],
    ['NULs in Base64', Buffer.alloc(100).toString('base64')],
    ['an array', encode([])],
    ['null', encode(null)],
    ['a number', encode(1)],
    ['JSON without Base64', '{"challenge":{}}'],
    ['deep nesting', Buffer.from('['.repeat(3000)).toString('base64')],
    ['deep objects', Buffer.from(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`).toString('base64')],
    ['a prototype', encode(JSON.parse('{"__proto__":{"challenge":{},"solution":{}}}'))],
    ['the widget’s own test mode', encode({ challenge: null, solution: null, test: true })],
  ])('%s', async (_, payload) => {
    expect(await refused(payload)).toBe(false);
  });
});

function printable(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
}

describe('a pass', () => {
  test('is taken once of 16 parallel attempts on two connections', async () => {
    for (let round = 0; round < 20; round += 1) {
      const binding = newName();
      await check.pass(binding, 'ana');
      const taken = await Promise.all(
        Array.from({ length: 16 }, (_, i) => (i % 2 ? check : replica).takePass(binding, 'ana')),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    }
  });

  test('counts for its interaction and its subject alone', async () => {
    await check.pass('one', 'ana');
    expect(await check.takePass('two', 'ana')).toBe(false);
    expect(await check.takePass('one', 'ben')).toBe(false);
    // Joined without a mark between them, these would be the same text.
    expect(await check.takePass('onea', 'na')).toBe(false);
    expect(await check.takePass('one', 'ana')).toBe(true);
    expect(await check.takePass('one', 'ana')).toBe(false);
  });

  test('does not add up: two solutions before an attempt are one attempt', async () => {
    await check.pass('add', 'ana');
    await check.pass('add', 'ana');
    expect(await check.takePass('add', 'ana')).toBe(true);
    expect(await check.takePass('add', 'ana')).toBe(false);
  });

  test('waits for 10 minutes, and holds whatever text a subject is', async () => {
    const subjects = ['', '\0', '{a}', 'ñandú', '}'.repeat(1000)];
    for (const subject of subjects) await check.pass('text', subject);
    for (const subject of subjects) expect(await check.takePass('text', subject)).toBe(true);
    await check.pass('text', 'ana');
    const [name] = (await redis.command('KEYS', keys.securityCheckPass('*'))) as string[];
    expect(await redis.command('TTL', name as string)).toBe(600);
  });
});

test('Redis away is said, not taken for a wrong solution', async () => {
  const payload = await solve(await check.challenge('x', WORK));
  const gone = new RedisStore({ url: 'redis://127.0.0.1:1', prefix: 'x', command_timeout: 0.2 }, silent);
  const away = new SecurityCheck(gone, keys, [secret]);
  const calls = [
    () => away.challenge('x', WORK),
    () => away.redeem('x', payload),
    () => away.pass('x', 'ana'),
    () => away.takePass('x', 'ana'),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'store-away' });
  expect(await away.redeem('x', 'garbage')).toBe(false);
  gone.close();
});
