import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codesOn, isIn, People, postTo, resumeOf, type Somebody } from '../support/enrolled.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import {
  type Answer,
  claimsOf,
  codeOf,
  type FlowRequest,
  flow,
  pageName,
  redeem,
  replyOf,
  Visitor,
} from '../support/visitor.ts';

const AAL2 = 'http://idmanagement.gov/ns/assurance/aal/2';
const COMMON = '123456789000';
const ENROLMENT = ['sign-in', 'enrol-second-factor', 'recovery-codes'];

let portal: Portal;
let people: People;
beforeAll(async () => {
  portal = await startPortal({ settings: { 'second_factor.roles': '[operator]' } });
  people = await People.of(portal);
  for (const [client_id, demands] of Object.entries({
    vault: { second_factor: true },
    strict: { second_factor: true, remembered_device: false },
  })) {
    const client_secret = `${client_id}-demo-secret`;
    const app = { client_id, client_secret, client_name: 'Vault', redirect_uris: [redirect_uri] };
    await portal.register({ ...app, demands, first_party: true });
  }
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
});

const redirect_uri = 'https://vault.example.test/callback';
const atApp = (app: string, more: Record<string, string> = {}) =>
  flow(app, app === 'claims' || app === 'eligibility' ? more : { redirect_uri, ...more });

/** A sign-in from the app's request to its answer. */
async function signIn(
  visitor: Visitor,
  somebody: Somebody,
  started: FlowRequest,
  fill: Record<string, Record<string, string>> = {},
) {
  return { started, ...(await people.walk(visitor, await visitor.open(started.url), somebody, fill)) };
}

/** The page of a sign-in that has gone as far as that. */
async function at(visitor: Visitor, somebody: Somebody, page: string, app = 'claims'): Promise<Answer> {
  const first = await visitor.open(atApp(app).url);
  const { answer } = await people.walk(visitor, first, somebody, {}, page);
  expect(pageName(answer)).toBe(page);
  return answer;
}

async function claims({ started, answer }: { started: FlowRequest; answer: Answer }) {
  return claimsOf((await redeem(portal, { ...started, code: codeOf(answer) })).id_token);
}

const hasAlert = ({ body }: Answer) => body.includes('role="alert"');

/** Where the summary of errors says what is wrong, as text. */
const alertOf = ({ body }: Answer) =>
  String(/role="alert"[\s\S]*?<\/(?:div|section)>/.exec(body)?.[0]).replace(/<[^>]*>/g, ' ');

