import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { run } from '../cli/operator.ts';
import { until } from '../postgres/until.ts';
import { atOnce, figures, rounds, Tally } from '../races/rounds.ts';
import { addresses, Guesser, linesWith, plain, saysIncorrect, wrongPassword } from '../support/guesser.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, codeOf, flow, pageName } from '../support/visitor.ts';

// Rule 3 and what surrounds it: a stranger's failures do not lock the owner out, the stranger waits, and
// guessing at many accounts makes work for unknown browsers alone.

const ATTEMPTS = rounds(1000, 100, 25);
const FROM = addresses(Math.min(100, ATTEMPTS));
const WORK = { 'lockout.security_check_work': '1000', trusted_proxies: '1' };

describe('one account under attack', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({
      processes: 2,
      settings: { ...WORK, 'lockout.lock': 'PT8S', 'lockout.repeat_lock': 'PT40M' },
    });
  });
  afterAll(() => portal?.stop());

  test('a lock ends by itself, the next is longer, and an operator ends that one', async () => {
    const guesser = new Guesser(portal, '192.0.2.10');
    const owner = new Guesser(portal, '192.0.2.11');
    const page = await owner.begin();
    const first = await failUntilLocked(guesser, 'm.chen');
    expect(waitOf(first)).toBeLessThanOrEqual(8);
    // The right password does not help as long as it holds.
    const early = await owner.typeOnce(page, { userId: 'm.chen', password: DEMO_PASSWORD });
    expect(pageName(early)).toBe('locked');
    await until(async () => (await tried(new Guesser(portal, '192.0.2.11'), 'm.chen')).page === 'in');

    const second = await failUntilLocked(guesser, 'm.chen');
    expect(waitOf(second)).toBeGreaterThan(2300);
    expect(waitOf(second)).toBeLessThanOrEqual(2400);
    for (const process of [0, 1]) {
      expect((await tried(new Guesser(portal, '192.0.2.12'), 'm.chen', process)).page).toBe('locked');
    }
    expect(await run(portal.environment, ['accounts', 'unlock', 'm.chen'])).toMatchObject({ code: 0 });
    for (const process of [0, 1]) {
      expect((await tried(new Guesser(portal, '192.0.2.12'), 'm.chen', process)).page).toBe('in');
    }
    const rows = await lockEvents('m.chen');
    expect(rows).toEqual(expect.arrayContaining(['lock.begun', 'lock.begun', 'lock.lifted by cli']));
  });

  test('the owner signs in on a known device, a new one is told to wait, as nobody would be', async () => {
    const [known, other] = [new Guesser(portal, '203.0.113.1'), new Guesser(portal, '203.0.113.3')];
    expect((await tried(known, 'dr.rivera')).page).toBe('in');
    expect((await tried(other, 'sec.ops')).page).toBe('in');
    const names = ['dr.rivera', 'dr.nobody'];
    // The second lock within the day: it lasts as long as the test does.
    await Promise.all(names.map((name) => failUntilLocked(new Guesser(portal, '192.0.2.20'), name)));
    await Promise.all(names.map(untilUnlocked));
    const outcomes = new Tally();
    for (let made = 0; made < ATTEMPTS; made += FROM.length) {
      await atOnce(FROM.length, async (n) => {
        const attacker = new Guesser(portal, String(FROM[n]));
        const typed = { userId: String(names[n % 2]), password: wrongPassword() };
        const answer = await attacker.type(await attacker.begin(), typed);
        outcomes.add(`${answer.status} ${pageName(answer)}`);
      });
    }
    figures(`${ATTEMPTS} attempts from ${FROM.length} addresses`, outcomes.counts);
    expect(Object.values(outcomes.counts).reduce((sum, count) => sum + count)).toBe(ATTEMPTS);

    // The session has ended, the device is known all the same, wherever it is now.
    for (const browser of [known, other]) browser.forget('session');
    known.address = '203.0.113.2';
    const [owned, browsing] = [await tried(known, 'dr.rivera'), await tried(other, 'dr.rivera')];
    expect(owned.page).toBe('in');
    // A device that somebody else has signed in on is not the owner's.
    expect(browsing.page).toBe('locked');
    const [locked, nobody] = await Promise.all(
      names.map((name) => tried(new Guesser(portal, '203.0.113.4'), name)),
    );
    expect(locked?.page).toBe('locked');
    expect(locked?.answer.status).toBe(429);
    expect(waitOf(locked?.answer)).toBeGreaterThan(0);
    expect(locked?.answer.body).toMatch(/id="locked-until"[\s\S]*<time datetime="20/);
    expect(locked?.answer.body).toContain('class="contacts"');
    expect(plain(locked?.answer as Answer, 'dr.rivera')).toBe(plain(nobody?.answer as Answer, 'dr.nobody'));
    // The device has counters of its own, and they end: nobody guesses on without end where they once were.
    known.forget('session');
    expect(pageName(await failUntilLocked(known, 'dr.rivera'))).toBe('locked');
    expect(await linesWith(portal, ['Guessed-', DEMO_PASSWORD])).toEqual([]);
  }, 300_000);

  async function untilUnlocked(userId: string): Promise<void> {
    await until(async () => (await tried(new Guesser(portal, '192.0.2.21'), userId)).page !== 'locked');
  }

  async function lockEvents(userId: string): Promise<string[]> {
    const account = portal.db.selectFrom('accounts').select('sub').where('user_id', '=', userId);
    const rows = await portal.db
      .selectFrom('audit_events')
      .select(['event', 'actor'])
      .where('account', '=', account)
      .where('event', 'like', 'lock.%')
      .orderBy('at')
      .execute();
    return rows.map(({ event, actor }) => (actor ? `${event} by ${actor}` : event));
  }
});

