import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { hashSubject, type Secret } from '../../src/lockout/attempt.ts';
import { newRowId } from '../../src/postgres/row-id.ts';
import { run } from '../cli/operator.ts';
import { until } from '../postgres/until.ts';
import { atOnce } from '../races/rounds.ts';
import {
  addReached,
  askByMail,
  enrol,
  freshCode,
  NEW_PASSWORD,
  type Reachable,
  type Reached,
  startReachable,
  stepOf,
} from '../recovery/recovering.ts';
import { plain } from '../support/guesser.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { type Answer, codeOf, flow, pageName, Visitor } from '../support/visitor.ts';

// Rule 38: no more than a hundred failures in a row, and what the owner can do then. The windows are wide, so that
// the hundred come at once.

const MOST = 100;

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({
    processes: 2,
    settings: {
      'lockout.failures': String(MOST),
      'lockout.device_failures': String(MOST),
      'lockout.security_check_after': String(MOST),
      'lockout.address_failures': '100000',
      'lockout.sprayed_accounts': '100000',
      'lockout.lock': 'PT1S',
      'lockout.repeat_lock': 'PT1S',
    },
  });
});
afterAll(() => reachable?.stop());

const browser = () => new Visitor(reachable.portal);

async function type(visitor: Visitor, userId: string, password: string): Promise<Answer> {
  return visitor.submit(await visitor.open(flow('claims').url), { user_id: userId, password });
}

/** A stranger's failures, in browsers without a history. */
async function failPasswords(userId: string, times = MOST): Promise<void> {
  const visitors = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const visitor = browser();
      return { visitor, page: await visitor.open(flow('claims').url) };
    }),
  );
  let left = times;
  while (left > 0) {
    const round = visitors.slice(0, left);
    left -= round.length;
    await atOnce(round.length, async (n) => {
      const { visitor, page } = round[n] as (typeof visitors)[number];
      await visitor.submit(page, { user_id: userId, password: 'wrong' });
    });
  }
}

/** As if so many had failed long ago: rows are what counts, and a hundred real ones are one test's alone. */
async function failedBefore(
  userId: string,
  secret: Secret,
  failures: number,
  account?: string,
): Promise<void> {
  await reachable.portal.db
    .insertInto('failure_streaks')
    .values({
      subject: hashSubject(foldUserId(userId)),
      secret,
      device: '',
      streak: newRowId(),
      failures,
      account: account ?? null,
    })
    .execute();
}

const isShut = (page: Answer) => pageName(page) === 'locked' && page.body.includes('no longer work');

/** What is shut stays so when the window's own lock has ended. */
async function waitForLock(userId: string): Promise<void> {
  const locks = () =>
    reachable.portal.db
      .selectFrom('locks')
      .innerJoin('accounts', 'accounts.sub', 'locks.account')
      .select('id')
      .where('user_id', '=', userId)
      .where('ends_at', '>', new Date())
      .execute();
  await until(async () => (await locks()).length === 0);
}

const mailsTo = ({ email }: Reached, subject: string) =>
  reachable.mail.to(email).filter((mail) => mail.subject.includes(subject));

async function events(account: string, event: string) {
  const rows = reachable.portal.db.selectFrom('audit_events').select(['event', 'reason', 'actor']);
  return rows.where('account', '=', account).where('event', '=', event).execute();
}