describe('a factor is set up on the way in', () => {
  test('when the app demands one, and not for an app that does not', async () => {
    const somebody = await people.plain();
    expect((await signIn(new Visitor(portal), somebody, flow('claims'))).pages).toEqual(['sign-in']);
    const entered = await signIn(new Visitor(portal), somebody, atApp('vault'));
    expect(entered.pages).toEqual(ENROLMENT);
    expect(await claims(entered)).toMatchObject({ acr: AAL2, amr: ['pwd', 'otp', 'mfa'] });
  });

  test('when a role demands one, whatever the app', async () => {
    const { sub } = await portal.db
      .selectFrom('accounts')
      .select('sub')
      .where('user_id', '=', 'op.lee')
      .executeTakeFirstOrThrow();
    const operator = { sub, userId: 'op.lee', password: DEMO_PASSWORD };
    expect((await signIn(new Visitor(portal), operator, flow('claims'))).pages).toEqual(ENROLMENT);
  });

  test('when a role that demands one is granted on a session that is open', async () => {
    const somebody = await people.plain();
    const visitor = new Visitor(portal);
    await signIn(visitor, somebody, flow('claims'));
    await portal.db
      .insertInto('global_roles')
      .values({ account: somebody.sub, role: 'operator', granted_by: 'test' })
      .execute();
    const silent = await visitor.request(flow('claims', { prompt: 'none' }).url);
    expect(replyOf(silent).error).toBe('login_required');
    const { pages } = await signIn(visitor, somebody, flow('claims'));
    expect(pages).toEqual(['enrol-second-factor', 'recovery-codes']);
  });

  test('when the request asks for aal/2', async () => {
    const somebody = await people.plain();
    const entered = await signIn(new Visitor(portal), somebody, flow('claims', { acr_values: AAL2 }));
    expect(entered.pages).toEqual(ENROLMENT);
    expect(await claims(entered)).toMatchObject({ acr: AAL2 });
  });

  test('a wrong code, a short one and a nameless authenticator are told apart, and set up nothing', async () => {
    const somebody = await people.plain();
    const visitor = new Visitor(portal);
    const page = await at(visitor, somebody, 'enrol-second-factor', 'vault');
    const fields = await people.fieldsFor(page, somebody);
    const texts = new Set<string>();
    const mistakes: Record<string, string>[] = [
      { code: people.wrongCode(somebody) },
      { code: '12' },
      { code: '' },
      { name: ' ' },
    ];
    for (const more of mistakes) {
      const answer = await visitor.submit(page, { ...fields, ...more });
      expect([pageName(answer), hasAlert(answer)]).toEqual(['enrol-second-factor', true]);
      texts.add(alertOf(answer));
    }
    expect(texts.size).toBe(4);
    expect(await isIn(visitor)).toEqual([]);
    expect((await signIn(new Visitor(portal), somebody, flow('claims'))).pages).toEqual(['sign-in']);
  });

  test('the recovery codes stay until they are put away, and never come again', async () => {
    const somebody = await people.plain();
    const visitor = new Visitor(portal);
    const page = await at(visitor, somebody, 'recovery-codes', 'vault');
    const codes = codesOn(page);
    expect(new Set(codes).size).toBe(10);
    const path = page.url.pathname + page.url.search;
    expect(codesOn(await visitor.open(path))).toEqual(codes);
    const unsaved = await visitor.submit(page, {});
    expect([pageName(unsaved), hasAlert(unsaved), codesOn(unsaved)]).toEqual(['recovery-codes', true, codes]);
    // Not in another browser of the same person, either.
    const elsewhere = new Visitor(portal);
    expect((await signIn(elsewhere, somebody, atApp('vault'))).pages).toEqual(['sign-in', 'second-factor']);
    expect(codeOf(await visitor.submit(page, { saved: 'yes' }))).toBeTruthy();
    expect((await visitor.open(path)).body).not.toContain(codes[0]);
    const next = await signIn(visitor, somebody, flow('claims', { prompt: 'login', acr_values: AAL2 }));
    expect(next.pages).toEqual(['sign-in', 'second-factor']);
  });
});

describe('whoever has a factor', () => {
  test('is asked for a code with each password, and the token says so', async () => {
    const entered = await signIn(new Visitor(portal), await people.enrolled(), flow('claims'));
    expect(entered.pages).toEqual(['sign-in', 'second-factor']);
    expect(await claims(entered)).toMatchObject({ acr: AAL2, amr: ['pwd', 'otp', 'mfa'] });
  });

  test('gets in with a recovery code, once, which is no one-time password by name', async () => {
    const somebody = await people.enrolled();
    const [code = ''] = await people.giveRecoveryCodes(somebody);
    const visitor = new Visitor(portal);
    const page = await at(visitor, somebody, 'second-factor');
    const href = String(/id="use-recovery-code" href="([^"]*)"/.exec(page.body)?.[1]);
    const asked = await visitor.open(href.replaceAll('&amp;', '&'));
    expect(asked.body).toContain('name="with" value="recovery"');
    const started = flow('claims');
    const fill = { 'second-factor': { with: 'recovery', code: code.toLowerCase().replaceAll('-', ' ') } };
    const entered = await signIn(visitor, somebody, started, fill);
    expect(await claims(entered)).toMatchObject({ acr: AAL2, amr: ['pwd', 'mfa'] });
    const again = new Visitor(portal);
    const refused = await again.submit(await at(again, somebody, 'second-factor'), fill['second-factor']);
    expect([pageName(refused), hasAlert(refused)]).toEqual(['second-factor', true]);
    expect(await isIn(again)).toEqual([]);
  });

  test('hears of a wrong code, a short one and none, and the short ones cost no try', async () => {
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const page = await at(visitor, somebody, 'second-factor');
    const texts = new Set<string>();
    for (const code of [people.wrongCode(somebody), ...Array<string>(8).fill('12345'), '']) {
      const answer = await visitor.submit(page, { code });
      expect([pageName(answer), hasAlert(answer)]).toEqual(['second-factor', true]);
      texts.add(alertOf(answer));
    }
    expect(texts.size).toBe(3);
    expect(codeOf(await visitor.submit(page, { code: await people.freshCode(somebody) }))).toBeTruthy();
  });

  test('is told to check the phone’s clock after two wrong codes, and not after one', async () => {
    const [somebody, visitor] = [await people.enrolled(), new Visitor(portal)];
    const asked = await visitor.open(flow('claims').url);
    let page = await visitor.submit(asked, { user_id: somebody.userId, password: somebody.password });
    const hears = async () => {
      page = await visitor.submit(page, { code: people.wrongCode(somebody) });
      return page.body.includes('your phone sets its date and time automatically');
    };
    expect([await hears(), await hears(), await hears()]).toEqual([false, true, true]);
  });

  test('cannot use a code twice', async () => {
    const somebody = await people.enrolled();
    const [first, second] = [new Visitor(portal), new Visitor(portal)];
    const pages = [
      await at(first, somebody, 'second-factor'),
      await at(second, somebody, 'second-factor'),
    ] as const;
    const code = people.codeOf(somebody);
    expect(codeOf(await first.submit(pages[0], { code }))).toBeTruthy();
    const replayed = await second.submit(pages[1], { code });
    expect([pageName(replayed), hasAlert(replayed)]).toEqual(['second-factor', true]);
    expect(await isIn(second)).toEqual([]);
  });

  test('who fails too often is locked out of codes alone, and nothing begins a new count', async () => {
    const somebody = await people.enrolled();
    const [recovery = ''] = await people.giveRecoveryCodes(somebody);
    const wrong = { code: people.wrongCode(somebody) };
    let failures = 0;
    let answer: Answer | undefined;
    // Each failure on a new interaction of a new browser, behind the password given anew.
    for (; failures < 8 && (!answer || pageName(answer) === 'second-factor'); failures++) {
      const visitor = new Visitor(portal);
      answer = await visitor.submit(await at(visitor, somebody, 'second-factor'), wrong);
    }
    expect([failures, pageName(answer as Answer), answer?.status]).toEqual([5, 'locked', 429]);
    const visitor = new Visitor(portal);
    const first = await visitor.open(flow('claims').url);
    const { password, userId: user_id } = somebody;
    const locked = await visitor.submit(first, { user_id, password });
    expect([pageName(locked), locked.status]).toEqual(['locked', 429]);
    // Not even the right one; but a recovery code has a counter of its own.
    const code = { with: 'app', code: await people.freshCode(somebody) };
    expect(pageName(await postTo(visitor, first, code))).toBe('locked');
    expect(await isIn(visitor)).toEqual([]);
    expect(codeOf(await postTo(visitor, first, { with: 'recovery', code: recovery }))).toBeTruthy();
    const later = new Visitor(portal);
    const back = await later.submit(await later.open(flow('claims').url), { user_id, password });
    expect(pageName(back)).toBe('locked');
  });
});

