import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addPerson } from '../sign-in/people.ts';
import { Guesser, linesWith, saysIncorrect, verifications, wrongPassword } from '../support/guesser.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { type Answer, pageName } from '../support/visitor.ts';
import { atOnce, rounds, Tally } from './rounds.ts';

// Rules 1 and 6: of all guesses exactly those that are allowed reach the verifier, whatever the parallelism, the
// number of replicas, the spelling of the user ID, the browser and what headers say about the address.

const ACCOUNTS = rounds(100, 10, 2);
/** Accounts that are guessed at together: beyond that the machine has no sockets left. */
const WAVE = Math.min(10, ACCOUNTS);
/** Browsers that guess at one account; each makes its guesses in one sign-in, all at once. */
const BROWSERS = 10;
const FAILURES = 5;
const CHECK_AFTER = 3;
const PASSWORD = 'Violet-Harbour-41-Lamps';

const FORGED = [
  ...Array.from({ length: 20 }, (_, n) => `198.51.100.${n + 1}`),
  ...Array.from({ length: 10 }, (_, n) => `2001:db8:0:${n + 1}::1`),
  ...Array.from({ length: 10 }, (_, n) => `127.0.0.1, 203.0.113.${n + 1}`),
  ...['::1', '[2001:db8::9]:443', '192.0.2.1:8080', ' 192.0.2.2 ', '::ffff:192.0.2.3'],
  ...['', 'unknown', '999.1.1.1', ', , ,', `${'1.'.repeat(500)}1`],
];

const half = (name: string, turn: boolean) => (turn ? name.toUpperCase() : name);
const FORMS: ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.normalize('NFD'),
  (name) => name.toUpperCase().normalize('NFD'),
  (name) => [...name].map((letter, n) => half(letter, n % 2 === 0)).join(''),
  (name) =>
    name.replaceAll(/[a-z]/g, (letter) => String.fromCodePoint(Number(letter.codePointAt(0)) + 0xfee0)),
];
const FILLINGS: ((name: string) => string)[] = [
  (name) => name,
  (name) => `\u00a0 ${name} `,
  (name) => name.replace('.', '\u200b.\u2060'),
  (name) => name.replace('.', ' .\u3000'),
  (name) => `\ufeff${name.replace('.', '.\u00ad\u200d')}`,
];

/** Thirty spellings of one user ID. */
const spellings = (name: string) => FORMS.flatMap((form) => FILLINGS.map((fill) => fill(form(name))));

describe.each([
  { trusted: 0, addresses: 'headers that nobody trusts', guesses: rounds(500, 100, 40) },
  { trusted: 1, addresses: 'headers that a proxy vouches for', guesses: rounds(500, 30) },
])('$addresses', ({ trusted, guesses }) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({
      processes: 2,
      settings: {
        trusted_proxies: String(trusted),
        'lockout.failures': String(FAILURES),
        'lockout.security_check_after': String(CHECK_AFTER),
        'lockout.security_check_work': '1000',
        // The counters of the account are on trial, not what is known of an address.
        'lockout.address_failures': '100000',
        // A process that cannot keep up is to be slow here, not to give up.
        'redis.command_timeout': 'PT20S',
        'database.connect_timeout': 'PT20S',
        'database.query_timeout': 'PT20S',
      },
    });
  });
  afterAll(() => portal?.stop());

  test.each([
    { guessers: 'solve', solves: true, allowed: FAILURES, locks: ACCOUNTS },
    { guessers: 'do not solve', solves: false, allowed: CHECK_AFTER, locks: 0 },
  ])(
    'guessers who $guessers the security check: exactly the allowed attempts are verified',
    async ({ guessers, solves, allowed, locks }) => {
      const names = Array.from({ length: ACCOUNTS }, (_, n) => `zoë.${solves ? 'solved' : 'left'}-${n}`);
      // Half of them exist.
      for (const name of names.slice(ACCOUNTS / 2)) await addPerson(portal, name, PASSWORD);
      const [verified, lockRows, failed] = await Promise.all([
        verifications(portal),
        lockCount(),
        failures(),
      ]);
      const outcomes = new Tally();
      for (let wave = 0; wave < ACCOUNTS; wave += WAVE) {
        const guess = (n: number) => guessAtOnce(String(names[wave + (n % WAVE)]), solves, outcomes);
        await atOnce(WAVE * BROWSERS, guess);
      }

      const counted = (await verifications(portal)) - verified;
      process.stdout.write(
        `${ACCOUNTS} accounts × ${guesses} guesses, trusted proxies ${trusted}, guessers ${guessers} the check: ` +
          `${counted} verified, ${JSON.stringify(outcomes.counts)}\n`,
      );
      expect(counted).toBe(ACCOUNTS * allowed);
      expect((await failures()).length - failed.length).toBe(ACCOUNTS * allowed);
      expect((await lockCount()) - lockRows).toBe(locks);
      expect(outcomes.counts.in).toBeUndefined();
      // The last one that is wrong is told of the lock.
      expect(outcomes.counts.incorrect).toBe(ACCOUNTS * (solves ? allowed - 1 : allowed));
      expect(await linesWith(portal, ['Guessed-', PASSWORD])).toEqual([]);
    },
    rounds(3_600_000, 300_000),
  );

  test('the address that is recorded is the one that the settings trust', async () => {
    const seen = new Set((await failures()).map(({ address }) => address));
    // Garbage gives the socket's own.
    const believed = trusted === 0 ? [] : FORGED.map((said) => said.split(',').at(-1)?.trim() ?? '');
    for (const address of seen) {
      const known = ['127.0.0.1', '2001:db8::9', '192.0.2.1', '192.0.2.3', ...believed];
      expect(trusted === 0 ? ['127.0.0.1'] : known).toContain(address);
    }
    expect(seen.size > 1).toBe(trusted > 0);
  });

  /** One browser's guesses, all at once, each from somewhere else and in another spelling. */
  async function guessAtOnce(name: string, solves: boolean, outcomes: Tally): Promise<void> {
    const browser = new Guesser(portal, '');
    const page = await browser.begin();
    expect(pageName(page)).toBe('sign-in');
    const written = spellings(name);
    await atOnce(guesses / BROWSERS, async () => {
      browser.address = any(FORGED);
      const typed = { userId: any(written), password: wrongPassword() };
      outcomes.add(outcomeOf(solves ? await browser.type(page, typed) : await browser.typeOnce(page, typed)));
    });
  }

  const failures = () =>
    portal.db.selectFrom('audit_events').select('address').where('event', '=', 'sign-in.failed').execute();
  const lockCount = async () => (await portal.db.selectFrom('locks').select('id').execute()).length;
});

function any<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

function outcomeOf(answer: Answer): string {
  if (saysIncorrect(answer)) return 'incorrect';
  return pageName(answer) ?? (answer.headers.get('location')?.includes('code=') ? 'in' : `${answer.status}`);
}
