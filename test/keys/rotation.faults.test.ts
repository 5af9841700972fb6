import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { json, run } from '../cli/operator.ts';
import { CROWD, type Portal, startPortal } from '../support/portal.ts';
import { introspect, redeem, refresh, send, userinfo, Visitor } from '../support/visitor.ts';

const LONG = process.env.LONG !== undefined;
const SIGN_INS = LONG ? 300 : 30;
const AT_ONCE = 3;
/** s */
const PROPAGATION = 3;

let portal: Portal;
beforeAll(async () => {
  portal = await startPortal({
    processes: 2,
    settings: { ...CROWD, 'keys.propagation': `PT${PROPAGATION}S` },
  });
});
afterAll(() => portal.stop());

interface Keys {
  items: { kid: string; alg: string; state: string; active_from: string }[];
}

async function published(process: number): Promise<JWK[]> {
  const answer = await send(portal, '/oidc/jwks', { process });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body).keys;
}

/** Watches what each process publishes, all the time: when each key was seen first there. */
class Watch {
  /** `process kid` to performance.now() ms. */
  readonly first = new Map<string, number>();
  /** Every key that was ever seen, as an app that keeps what it fetched would have it. */
  readonly keys = new Map<string, JWK>();
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor() {
    this.#running = Promise.all([0, 1].map((process) => this.#watch(process)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** ms since both processes have published this key; negative when one has not yet. */
  knownFor(kid: string): number {
    const seen = [0, 1].map((process) => this.first.get(`${process} ${kid}`) ?? Number.POSITIVE_INFINITY);
    return performance.now() - Math.max(...seen);
  }

  async #watch(process: number): Promise<void> {
    while (!this.#stopped) {
      for (const key of await published(process)) {
        const name = `${process} ${key.kid}`;
        if (!this.first.has(name)) this.first.set(name, performance.now());
        this.keys.set(String(key.kid), key);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(String(token.split('.')[0]), 'base64url').toString()).kid;
}

test('keys rotate twice under sign-ins on two processes: no token refused, none signed unannounced', async () => {
  const watch = new Watch();
  const issued: { token: string; kid: string }[] = [];
  let [rotations, waiting] = [0, false];
  let done = 0;

  const signIn = async () => {
    const tokens = await redeem(portal, await new Visitor(portal).signIn('claims'));
    const kid = kidOf(tokens.id_token);
    // Published on both, and for as long as a new key has to be; the first pair was there from the start.
    expect(watch.knownFor(kid)).toBeGreaterThan(0);
    expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
    expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
    issued.push({ token: tokens.id_token, kid });
    done += 1;
  };
  const work = async () => {
    while (done < SIGN_INS || rotations < 2 || waiting) await signIn();
  };
  const rotate = async () => {
    for (rotations = 0; rotations < 2; rotations += 1) {
      waiting = true;
      const { items } = await json<Keys>(portal.environment, 'keys', 'rotate');
      const next = items.filter(({ state }) => state === 'next').map(({ kid }) => kid);
      expect(next).toHaveLength(2);
      // Done once a token was signed by the new key.
      while (!issued.some(({ kid }) => next.includes(kid))) await new Promise(setImmediate);
      for (const kid of next) expect(watch.knownFor(kid)).toBeGreaterThan((PROPAGATION - 2.5) * 1000);
      waiting = false;
    }
  };
  try {
    while (watch.first.size < 4) await new Promise(setImmediate);
    await Promise.all([rotate(), ...Array.from({ length: AT_ONCE }, work)]);
  } finally {
    await watch.stop();
  }

  expect(new Set(issued.map(({ kid }) => kid)).size).toBe(3);
  for (const process of [0, 1]) {
    const set = createLocalJWKSet({ keys: await published(process) });
    for (const { token } of issued) {
      const { payload } = await jwtVerify(token, set, { issuer: portal.issuer, audience: 'claims' });
      expect(payload.sub).toBeDefined();
    }
  }
  process.stdout.write(`rotation: ${issued.length} sign-ins, 2 rotations, 0 refused, 3 signing keys\n`);
}, 600_000);

test('an ID token of a key that signs no more still proves whose session is to end', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  const before = kidOf(tokens.id_token);
  await json(portal.environment, 'keys', 'rotate');
  await until(async () => {
    const fresh = await redeem(portal, await new Visitor(portal).signIn('claims'));
    return kidOf(fresh.id_token) !== before;
  });
  for (const process of [0, 1]) expect((await published(process)).map(({ kid }) => kid)).toContain(before);
  const answer = await visitor.open(`/oidc/logout?id_token_hint=${tokens.id_token}`);
  expect(answer.url.pathname).toBe('/signed-out');
  expect(await introspect(portal, 'claims', tokens.access_token)).toEqual({ active: false });
});

test('two rotations never overlap, and each is on record', async () => {
  const rotate = () => run(portal.environment, ['keys', 'rotate', '--json']);
  const [one, other] = await Promise.all([rotate(), rotate()]);
  expect([one?.code, other?.code].sort()).toEqual([0, 1]);
  expect(`${one?.stderr}${other?.stderr}`).toMatch(/^A rotation is already in progress[^\n]*\n$/);
  // What the winner saw: another command could start so late that the new keys sign already.
  const { items } = JSON.parse(String(one?.stdout || other?.stdout)) as Keys;
  expect(
    items
      .filter(({ state }) => state === 'next')
      .map(({ alg }) => alg)
      .sort(),
  ).toEqual(['ES256', 'RS256']);
  expect(items.filter(({ state }) => state === 'signing')).toHaveLength(2);
  const rows = await portal.db
    .selectFrom('audit_events')
    .select(['event', 'actor'])
    .where('event', 'in', ['key.created', 'key.retired'])
    .execute();
  const rotations = (items.length - 2) / 2;
  expect(rows.filter(({ event }) => event === 'key.created')).toHaveLength(rotations * 2);
  expect(rows.filter(({ event }) => event === 'key.retired')).toHaveLength(rotations * 2);
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set(['cli']));
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) expect(performance.now()).toBeLessThan(deadline);
}
