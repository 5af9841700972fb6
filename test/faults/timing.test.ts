import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { rounds } from '../races/rounds.ts';
import { addPerson } from '../sign-in/people.ts';
import { auc } from '../support/auc.ts';
import { Guesser, plain, wrongPassword } from '../support/guesser.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, pageName } from '../support/visitor.ts';

// Rule 7: whether somebody has a user ID shows neither in an answer's bytes nor in its time, locked or not. Each
// user ID is asked about three times: it fails, the failure locks it, it is locked.

const A_SIDE = rounds(2000, 300);
/** Of 0.5, which is chance; three to four times its own standard error. */
const TOLERANCE = rounds(0.03, 0.08);

let portal: Portal;
beforeAll(async () => {
  portal = await startPortal({
    settings: {
      'lockout.failures': '2',
      'lockout.security_check_after': '100',
      'lockout.address_failures': '100000',
      'lockout.sprayed_accounts': '100000',
      // The lock goes on for as long as the test does, and its end is many minutes away for everybody.
      'lockout.lock': 'PT10H',
    },
  });
  await addPeople(A_SIDE);
}, 120_000);
afterAll(() => portal?.stop());

/** As long as one another, and no part of one tells which kind it is. */
const known = Array.from({ length: A_SIDE }, () => someone());
const unknown = Array.from({ length: A_SIDE }, () => someone());

const STAGES = [
  { stage: 'fails', status: 200, page: 'sign-in' },
  { stage: 'fails for the last time', status: 429, page: 'locked' },
  { stage: 'is locked', status: 429, page: 'locked' },
];

test.each(STAGES)(
  'a sign-in that $stage tells nothing about whether there is such a user ID',
  async ({ stage, status, page }) => {
    const browser = new Guesser(portal, '');
    const form = await browser.begin();
    const ask = async (userId: string, password: string) => {
      const begun = performance.now();
      const answer = await browser.submit(form, { user_id: userId, password });
      const ms = performance.now() - begun;
      expect([answer.status, pageName(answer)]).toEqual([status, page]);
      return { ms, said: said(answer, userId) };
    };
    const times = { known: [] as number[], unknown: [] as number[] };
    const bodies = new Set<string>();
    for (const side of interleaved()) {
      const n = times[side].length;
      const userId = (side === 'known' ? known : unknown)[n] as string;
      // While locked every other one of those who exist types what is right.
      const right = stage === 'is locked' && side === 'known' && n % 2 === 0;
      const { ms, said } = await ask(userId, right ? DEMO_PASSWORD : wrongPassword());
      times[side].push(ms);
      bodies.add(said);
    }
    const area = auc(times.known, times.unknown);
    process.stdout.write(
      `a sign-in that ${stage}, ${A_SIDE} a side: AUC ${area.toFixed(3)}, ` +
        `median ms ${median(times.known)} known, ${median(times.unknown)} unknown\n`,
    );
    expect(bodies.size).toBe(1);
    expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(TOLERANCE);
  },
  600_000,
);

test('the figure would show a bias', () => {
  const noise = Array.from({ length: 2 * A_SIDE }, () => Math.random());
  const [one, other] = [noise.slice(A_SIDE), noise.slice(0, A_SIDE)];
  expect(Math.abs(auc(one, other) - 0.5)).toBeLessThanOrEqual(TOLERANCE);
  expect(
    auc(
      one,
      other.map((ms) => ms + 0.2),
    ),
  ).toBeGreaterThan(0.5 + TOLERANCE);
  expect(auc([1, 1], [1, 1])).toBe(0.5);
  expect(auc([1, 2], [2, 3])).toBe(0.875);
});

/** Copies one account with its password: hashing thousands would take minutes. */
async function addPeople(count: number): Promise<void> {
  await addPerson(portal, 'the.pattern', DEMO_PASSWORD);
  const { db } = portal;
  const pattern = await db
    .selectFrom('accounts')
    .selectAll()
    .where('user_id', '=', 'the.pattern')
    .executeTakeFirstOrThrow();
  for (let from = 0; from < count; from += 100) {
    const people = known.slice(from, from + 100).map((userId) => ({
      ...pattern,
      sub: `sub-${userId}`,
      user_id: userId,
      user_id_folded: foldUserId(userId),
    }));
    await db.insertInto('accounts').values(people).execute();
  }
}

function someone(): string {
  return `p${Math.random().toFixed(14).slice(2)}`;
}

/** Pairs of one of each, in an order that nobody can foretell: what slows the machine slows both. */
function interleaved(): ('known' | 'unknown')[] {
  return Array.from({ length: A_SIDE }, () =>
    Math.random() < 0.5 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const),
  ).flat();
}

/** Everything but times, nonces and what was typed. A clock's time is not always as long, and so is the page. */
function said(answer: Answer, userId: string): string {
  const moving = ['date', 'retry-after', 'content-length'];
  const headers = [...answer.headers].filter(([name]) => !moving.includes(name));
  return JSON.stringify([headers, plain(answer, userId)]);
}

function median(times: readonly number[]): string {
  return (times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0).toFixed(1);
}