describe('a remembered device', () => {
  const remember = { 'second-factor': { remember_device: 'yes' } };

  /** A browser that is remembered, signed out again. */
  async function remembered(somebody: Somebody): Promise<Visitor> {
    const visitor = new Visitor(portal);
    expect((await signIn(visitor, somebody, flow('claims'), remember)).pages).toContain('second-factor');
    await people.signOut(somebody);
    visitor.forget('session');
    return visitor;
  }

  test('stands for the code, where the app lets it, and is called no factor', async () => {
    const somebody = await people.enrolled();
    const visitor = await remembered(somebody);
    const entered = await signIn(visitor, somebody, atApp('vault'));
    expect(entered.pages).toEqual(['sign-in']);
    const told = await claims(entered);
    expect(told.amr).toEqual(['pwd']);
    expect(told.acr).not.toBe(AAL2);
    for (const started of [atApp('strict'), flow('claims', { acr_values: AAL2 })]) {
      const clone = await remembered(somebody);
      expect((await signIn(clone, somebody, started)).pages).toEqual(['sign-in', 'second-factor']);
    }
  });

  test('is another person’s no more than another browser’s', async () => {
    const somebody = await people.enrolled();
    const visitor = await remembered(somebody);
    const other = await people.enrolled();
    const asked = ['sign-in', 'second-factor'];
    expect((await signIn(visitor, other, flow('claims'))).pages).toEqual(asked);
    expect((await signIn(new Visitor(portal), somebody, flow('claims'))).pages).toEqual(asked);
  });

  test('is asked again once it is forgotten on the account page', async () => {
    const somebody = await people.enrolled();
    const visitor = await remembered(somebody);
    const page = await visitor.open('/account/second-factor');
    const { answer } = await people.walk(visitor, page, somebody);
    const id = String(/data-device="([^"]*)"/.exec(answer.body)?.[1]);
    const done = await postTo(visitor, answer, { choice: 'forget', id });
    expect(done.body).not.toContain('data-device=');
    await people.signOut(somebody);
    visitor.forget('session');
    expect((await signIn(visitor, somebody, flow('claims'))).pages).toContain('second-factor');
  });

  test('is not offered where a code is wanted each time', async () => {
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const page = await at(visitor, somebody, 'second-factor', 'strict');
    expect(page.body).not.toContain('remember_device');
    const fields = await people.fieldsFor(page, somebody);
    await visitor.submit(page, { ...fields, remember_device: 'yes' });
    await people.signOut(somebody);
    visitor.forget('session');
    expect((await signIn(visitor, somebody, flow('claims'))).pages).toContain('second-factor');
  });

  test('is not offered on a shared computer, in a step-up of its session neither', async () => {
    const somebody = await people.plain();
    const visitor = new Visitor(portal);
    await signIn(visitor, somebody, flow('claims'), { 'sign-in': { public_computer: 'yes' } });
    await people.addAuthenticator(somebody);
    const page = await visitor.open(atApp('vault').url);
    expect(pageName(page)).toBe('second-factor');
    expect(page.body).not.toContain('remember_device');
    const fields = await people.fieldsFor(page, somebody);
    expect(codeOf(await visitor.submit(page, { ...fields, remember_device: 'yes' }))).toBeTruthy();
    expect(visitor.cookie('device')).toBeUndefined();
  });
});

