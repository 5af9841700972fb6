import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rounds } from '../races/rounds.ts';
import { auc } from '../support/auc.ts';
import { type Answer, pageName, Visitor } from '../support/visitor.ts';
import { addReached, ask, expire, type Reachable, startReachable } from './recovering.ts';

// Rule 7: whether somebody has a user ID, an address or a number shows neither in an answer nor in its time.

const A_SIDE = rounds(2000, 200);
/** Of 0.5, which is chance. */
const TOLERANCE = rounds(0.03, 0.08);

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({
    settings: {
      'lockout.address_failures': '100000',
      'recovery.requests_per_account': '2',
      'recovery.resend_wait': 'PT1S',
    },
  });
});
afterAll(() => reachable.stop());

/** Everything but times, nonces and what was typed. */
function said({ status, headers, body, url }: Answer, typed: string): string {
  const kept = [...headers].filter(([name]) => !['date', 'retry-after'].includes(name));
  const plain = JSON.stringify([status, url.pathname, kept, body])
    .replaceAll(/(name=\\"csrf\\"[^>]*value=\\")[\w-]+/g, '$1CSRF')
    .replaceAll(/vestibule_(csrf|recovery)(\.sig)?=[\w.-]+/g, 'vestibule_$1$2=')
    .replaceAll(/expires=[^;]*/gi, 'expires=')
    .replaceAll(/data-seconds=\\"\d+\\"/g, 'data-seconds')
    .replaceAll(/another code (now|in \d+ seconds?)\./g, 'another code.')
    .replaceAll(/\d+:\d+ [AP]M UTC|\d\d\d\d-\d\d-\d\dT[\d:.]+Z|in about \d+ minutes?/g, 'TIME')
    .replaceAll(typed, 'TYPED');
  return plain.replace(/\["content-length","\d+"\],?/, '');
}

test('existing, unknown and disabled accounts, and ones without that channel, get the same bytes at every step', async () => {
  const kinds = {
    existing: (await addReached(reachable)).userId,
    disabled: (await addReached(reachable, { status: 'disabled' })).userId,
    invited: (await addReached(reachable, { status: 'invited', password_hash: null })).userId,
    'without a channel': (await addReached(reachable, { email: null, phone_number: null })).userId,
    'of other case': (await addReached(reachable)).userId.toUpperCase(),
    unknown: 'Person.99999',
  };
  for (const channel of ['email', 'sms'] as const) {
    const walks: Record<string, string[]> = {};
    for (const [kind, userId] of Object.entries(kinds)) {
      const visitor = new Visitor(reachable.portal);
      const steps: Answer[] = [];
      const page = await ask(visitor, userId, { channel });
      steps.push(page);
      // The third is one too many for a user ID.
      const posts: Record<string, string>[] = [{ choice: 'resend' }, { code: '1' }, { code: '' }];
      for (const fields of posts) {
        steps.push(await visitor.submit(page, fields));
      }
      steps.push(await ask(new Visitor(reachable.portal), userId, { channel }));
      await expire(reachable.portal, 'reset-code');
      steps.push(await visitor.submit(page, { code: '123456' }));
      walks[kind] = steps.map((answer) => said(answer, userId));
      expect(steps.map(pageName)).toEqual(Array(6).fill('recover-password'));
    }
    for (const [kind, walk] of Object.entries(walks)) expect([kind, walk]).toEqual([kind, walks.unknown]);
  }
});

test('wrong codes lead to the same check and the same lock for all', async () => {
  const kinds = [(await addReached(reachable)).userId, 'Person.88888'];
  const walks = [];
  for (const userId of kinds) {
    const visitor = new Visitor(reachable.portal);
    const page = await ask(visitor, userId);
    const steps: Answer[] = [];
    for (let n = 0; n < 4; n += 1) steps.push(await visitor.submit(page, { code: '000000' }));
    expect(steps.map(pageName)).toEqual([
      ...['recover-password', 'recover-password', 'security-check', 'security-check'],
    ]);
    walks.push(
      steps.map((answer) => said(answer, userId).replaceAll(/ challenge=\\".*?\\" configuration/g, '')),
    );
  }
  expect(walks[0]).toEqual(walks[1]);
});

/** Pairs of one of each, in an order that nobody can foretell: what slows the machine slows both. */
const interleaved = () =>
  Array.from({ length: A_SIDE }, () =>
    Math.random() < 0.5 ? ['known', 'unknown'] : ['unknown', 'known'],
  ).flat() as ('known' | 'unknown')[];

const median = (times: readonly number[]) =>
  (times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0).toFixed(1);

function judge(what: string, { known, unknown }: Record<'known' | 'unknown', number[]>): void {
  const area = auc(known, unknown);
  process.stdout.write(
    `${what}, ${A_SIDE} a side: AUC ${area.toFixed(3)}, median ms ${median(known)} known, ${median(unknown)} unknown\n`,
  );
  expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(TOLERANCE);
}

test(
  'neither asking for a code, nor a wrong code, nor asking for user IDs takes longer for somebody',
  async () => {
    const known: { userId: string; email: string }[] = [];
    for (let n = 0; n < A_SIDE; n += 1) known.push(await addReached(reachable));
    const visitor = new Visitor(reachable.portal);
    const form = await visitor.open('/recover/password');
    const finding = await visitor.open('/recover/user-id');
    const timed = { asks: times(), codes: times(), finds: times() };
    for (const side of interleaved()) {
      const n = timed.asks[side].length;
      const { userId, email } = known[n] as { userId: string; email: string };
      const odd = (text: string) => (side === 'known' ? text : text.replace(/^./, 'q'));
      const fields = { user_id: odd(userId), channel: 'email' };
      const asked = await clock(timed.asks[side], () => visitor.submit(form, fields));
      const answer = await clock(timed.codes[side], () => visitor.submit(asked, { code: '000000' }));
      expect([pageName(asked), pageName(answer)]).toEqual(['recover-password', 'recover-password']);
      const found = await clock(timed.finds[side], () => visitor.submit(finding, { contact: odd(email) }));
      expect(pageName(found)).toBe('recover-user-id');
    }
    judge('asking for a code', timed.asks);
    judge('a wrong code', timed.codes);
    judge('asking for user IDs', timed.finds);
  },
  A_SIDE * 5_000,
);

const times = () => ({ known: [] as number[], unknown: [] as number[] });

async function clock(into: number[], run: () => Promise<Answer>): Promise<Answer> {
  const begun = performance.now();
  const answer = await run();
  into.push(performance.now() - begun);
  return answer;
}