describe('a hundred wrong passwords of a stranger', () => {
  test('keep out every unknown browser, and the owner signs in on a known device all the same', async () => {
    const owner = await addReached(reachable);
    const known = browser();
    codeOf(await type(known, owner.userId, DEMO_PASSWORD));
    known.forget('session');
    await failPasswords(owner.userId);
    await failedBefore('nobody.has.this', 'password', MOST - 2);
    await failPasswords('nobody.has.this', 2);
    await waitForLock(owner.userId);
    const refused = await type(browser(), owner.userId, DEMO_PASSWORD);
    expect([refused.status, isShut(refused)]).toEqual([429, true]);
    expect(refused.headers.get('retry-after')).toBeNull();
    const nobody = await type(browser(), 'nobody.has.this', DEMO_PASSWORD);
    expect(plain(nobody, 'nobody.has.this')).toBe(plain(refused, owner.userId));

    codeOf(await type(known, owner.userId, DEMO_PASSWORD));
    // A success is the end of the row, everywhere.
    codeOf(await type(browser(), owner.userId, DEMO_PASSWORD));
    expect(await events(owner.sub, 'authenticator.shut')).toHaveLength(1);
    expect(await events(owner.sub, 'authenticator.opened')).toEqual([
      { event: 'authenticator.opened', reason: 'password', actor: null },
    ]);
    await until(() => mailsTo(owner, 'Too many failed attempts').length > 0);
    expect(mailsTo(owner, 'Too many failed attempts')[0]?.text).toContain('only on devices where you have');
  });

  test('are over for an owner who resets the password by one mailed link', async () => {
    const owner = await addReached(reachable);
    await failedBefore(owner.userId, 'password', MOST - 3, owner.sub);
    await failPasswords(owner.userId, 3);
    expect(isShut(await type(browser(), owner.userId, DEMO_PASSWORD))).toBe(true);
    const { link } = await askByMail(reachable, owner);
    const elsewhere = browser();
    const page = await elsewhere.open(link);
    expect(stepOf(page)).toBe('password');
    const done = await elsewhere.submit(page, { password: NEW_PASSWORD });
    expect(pageName(done)).toBe('recover-password-done');
    codeOf(await type(browser(), owner.userId, NEW_PASSWORD));
    expect(await events(owner.sub, 'authenticator.opened')).toEqual([
      { event: 'authenticator.opened', reason: 'password', actor: 'recovery' },
    ]);
  });

  test('are shown to operators, and `accounts unlock` ends them', async () => {
    const { environment } = reachable.portal;
    const owner = await addReached(reachable);
    await failedBefore(owner.userId, 'password', MOST - 3, owner.sub);
    await failPasswords(owner.userId, 3);
    const shown = await run(environment, ['accounts', 'show', owner.userId]);
    expect(shown.stdout).toMatch(/^failures +password 100, not accepted since \d{4}-/m);
    const unlocked = await run(environment, ['accounts', 'unlock', owner.userId]);
    expect(unlocked.stdout).toContain('is unlocked: 1 block ended');
    codeOf(await type(browser(), owner.userId, DEMO_PASSWORD));
  });
});

describe('a hundred wrong codes behind the right password', () => {
  test('shut the authenticator on every device, even for the mailbox, until the help desk opens it', async () => {
    const { portal } = reachable;
    const owner = await addReached(reachable);
    const secret = await enrol(portal, owner.sub);
    await failedBefore(owner.userId, 'totp', MOST - 10, owner.sub);
    const thief = browser();
    let page = await type(thief, owner.userId, DEMO_PASSWORD);
    for (let n = 0; n < MOST && pageName(page) === 'second-factor'; n += 1) {
      const right = await freshCode(portal, owner.sub, secret);
      page = await thief.submit(page, { code: right === '000000' ? '111111' : '000000' });
    }
    const asked = await type(browser(), owner.userId, DEMO_PASSWORD);
    expect(isShut(asked)).toBe(true);
    expect(asked.body).toContain('with=recovery');
    await until(() => mailsTo(owner, 'Too many failed attempts').length > 0);
    expect(mailsTo(owner, 'Too many failed attempts')[0]?.text).toContain('authenticator app');
    // Nothing but another authenticator, or people, opens it: the mailbox alone must not.
    const { link } = await askByMail(reachable, owner);
    expect(isShut(await browser().open(link))).toBe(true);
    await run(portal.environment, ['accounts', 'unlock', owner.userId]);
    const visitor = browser();
    const factor = await type(visitor, owner.userId, DEMO_PASSWORD);
    const answer = await visitor.submit(factor, { code: await freshCode(portal, owner.sub, secret) });
    codeOf(answer);
  });
});
