import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { run } from '../cli/operator.ts';
import { until } from '../postgres/until.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { type Answer, codeOf, flow, pageName, Visitor } from '../support/visitor.ts';
import {
  addReached,
  ask,
  askByMail,
  codeIn,
  enrol,
  freshCode,
  linkIn,
  NEW_PASSWORD,
  nextMail,
  type Reachable,
  type Reached,
  startReachable,
  stepOf,
} from './recovering.ts';

// Rule 37: what strangers spend is never the owner's.

const PER_NETWORK = 3;
const IN_ALL = 6;

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({
    processes: 2,
    settings: {
      'lockout.security_check_after': '100',
      'recovery.requests_per_account': String(PER_NETWORK),
      'recovery.requests_in_all': String(IN_ALL),
      trusted_proxies: '1',
    },
  });
});
afterAll(() => reachable?.stop());

let networks = 0;
function newNetwork(): string {
  networks += 1;
  return `203.0.113.${networks}`;
}

/** A browser on a network of its own, unless `network` says which. */
function browser(network = newNetwork()): Visitor {
  const visitor = new Visitor(reachable.portal);
  visitor.sends({ 'x-forwarded-for': network });
  return visitor;
}

async function signIn(visitor: Visitor, { userId }: Reached, password = DEMO_PASSWORD): Promise<Answer> {
  return visitor.submit(await visitor.open(flow('claims').url), { user_id: userId, password });
}

const mailsTo = ({ email }: Reached, subject: RegExp) =>
  reachable.mail.to(email).filter((mail) => subject.test(mail.subject));

/** Whether something becomes so; a test that it does not would only time out. */
const comes = (condition: () => boolean) =>
  until(async () => condition()).then(
    () => true,
    () => false,
  );

/** Asks for a code and gets five wrong, as somebody without the mailbox. */
async function failCodes({ userId }: Reached): Promise<Answer> {
  const stranger = browser();
  let page = await ask(stranger, userId);
  for (let n = 0; n < 5; n += 1) page = await stranger.submit(page, { code: '000000' });
  expect(pageName(page)).toBe('locked');
  return page;
}

describe('wrong codes of a stranger', () => {
  test('lock no mailed link: its owner asks, opens it and is in, while codes are locked', async () => {
    const owner = await addReached(reachable);
    await failCodes(owner);
    const before = mailsTo(owner, /Your code/).length;
    const visitor = browser();
    const locked = await ask(visitor, owner.userId);
    expect([pageName(locked), locked.status]).toEqual(['locked', 429]);
    expect(locked.body).toContain('Open the link in the email');
    expect(await comes(() => mailsTo(owner, /Your code/).length > before)).toBe(true);
    const link = linkIn(String(mailsTo(owner, /Your code/).at(-1)?.text));
    const page = await visitor.open(link);
    expect(stepOf(page)).toBe('password');
    expect(pageName(await visitor.submit(page, { password: NEW_PASSWORD }))).toBe('recover-password-done');
    codeOf(await signIn(browser(), owner, NEW_PASSWORD));
  });

  test('are told to nobody who asks: the pages for an unknown user ID are the same', async () => {
    const nobody = { userId: 'nobody.at.all' } as Reached;
    await failCodes(nobody);
    expect(pageName(await ask(browser(), nobody.userId))).toBe('locked');
    const byText = await ask(browser(), nobody.userId, { channel: 'sms' });
    expect(byText.body).toContain('Choose email instead');
  });

  test('behind the right password lock no mailed link either', async () => {
    const owner = await addReached(reachable);
    const secret = await enrol(reachable.portal, owner.sub);
    const thief = browser();
    let page = await signIn(thief, owner);
    for (let n = 0; n < 5; n += 1) page = await thief.submit(page, { code: wrongFor(await codeNow()) });
    expect(pageName(page)).toBe('locked');
    expect(page.body).toContain('with=recovery');
    const { link } = await askByMail(reachable, owner, browser());
    const visitor = browser();
    const factor = await visitor.open(link);
    expect(stepOf(factor)).toBe('second_factor');
    expect(stepOf(await visitor.submit(factor, { second_factor: await codeNow() }))).toBe('password');
    // Another link, or another browser, gives no fresh guesses.
    const other = browser();
    let guessing = await other.open(link);
    for (let n = 0; n < 5; n += 1) {
      guessing = await other.submit(guessing, { second_factor: wrongFor(await codeNow()) });
    }
    expect(pageName(guessing)).toBe('locked');
    const { link: next } = await askByMail(reachable, owner, browser());
    expect(pageName(await browser().open(next))).toBe('locked');

    function codeNow() {
      return freshCode(reachable.portal, owner.sub, secret);
    }
  });
});

