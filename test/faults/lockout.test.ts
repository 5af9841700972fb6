import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hashSubject } from '../../src/lockout/attempt.ts';
import { until } from '../postgres/until.ts';
import { Guesser, linesWith, wrongPassword } from '../support/guesser.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, codeOf, flow, pageName } from '../support/visitor.ts';
import { FragileStores } from './fragile-stores.ts';
import { untilHealthy } from './health.ts';

// Rule 4: begun locks outlive Redis, and while it is away nobody signs in and nothing is counted in its place.

/** ms. In the short form beside another worker, which slows our own client. */
const GUESSERS = 8;
const NOBODY = 'nobody.at-all';

let stores: FragileStores;
let portal: Portal;
beforeAll(async () => {
  stores = await FragileStores.start();
  portal = await startPortal({
    ...stores.urls,
    processes: 2,
    settings: { trusted_proxies: '1', 'lockout.security_check_work': '1000' },
  });
});
afterAll(async () => {
  await portal?.stop();
  await stores?.stop();
});

test('Redis killed and emptied under attack: no sign-in meanwhile, and the locks hold after it', async () => {
  const names = ['m.chen', NOBODY];
  for (const name of names) await lock(name);
  const waiting = await Promise.all([0, 1].map(ownerAt));
  const attack = new Attack();
  try {
    await attack.isUnderWay();
    await stores.kill('redis');
    const killed = performance.now();
    for (const owner of waiting) for (let times = 0; times < 3; times += 1) await expectRefusal(owner);
    await until(() => attack.since(killed).length >= GUESSERS);
    expectRefused(attack.since(killed));
    await stores.restart('redis');
    await stores.wipeRedis();
    await untilHealthy(portal);
    for (const process of [0, 1]) {
      for (const name of names) {
        const answer = await signIn(name, process);
        expect([name, process, answer.status, pageName(answer)]).toEqual([name, process, 429, 'locked']);
      }
      // Who was not locked signs in at once.
      expect(codeOf(await signIn('dr.rivera', process))).toBeTruthy();
    }
  } finally {
    await attack.end();
  }
  expect(attack.answers.filter(({ answer }) => answer.headers.get('location')?.includes('code='))).toEqual(
    [],
  );

  // Redis knows nothing of it: PostgreSQL alone says when it ends.
  await sql`update locks set ends_at = clock_timestamp() + interval '1 second'
    where subject = ${hashSubject('m.chen')}`.execute(portal.db);
  await until(async () => (await signIn('m.chen')).headers.get('location')?.includes('code=') ?? false);
  expect(pageName(await signIn(NOBODY))).toBe('locked');
  expect(await linesWith(portal, ['Guessed-', DEMO_PASSWORD])).toEqual([]);
}, 120_000);

/** Somebody who has the sign-in page of one process open, and knows the password. */
async function ownerAt(process: number) {
  const owner = new Guesser(portal, `203.0.113.${process + 1}`);
  return { owner, page: await owner.begin(), process };
}

async function expectRefusal({ owner, page, process }: Awaited<ReturnType<typeof ownerAt>>): Promise<void> {
  const at = performance.now();
  const typed = { userId: 'dr.rivera', password: DEMO_PASSWORD };
  const answer = await owner.typeOnce(page, typed, { process });
  expectRefused([{ answer, at, ms: performance.now() - at }]);
}

/** 503 within the limit, nobody sent on and nothing given that a browser could keep. */
function expectRefused(answers: readonly Timed[]): void {
  for (const { answer, ms } of answers) {
    const { status, headers } = answer;
    const kept = headers.getSetCookie().filter((line) => /session|device/.test(line));
    expect({ status, location: headers.get('location'), kept, inTime: ms < TWO_SECONDS }).toEqual({
      status: 503,
      location: null,
      kept: [],
      inTime: true,
    });
  }
}

interface Timed {
  readonly answer: Answer;
  readonly at: number;
  readonly ms: number;
}

/** Guessers at the locked user ID, who never tire. */
class Attack {
  readonly answers: Timed[] = [];
  readonly #guessing: Promise<void>[];
  #over = false;

  constructor() {
    this.#guessing = Array.from({ length: GUESSERS }, (_, n) => this.#guess(n));
  }

  isUnderWay(): Promise<void> {
    return until(() => this.answers.length >= 3 * GUESSERS);
  }

  /** What was asked after a moment, and answered. */
  since(moment: number): Timed[] {
    return this.answers.filter(({ at }) => at > moment);
  }

  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#guessing);
  }

  async #guess(n: number): Promise<void> {
    const guesser = new Guesser(portal, `198.51.100.${n + 1}`);
    let page: Answer | undefined;
    while (!this.#over) {
      const at = performance.now();
      const form: Answer | undefined = page;
      const answer = await (form
        ? guesser.typeOnce(form, { userId: 'm.chen', password: wrongPassword() })
        : guesser.begin());
      this.answers.push({ answer, at, ms: performance.now() - at });
      // The interaction is lost with Redis: they begin anew.
      if (pageName(answer) === 'sign-in' && !form) page = answer;
      else if (pageName(answer) !== 'locked' && answer.status !== 503) page = undefined;
    }
  }
}

async function lock(userId: string): Promise<void> {
  const guesser = new Guesser(portal, '192.0.2.1');
  const page = await guesser.begin();
  let answer = page;
  for (let n = 0; n < 5; n += 1) answer = await guesser.type(page, { userId, password: wrongPassword() });
  expect(pageName(answer)).toBe('locked');
}

/** With the right password, in a new browser. */
async function signIn(userId: string, process = 0): Promise<Answer> {
  const options = { process };
  const browser = new Guesser(portal, '192.0.2.2');
  const page = await browser.open(flow('claims').url, options);
  return browser.type(page, { userId, password: DEMO_PASSWORD }, options);
}