describe('nothing opens before the last step', () => {
  const kinds = {
    enrolled: () => people.enrolled(),
    plain: () => people.plain(),
    common: async () => people.plantPassword(await people.enrolled(), COMMON),
  };
  const points: [string, keyof typeof kinds][] = [
    ['sign-in', 'enrolled'],
    ['second-factor', 'enrolled'],
    ['enrol-second-factor', 'plain'],
    ['recovery-codes', 'plain'],
    ['second-factor', 'common'],
    ['new-password', 'common'],
  ];

  test.each(points)('at %s (%s)', async (page, kind) => {
    const somebody = await kinds[kind]();
    const visitor = new Visitor(portal);
    const shown = await at(visitor, somebody, page, 'vault');
    expect(await isIn(visitor)).toEqual([]);
    expect(visitor.cookie('session')).toBeUndefined();
    // What the other pages' forms hold does not take a step for this one's.
    const forms: Record<string, string>[] = [
      { saved: 'yes' },
      { choice: 'allow' },
      ...(page === 'new-password' ? [] : [{ password: 'a-much-better-one-49' }]),
      ...(page === 'second-factor' || page === 'enrol-second-factor' ? [] : [{ code: '123456' }]),
    ];
    for (const fields of page === 'recovery-codes' ? forms.slice(1) : forms) {
      const answer = await postTo(visitor, shown, fields);
      expect([pageName(answer), answer.headers.get('location')]).toEqual([page, null]);
    }
    const early = await visitor.open(resumeOf(shown));
    expect([pageName(early), early.headers.get('location')]).toEqual([page, null]);
    expect(visitor.cookie('session')).toBeUndefined();
    expect(await isIn(visitor)).toEqual([]);
    expect(await people.openSessions(somebody)).toEqual([]);
  });

  test('a code does not come before the password', async () => {
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const page = await visitor.open(flow('claims').url);
    const fields = { with: 'app', code: people.codeOf(somebody), user_id: somebody.userId };
    expect(pageName(await postTo(visitor, page, fields))).toBe('sign-in');
    // It was not spent by that, and still needs the password.
    const { password, userId: user_id } = somebody;
    const next = await postTo(visitor, page, { user_id, password });
    expect(codeOf(await visitor.submit(next, { code: people.codeOf(somebody) }))).toBeTruthy();
  });
});