describe('requests of a stranger', () => {
  const asked = async ({ userId }: Reached, network: string, times: number) => {
    for (let n = 0; n < times; n += 1) await ask(browser(network), userId);
  };

  test('use up what their own network may ask for, and leave the owner on another the next message', async () => {
    const owner = await addReached(reachable);
    await asked(owner, '198.51.100.7', PER_NETWORK + 3);
    await until(() => mailsTo(owner, /Your code/).length === PER_NETWORK);
    await ask(browser(), owner.userId);
    expect(await comes(() => mailsTo(owner, /Your code/).length > PER_NETWORK)).toBe(true);
    const link = linkIn(String(mailsTo(owner, /Your code/).at(-1)?.text));
    expect(stepOf(await browser().open(link))).toBe('password');
  });

  test('of many networks leave a link in the mailbox that works, and a known device its own', async () => {
    const owner = await addReached(reachable);
    const known = browser('198.51.100.1');
    codeOf(await signIn(known, owner));
    for (const network of ['198.51.100.2', '198.51.100.3', '198.51.100.4']) {
      await asked(owner, network, PER_NETWORK);
    }
    await until(() => mailsTo(owner, /Your code/).length === IN_ALL);
    await ask(browser(), owner.userId);
    const refused = reachable.portal.db
      .selectFrom('audit_events')
      .select('id')
      .where('reason', '=', 'too-many-requests');
    await until(async () => (await refused.execute()).length > 0);
    expect(mailsTo(owner, /Your code/)).toHaveLength(IN_ALL);
    const last = linkIn(String(mailsTo(owner, /Your code/).at(-1)?.text));
    expect(stepOf(await browser().open(last))).toBe('password');
    await askByMail(reachable, owner, known);
  });
});

describe('an impostor on the telephone', () => {
  const desk = (...words: string[]) => run(reachable.portal.environment, ['accounts', ...words]);

  async function addSupport(): Promise<string> {
    const { sub, userId } = await addReached(reachable);
    const role = { account: sub, role: 'support', granted_by: 'test' } as const;
    await reachable.portal.db.insertInto('global_roles').values(role).execute();
    return userId;
  }

  test('who reads out wrong codes pauses nothing of the owner, who is told what happened', async () => {
    const [owner, agent, colleague] = [await addReached(reachable), await addSupport(), await addSupport()];
    await enrol(reachable.portal, owner.sub);
    await desk('verify', owner.userId, '--by', agent);
    const support = await nextMail(reachable, owner.email, 0);
    const wrong = wrongFor(codeIn(support.text));
    const tried = [];
    for (let n = 0; n < 6; n += 1) {
      tried.push(await desk('verify', owner.userId, '--by', agent, '--code', wrong));
    }
    expect(tried.at(-1)?.stderr).toContain('Too many wrong codes');
    expect(await comes(() => mailsTo(owner, /support team/).length > 0)).toBe(true);
    const { subject, text } = mailsTo(owner, /support team/)[0] ?? { subject: '', text: '' };
    expect([subject, text].join()).toContain('gave wrong codes');
    expect(text).not.toContain('wrong passwords');

    const visitor = browser();
    const before = mailsTo(owner, /Your code/).length;
    const page = await ask(visitor, owner.userId);
    await until(() => mailsTo(owner, /Your code/).length > before);
    const code = codeIn(String(mailsTo(owner, /Your code/).at(-1)?.text));
    expect(stepOf(await visitor.submit(page, { code }))).toBe('second_factor');

    // The stop keeps away whoever talked to the impostor, not the owner who calls next.
    expect((await desk('stop-reset', owner.userId, '--by', colleague)).code).toBe(0);
    expect((await desk('verify', owner.userId, '--by', agent)).stderr).toContain(
      'no new one can start until',
    );
    expect((await desk('verify', owner.userId, '--by', colleague)).code).toBe(0);
  });
});

function wrongFor(right: string): string {
  return right === '000000' ? '111111' : '000000';
}
