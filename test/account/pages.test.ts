import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { flow, formPost, pageName, redeem, refresh, Visitor } from '../support/visitor.ts';
import { alertOf, expectDead, formWith, Household, isAlive, PASSWORD } from './household.ts';

let household: Household;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

const NEW = 'nine patient otters drift';

test.each([
  ['/account', 'account'],
  ['/account/password', 'account-password'],
  ['/account/contact', 'account-contact'],
  ['/account/sessions', 'account-sessions'],
  ['/account/apps', 'account-apps'],
  ['/account/activity', 'account-activity'],
  ['/account/not-me', 'account-not-me'],
])('%s asks who is there, and comes back', async (path, name) => {
  const person = await household.person();
  const { page } = await person.browser(path);
  expect([page.status, pageName(page), page.url.pathname]).toEqual([200, name, path]);
  expect(page.body).toContain(`<a href="${path === '/account/not-me' ? '/account' : path}"`);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('password managers find where the password is changed', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const answer = await visitor.request('/.well-known/change-password');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/password']);
  expect(pageName(await visitor.open('/.well-known/change-password'))).toBe('account-password');
  // By this they tell a site that answers everything alike.
  const nothing = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
  expect((await visitor.request(nothing)).status).toBe(404);
});

test('a sign-in of long ago lets look, and is asked for again before the password or an address changes', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const form = await visitor.open('/account/password');
  await household.age(person.sub, 3600);
  for (const path of ['/account', '/account/sessions', '/account/apps', '/account/activity']) {
    expect(pageName(await visitor.open(path))).toBe(`account${path.slice(8).replace('/', '-')}`);
  }
  // The page was opened in time, but is sent too late.
  const late = await visitor.submit(formWith(form, 'current_password'), {
    current_password: PASSWORD,
    password: NEW,
  });
  expect(pageName(late)).toBe('sign-in');
  for (const path of ['/account/password', '/account/contact']) {
    await household.age(person.sub, 3600);
    const asked = await visitor.open(path);
    expect(pageName(asked)).toBe('sign-in');
    const back = await visitor.submit(asked, { user_id: person.userId, password: PASSWORD });
    expect([back.status, back.url.pathname]).toEqual([200, path]);
  }
});

test('the profile shows what is on file, and language and time zone are the person’s own', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account');
  for (const text of ['Zoe Marsh', person.userId, person.email, person.phone])
    expect(page.body).toContain(text);
  const saved = await visitor.submit(formWith(page, 'name="zoneinfo"'), {
    locale: 'es',
    zoneinfo: 'America/Puerto_Rico',
  });
  expect(saved.body).toContain('<html lang="es">');
  expect(saved.body).toContain('Se guardaron');
  expect(await person.row()).toMatchObject({ locale: 'es', zoneinfo: 'America/Puerto_Rico' });
  const [change, ...more] = await household.events(person.sub, 'account.changed');
  expect(more).toEqual([]);
  expect(change).toMatchObject({ before: { locale: null }, after: { locale: 'es' } });
  const odd = await visitor.submit(formWith(saved, 'name="zoneinfo"'), { locale: 'xx', zoneinfo: '<x>' });
  expect(odd.status).toBe(200);
  expect(await person.row()).toMatchObject({ locale: null, zoneinfo: null });
});

test('the profile lists practices with the role and since when', async () => {
  const visitor = new Visitor(household.portal);
  await visitor.signIn('claims');
  const page = await visitor.open('/account');
  expect(page.body).toMatch(/Lakeside Family Medicine<\/b><span>clinician<\/span><span>Since <time/);
});

test('a new password ends everything, this browser too, and is what signs in', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/password');
  const other = (await person.browser()).visitor;
  const phone = new Visitor(household.portal);
  const offline = { scope: 'openid offline_access', prompt: 'consent' };
  const tokens = await redeem(
    household.portal,
    await phone.signIn('mobile', { userId: person.userId, password: PASSWORD, ...offline }),
  );
  await visitor.open(flow('claims').url);
  const done = await visitor.submit(formWith(page, 'current_password'), {
    current_password: PASSWORD,
    password: NEW,
  });
  expect(pageName(done)).toBe('account-password-changed');
  expect(done.body).toContain('Sign in again with the new password');
  await Promise.all([expectDead(visitor), expectDead(other), expectDead(phone)]);
  expect(await refresh(household.portal, 'mobile', tokens.refresh_token)).toMatchObject({
    error: 'invalid_grant',
  });
  const told = await household.portal.db
    .selectFrom('logout_notices')
    .innerJoin('sessions', 'sessions.uid', 'logout_notices.uid')
    .select('client_id')
    .where('account', '=', person.sub)
    .execute();
  expect(told.map(({ client_id }) => client_id)).toContain('claims');
  expect(await household.events(person.sub, 'password.changed')).toMatchObject([{ reason: 'changed' }]);
  const way = String(/id="way-on" href="([^"]*)"/.exec(done.body)?.[1]).replaceAll('&amp;', '&');
  const asked = await visitor.open(way);
  const wrong = await visitor.submit(asked, { user_id: person.userId, password: PASSWORD });
  expect(alertOf(wrong)).toBe('User ID or password is incorrect');
  const back = await visitor.submit(wrong, { user_id: person.userId, password: NEW });
  expect(pageName(back)).toBe('account');
  expect(await household.mailTo(person.email, /password .* was changed/)).toContain('All other sessions');
});