describe('steps of two people never add up', () => {
  test('one’s password and the other’s code', async () => {
    const [one, other] = [await people.enrolled(), await people.enrolled()];
    const visitor = new Visitor(portal);
    const page = await at(visitor, one, 'second-factor');
    const answer = await visitor.submit(page, { code: people.codeOf(other) });
    expect([pageName(answer), hasAlert(answer)]).toEqual(['second-factor', true]);
    const [recovery = ''] = await people.giveRecoveryCodes(other);
    const again = await visitor.submit(page, { with: 'recovery', code: recovery });
    expect(pageName(again)).toBe('second-factor');
    expect(await isIn(visitor)).toEqual([]);
    // Neither was spent by it.
    const own = new Visitor(portal);
    const next = await at(own, other, 'second-factor');
    expect(codeOf(await own.submit(next, { code: people.codeOf(other) }))).toBeTruthy();
  });

  test('one’s page in the other’s browser', async () => {
    const [one, other] = [await people.enrolled(), await people.enrolled()];
    const [mine, theirs] = [new Visitor(portal), new Visitor(portal)];
    const page = await at(mine, one, 'second-factor');
    const own = await at(theirs, other, 'second-factor');
    for (const [visitor, shown, somebody] of [
      [theirs.clone(), page, other],
      [theirs.clone(), page, one],
      [mine.clone(), own, one],
    ] as const) {
      const answer = await postTo(visitor, shown, { with: 'app', code: people.codeOf(somebody) });
      expect(answer.headers.get('location')).toMatch(/^http:\/\/localhost:310\d\/login\?iss=/);
      expect(await isIn(visitor)).toEqual([]);
    }
    // With the interaction's cookie planted, too: what was proved belongs to the browser that proved it.
    const path = page.url.pathname + page.url.search;
    const planted = mine
      .cookieHeader(path)
      .split('; ')
      .filter((pair) => !pair.startsWith('__Host-'));
    const cookie = [...planted, theirs.cookieHeader('/')].join('; ');
    expect(pageName(await theirs.clone().request(path, { headers: { cookie } }))).toBe('sign-in');
  });

  test('a second password on the page of the first changes nobody', async () => {
    const [one, other] = [await people.enrolled(), await people.enrolled()];
    const visitor = new Visitor(portal);
    const started = flow('claims');
    const first = await visitor.open(started.url);
    await visitor.submit(first, await people.fieldsFor(first, one));
    const page = await visitor.submit(first, await people.fieldsFor(first, other));
    expect(pageName(page)).toBe('second-factor');
    expect(pageName(await visitor.submit(page, { code: people.codeOf(other) }))).toBe('second-factor');
    const answer = await visitor.submit(page, { code: await people.freshCode(one) });
    expect(await claims({ started, answer })).toMatchObject({ sub: one.sub });
  });

  test('somebody else begins anew, and repeated forms do nothing', async () => {
    const [one, other] = [await people.enrolled(), await people.enrolled()];
    const visitor = new Visitor(portal);
    const started = flow('claims');
    const first = await visitor.open(started.url);
    const page = await visitor.submit(first, await people.fieldsFor(first, one));
    const anew = await postTo(visitor, page, { choice: 'switch-user' });
    expect(pageName(anew)).toBe('sign-in');
    const late = await postTo(visitor, page, { with: 'app', code: people.codeOf(one) });
    expect([pageName(late), late.headers.get('location')]).toEqual(['sign-in', null]);
    const { answer, pages } = await people.walk(visitor, late, other);
    expect(pages).toEqual(['sign-in', 'second-factor']);
    expect(await claims({ started, answer })).toMatchObject({ sub: other.sub });
    const repeated = await postTo(visitor, late, { with: 'app', code: people.codeOf(other) });
    expect(repeated.headers.get('location')).toBeNull();
  });
});

describe('a password that thieves know', () => {
  test('has to be replaced after the factor, ends what was open, and then lets in', async () => {
    const good = await people.enrolled();
    const elsewhere = new Visitor(portal);
    await signIn(elsewhere, good, flow('claims'));
    const somebody = await people.plantPassword(good, COMMON);
    const visitor = new Visitor(portal);
    const started = flow('claims');
    const first = await visitor.open(started.url);
    const { answer: page, pages } = await people.walk(visitor, first, somebody, {}, 'new-password');
    expect([...pages, pageName(page)]).toEqual(['sign-in', 'second-factor', 'new-password']);
    for (const password of [COMMON, 'short', `${somebody.userId}-1`]) {
      const again = await visitor.submit(page, { password });
      expect([pageName(again), hasAlert(again)]).toEqual(['new-password', true]);
    }
    expect(await isIn(elsewhere)).not.toEqual([]);
    const answer = await visitor.submit(page, { password: 'a-much-better-one-49' });
    expect(await claims({ started, answer })).toMatchObject({ sub: somebody.sub, acr: AAL2 });
    expect(await isIn(elsewhere)).toEqual([]);
    expect(await isIn(visitor)).toEqual(['claims', 'eligibility', 'launcher']);
    const old = new Visitor(portal);
    const form = await old.open(flow('claims').url);
    expect(pageName(await old.submit(form, await people.fieldsFor(form, somebody)))).toBe('sign-in');
    const renewed = { ...somebody, password: 'a-much-better-one-49' };
    const asked = ['sign-in', 'second-factor'];
    expect((await signIn(new Visitor(portal), renewed, flow('claims'))).pages).toEqual(asked);
  });
});
