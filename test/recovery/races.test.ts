import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atOnce, figures, rounds, Tally } from '../races/rounds.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import { addReached, askByMail, type Reachable, startReachable, stepOf } from './recovering.ts';

const ROUNDS = rounds(200, 2);
const USES = 16;

let reachable: Reachable;
beforeAll(async () => {
  // More may be tried at once than there are uses: what is tested is not the guard.
  const settings = { 'lockout.failures': '100', 'lockout.security_check_after': '100' };
  reachable = await startReachable({ processes: 2, settings });
});
afterAll(() => reachable.stop());

const passwordOf = (index: number) => `seven quiet herons wade ${String(index)}`;

async function rowsOf(sub: string, event: string): Promise<number> {
  const rows = await reachable.portal.db
    .selectFrom('audit_events')
    .select('id')
    .where('account', '=', sub)
    .where('event', '=', event)
    .execute();
  return rows.length;
}

/** Which of the passwords lets its person in. */
async function winners(userId: string, count: number): Promise<number[]> {
  const tried = [];
  for (let index = 0; index < count; index += 1) {
    const visitor = new Visitor(reachable.portal);
    const signedIn = await visitor.signIn('claims', { userId, password: passwordOf(index) }).then(
      () => true,
      () => false,
    );
    if (signedIn) tried.push(index);
  }
  return tried;
}

test(
  `of ${USES} parallel uses of one code on two processes, and of ${USES} passwords after it, one wins`,
  async () => {
    const tally = new Tally();
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await addReached(reachable);
      const { visitor, page, code } = await askByMail(reachable, person);
      const uses = Array.from({ length: USES }, () => visitor.clone());
      await atOnce(USES, (n) => (uses[n] as Visitor).submit(page, { code }, { process: n % 2 }));
      expect(await rowsOf(person.sub, 'recovery.proved')).toBe(1);
      const choose = await visitor.open('/recover/password');
      expect(stepOf(choose)).toBe('password');
      const answers = await atOnce(USES, (n) =>
        (uses[n] as Visitor).submit(choose, { password: passwordOf(n) }, { process: n % 2 }),
      );
      for (const answer of answers) tally.add(String(pageName(answer)));
      const names = answers.map((answer) => `${answer.status} ${pageName(answer)}`);
      expect(names.filter((name) => name !== '410 link-dead')).toEqual(['200 recover-password-done']);
      expect(await rowsOf(person.sub, 'password.changed')).toBe(1);
    }
    figures('parallel uses of a code', tally.counts);
  },
  60_000 * ROUNDS,
);

test(
  `of ${USES} browsers that use one link on two processes one wins, and its password is the one`,
  async () => {
    const tally = new Tally();
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await addReached(reachable);
      const { link } = await askByMail(reachable, person);
      const uses = await atOnce(USES, async (n) => {
        const visitor = new Visitor(reachable.portal);
        return { visitor, page: await visitor.open(link, { process: n % 2 }) };
      });
      const answers = await Promise.all(
        uses.map(({ visitor, page }, n) =>
          visitor.submit(page, { password: passwordOf(n) }, { process: n % 2 }),
        ),
      );
      const names = answers.map(pageName);
      for (const name of names) tally.add(String(name));
      const won = names.flatMap((name, n) => (name === 'recover-password-done' ? [n] : []));
      expect(won).toHaveLength(1);
      expect(await rowsOf(person.sub, 'password.changed')).toBe(1);
      if (round === 0) expect(await winners(person.userId, USES)).toEqual(won);
    }
    figures('parallel uses of a link', tally.counts);
  },
  60_000 * ROUNDS,
);