describe('many accounts under attack', () => {
  const ADDRESS_FAILURES = 12;
  const SPRAYED = 6;
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({
      processes: 2,
      settings: {
        ...WORK,
        'lockout.address_failures': String(ADDRESS_FAILURES),
        'lockout.sprayed_accounts': String(SPRAYED),
      },
    });
  });
  afterAll(() => portal?.stop());

  const opened = async (browser: Guesser) => pageName(await browser.begin());
  const locks = () => portal.db.selectFrom('locks').selectAll().execute();
  let known: Guesser;

  test('an address that fails often makes unknown browsers there do the check, and no known device', async () => {
    known = new Guesser(portal, '198.51.100.1');
    expect((await tried(known, 'dr.rivera')).page).toBe('in');
    known.forget('session');
    for (let n = 0; n < ADDRESS_FAILURES; n += 1) {
      const guesser = new Guesser(portal, '198.51.100.1');
      const { answer, page } = await tried(guesser, `person-${n}`, undefined, wrongPassword());
      expect([saysIncorrect(answer), page]).toEqual([
        true,
        n < ADDRESS_FAILURES - 1 ? 'sign-in' : 'security-check',
      ]);
    }
    expect(await opened(new Guesser(portal, '198.51.100.1'))).toBe('security-check');
    expect(await opened(new Guesser(portal, '198.51.100.2'))).toBe('sign-in');
    // Whoever does not ask for the page first is not let past it.
    const straight = new Guesser(portal, '198.51.100.2');
    const page = await straight.begin();
    straight.address = '198.51.100.1';
    const answer = await straight.submit(page, { user_id: 'm.chen', password: DEMO_PASSWORD });
    expect(pageName(answer)).toBe('security-check');
    expect(codeOf(await straight.type(answer, { userId: 'm.chen', password: DEMO_PASSWORD }))).toBeTruthy();

    const owners = await known.begin();
    expect(pageName(owners)).toBe('sign-in');
    expect(
      codeOf(await known.submit(owners, { user_id: 'dr.rivera', password: DEMO_PASSWORD })),
    ).toBeTruthy();
    expect(await locks()).toEqual([]);
  });

  test('one password tried on many accounts makes every unknown browser do the check, and locks nobody', async () => {
    const password = wrongPassword();
    for (let n = 0; n < SPRAYED; n += 1) {
      expect(await opened(new Guesser(portal, `203.0.113.${n}`))).toBe('sign-in');
      await tried(new Guesser(portal, `203.0.113.${n}`), `colleague-${n}`, undefined, password);
    }
    for (const address of ['203.0.113.200', '2001:db8::1']) {
      const browser = new Guesser(portal, address);
      const page = await browser.begin();
      expect(pageName(page)).toBe('security-check');
      expect(codeOf(await browser.type(page, { userId: 'op.lee', password: DEMO_PASSWORD }))).toBeTruthy();
    }
    known.forget('session');
    expect(await opened(known)).toBe('sign-in');
    expect(await locks()).toEqual([]);
    expect(await linesWith(portal, ['Guessed-', DEMO_PASSWORD])).toEqual([]);
  });
});

/** Signs in at Claims: the page it ends at, `in` when that is the app. */
async function tried(browser: Guesser, userId: string, process?: number, password = DEMO_PASSWORD) {
  const options = process === undefined ? {} : { process };
  const page = await browser.open(flow('claims').url, options);
  const answer = await browser.type(page, { userId, password }, options);
  return { answer, page: pageName(answer) ?? (codeOf(answer) && 'in') };
}

/** Guesses at one account until there is a lock; the page that says so. */
async function failUntilLocked(browser: Guesser, userId: string): Promise<Answer> {
  const page = await browser.begin();
  for (let failures = 1; failures < 5; failures += 1) {
    const answer = await browser.type(page, { userId, password: wrongPassword() });
    expect([failures, pageName(answer)]).not.toEqual([failures, 'locked']);
  }
  const last = await browser.type(page, { userId, password: wrongPassword() });
  expect([last.status, pageName(last)]).toEqual([429, 'locked']);
  return last;
}

/** Seconds. */
function waitOf(answer: Answer | undefined): number {
  return Number(answer?.headers.get('retry-after'));
}