test.each([
  ['no current one', { current_password: '', password: NEW }, 'Enter your current password'],
  [
    'a wrong current one',
    { current_password: 'not this one', password: NEW },
    'The current password is incorrect',
  ],
  [
    'too short a new one',
    { current_password: PASSWORD, password: 'short' },
    'The password must have at least 12',
  ],
  [
    'one built from the user ID',
    { current_password: PASSWORD, password: 'USER-2024!' },
    'based on your user ID',
  ],
])('%s changes nothing', async (_what, fields, sentence) => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/password');
  const password = fields.password.replace('USER', person.userId);
  const again = await visitor.submit(formWith(page, 'current_password'), { ...fields, password });
  expect(alertOf(again)).toContain(sentence);
  expect(again.body).toContain('<title>Error: ');
  expect(again.body).not.toContain(`value="${PASSWORD}"`);
  expect(await isAlive(visitor, 0)).toBe(true);
});

test('guesses at the current password are counted with those at the sign-in, in parallel too', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/password');
  const form = formWith(page, 'current_password');
  const verified = async () => (await household.events(person.sub, 'sign-in.failed')).length;
  const guess = (process: number) =>
    visitor.request('/account/password', {
      ...formPost(form, { current_password: 'a wrong guess', password: NEW }),
      process: process % 2,
    });
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => guess(index)));
  expect(await verified()).toBe(5);
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(7);
  const right = await visitor.submit(form, { current_password: PASSWORD, password: NEW });
  expect([right.status, pageName(right)]).toEqual([429, 'locked']);
  expect(await household.mailTo(person.email, /is locked for a while/)).toContain('ends by itself after 15');
  expect(household.mail.to(person.email).filter(({ subject }) => /locked/.test(subject))).toHaveLength(1);
});

test('of two changes at once one counts: the other’s proof is out of date', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/password');
  const form = formWith(page, 'current_password');
  const answers = await Promise.all(
    [0, 1].map((process) =>
      visitor.request('/account/password', {
        ...formPost(form, { current_password: PASSWORD, password: `${NEW} ${process}` }),
        process,
      }),
    ),
  );
  const won = answers.filter(({ headers }) => headers.get('location') === '/account/password/changed');
  expect(won).toHaveLength(1);
  expect(await household.events(person.sub, 'password.changed')).toHaveLength(1);
});

test('activity is told in plain words, with whose browser it was, and of nobody else', async () => {
  const [person, other] = await Promise.all([household.person(), household.person()]);
  await other.browser();
  const { visitor } = await person.browser();
  await visitor.open(flow('claims').url);
  await household.portal.db
    .insertInto('audit_events')
    .values({
      event: 'lock.lifted',
      outcome: 'success',
      account: person.sub,
      actor: other.sub,
      address: '198.51.100.77',
      user_agent: 'Secret/1.0',
    })
    .execute();
  const page = await visitor.open('/account/activity');
  for (const text of [
    'You signed in',
    'Claims was opened',
    'Your account was created',
    'The lock was removed',
  ])
    expect(page.body).toContain(text);
  expect(page.body).toContain('Done by your operator, your practice or the service, not by you');
  expect(page.body).toMatch(/<time dateTime="[^"]*"|<time datetime="[^"]*"/);
  expect(page.body).toMatch(/C[SD]T/);
  for (const text of [other.sub, other.userId, '198.51.100.77', 'activity.', 'Other activity'])
    expect(page.body).not.toContain(text);
});

test('no page of the account does anything for a form of another browser', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  for (const path of ['', '/password', '/contact', '/sessions', '/apps', '/not-me', '/undo']) {
    const post = formPost({ body: '' } as never, { csrf: 'x', choice: 'end-others' });
    expect((await visitor.request(`/account${path}`, post)).status).toBe(403);
  }
  expect(await isAlive(visitor, 0)).toBe(true);
});
