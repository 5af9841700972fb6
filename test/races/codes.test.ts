import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { People, type Somebody } from '../support/enrolled.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { type Answer, flow, formAction, formPost, pageName, redeem, Visitor } from '../support/visitor.ts';
import { atOnce, figures, rounds, Tally } from './rounds.ts';

const PARALLEL = 16;
const ROUNDS = rounds(200, 6, 1);

let portal: Portal;
let people: People;
beforeAll(async () => {
  // Failures are not to lock here, nor to call for the security check: one code for each of 16 is the question.
  const settings = {
    'lockout.failures': '100',
    'lockout.security_check_after': '100',
    'lockout.address_failures': '100000',
    // Nor is a slow machine's 503.
    'database.connect_timeout': 'PT15S',
    'database.query_timeout': 'PT15S',
    'redis.command_timeout': 'PT15S',
  };
  portal = await startPortal({ processes: 2, settings });
  people = await People.of(portal);
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
});

const codes: [string, (somebody: Somebody) => Promise<Record<string, string>>][] = [
  ['a code of an authenticator app', async (somebody) => ({ with: 'app', code: people.codeOf(somebody) })],
  [
    'a recovery code',
    async (somebody) => ({
      with: 'recovery',
      code: String((await people.giveRecoveryCodes(somebody))[3]),
    }),
  ],
];

test.each(codes)(
  'of 16 sign-ins that use %s at once, on two processes, one gets in',
  async (kind, code) => {
    const seen = new Tally();
    let winners = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Somebody new each time: of an authenticator there is one code in 30 s.
      const somebody = await people.enrolled();
      const tabs = await atOnce(PARALLEL, () => atSecondFactor(somebody));
      const fields = await code(somebody);
      const answers = await atOnce(PARALLEL, (index) => use(tabs[index] as Tab, fields, index));
      const won = answers.filter(({ answer }) => answer.headers.get('location')?.includes('code='));
      expect(won).toHaveLength(1);
      winners += won.length;
      for (const { answer } of answers) seen.add(outcomeOf(answer));
      // At once, with what the log says: at the end nobody would find it any more.
      expect(Object.keys(seen.counts).filter((outcome) => outcome.startsWith('error'))).toEqual([]);
      expect(await people.openSessions(somebody)).toHaveLength(1);
      const [{ started, answer }] = won as [(typeof won)[number]];
      const url = new URL(String(answer.headers.get('location')));
      const got = await redeem(portal, { ...started, code: String(url.searchParams.get('code')) });
      expect(got.status).toBe(200);
    }
    expect(seen.counts).toEqual({ 'signed in': ROUNDS, 'second-factor': ROUNDS * (PARALLEL - 1) });
    figures(`16 parallel uses of ${kind}`, { rounds: ROUNDS, winners, answers: seen.counts });
  },
  30_000 + ROUNDS * 20_000,
);

/** The page that came, an error page with its code and with what the log says of it. */
function outcomeOf(answer: Answer): string {
  const [, error = ''] = /id="error-code">([^<]*)</.exec(answer.body) ?? [];
  const [, id] = /id="error-id">([^<]*)</.exec(answer.body) ?? [];
  const logged = id === undefined ? undefined : portal.logs.find((line) => line.includes(id));
  return [pageName(answer) ?? 'signed in', error, logged].filter(Boolean).join(' ');
}

interface Tab {
  readonly visitor: Visitor;
  readonly started: ReturnType<typeof flow>;
  readonly page: Answer;
}

/** A browser of its own whose person gave the password and is asked for a code. */
async function atSecondFactor(somebody: Somebody): Promise<Tab> {
  const visitor = new Visitor(portal);
  const started = flow('claims');
  const first = await visitor.open(started.url);
  const { answer: page } = await people.walk(visitor, first, somebody, {}, 'second-factor');
  expect(pageName(page)).toBe('second-factor');
  return { visitor, started, page };
}

async function use({ visitor, started, page }: Tab, fields: Record<string, string>, index: number) {
  const process = { process: index % 2 };
  const answer = await visitor.open(formAction(page), { ...formPost(page, fields), ...process });
  return { started, answer };
}
