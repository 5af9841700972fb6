import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { figures, rounds } from '../races/rounds.ts';
import { CROWD, DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, pageName, type SendOptions, Visitor } from '../support/visitor.ts';

// A hospital is one address; a flood is many. The one gets its pages, the other leaves nothing.

const REQUESTS = rounds(10_000, 4_000, 300);
const PEOPLE = rounds(3_000, 1_200, 130);
/** How many are under way at a time. */
const AT_ONCE = 12;

let portal: Portal;
let redis: Redis;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2, settings: { trusted_proxies: '1', ...CROWD } });
  redis = new Redis(portal.redisUrl);
});
afterAll(async () => {
  redis?.disconnect();
  await portal?.stop();
});

/** A browser behind an address. */
class Behind extends Visitor {
  readonly address: string;

  constructor(address: string) {
    super(portal);
    this.address = address;
  }

  override request(path: string, options: SendOptions = {}): Promise<Answer> {
    return super.request(path, {
      ...options,
      headers: { ...options.headers, 'x-forwarded-for': this.address },
    });
  }
}

async function inTurns(count: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Bytes that Redis holds of this portal. */
async function held(): Promise<number> {
  const keys = await redis.keys(`${portal.redisPrefix}:*`);
  const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
  return sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
}

test('a flood of anonymous requests from 200 addresses leaves less than 5 MB in Redis', async () => {
  const before = await held();
  const state = 'x'.repeat(1_000);
  await inTurns(REQUESTS, async (index) => {
    const visitor = new Behind(`203.0.113.${index % 200}`);
    const { url } = flow(index % 2 ? 'claims' : 'mobile', { state });
    const { status } = await visitor.request(url);
    expect(status).toBe(303);
  });
  const grown = (await held()) - before;
  figures('a flood', { requests: REQUESTS, bytes: grown });
  expect(grown).toBeLessThan((5_000_000 * REQUESTS) / 10_000);
});

/** ms. Five minutes are asked of 3,000 people, and two of however few. */
const IN_TIME = Math.max(120_000, 100 * PEOPLE);

test(
  'everybody behind one address gets their page and signs in',
  async () => {
    const begun = performance.now();
    await inTurns(PEOPLE, async () => {
      const visitor = new Behind('192.0.2.1');
      const page = await visitor.open(flow('claims').url);
      expect(pageName(page)).toBe('sign-in');
      const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
      expect(answer.headers.get('location')).toContain('code=');
    });
    figures('a hospital', { people: PEOPLE, seconds: Math.round((performance.now() - begun) / 1000) });
  },
  IN_TIME,
);
