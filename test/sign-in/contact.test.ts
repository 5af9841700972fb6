import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Household, PASSWORD, type Person } from '../account/household.ts';
import { until } from '../postgres/until.ts';
import { type Answer, flow, pageName, Visitor } from '../support/visitor.ts';

let household: Household;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

const unproved = () => household.person({ emailVerified: false });

async function signIn(person: Person, visitor = new Visitor(household.portal)): Promise<Answer> {
  const page = await visitor.open(flow('claims').url);
  return visitor.submit(page, { user_id: person.userId, password: PASSWORD });
}

function formOf(page: Answer, part: string): Answer {
  const form = (page.body.match(/<form[\s\S]*?<\/form>/g) ?? []).find((each) => each.includes(part));
  if (!form) throw new Error(`no form with ${part}: ${pageName(page)}`);
  return { ...page, body: form };
}

const codeIn = (text: string) => String(/\b\d{6}\b/.exec(text)?.[0]);
const isIn = (answer: Answer) => /[?&]code=/.test(answer.headers.get('location') ?? '');

test('an address that nobody proved is asked for at sign-in, and its code proves it for good', async () => {
  const person = await unproved();
  const visitor = new Visitor(household.portal);
  const asked = await signIn(person, visitor);
  expect(pageName(asked)).toBe('prove-contact');
  expect(asked.body).toContain(`<b>${person.email}</b>`);
  expect(household.mail.to(person.email)).toEqual([]);
  const waiting = await visitor.submit(formOf(asked, 'value="send"'), {});
  expect(pageName(waiting)).toBe('prove-contact');
  const code = codeIn(await household.mailTo(person.email, /Confirm/));
  const wrong = code === '000000' ? '000001' : '000000';
  const refused = await visitor.submit(formOf(waiting, 'name="code"'), { code: wrong });
  expect(refused.body).toContain('That code didn’t match');
  expect(await person.row()).toMatchObject({ email_verified: false });
  expect(isIn(await visitor.submit(formOf(refused, 'name="code"'), { code }))).toBe(true);
  expect(await person.row()).toMatchObject({ email_verified: true });
  expect(await household.events(person.sub, 'account.changed')).toMatchObject([
    { before: { email_verified: false }, after: { email_verified: true } },
  ]);
  expect(isIn(await signIn(person))).toBe(true);
});

test('who cannot or will not now signs in all the same, and is asked again the next time', async () => {
  const person = await unproved();
  for (let time = 0; time < 2; time += 1) {
    const visitor = new Visitor(household.portal);
    const asked = await signIn(person, visitor);
    expect(pageName(asked)).toBe('prove-contact');
    expect(isIn(await visitor.submit(formOf(asked, 'value="later"'), {}))).toBe(true);
  }
  expect(await person.row()).toMatchObject({ email_verified: false });
});

test('guesses at the code count with all others at codes, and a new code gives no fresh ones', async () => {
  const person = await unproved();
  const visitor = new Visitor(household.portal);
  let page = await visitor.submit(formOf(await signIn(person, visitor), 'value="send"'), {});
  const answers: string[] = [];
  for (let guess = 0; guess < 5; guess += 1) {
    page = await visitor.open(page.url.pathname + page.url.search);
    page = await visitor.submit(formOf(page, 'name="code"'), { code: `00000${guess}` });
    answers.push(String(pageName(page)));
  }
  expect(answers.at(-1)).toMatch(/locked|security-check/);
  expect(await person.row()).toMatchObject({ email_verified: false });
});

test('an address that was changed while its code was on the way stays unproved', async () => {
  const person = await unproved();
  const visitor = new Visitor(household.portal);
  const waiting = await visitor.submit(formOf(await signIn(person, visitor), 'value="send"'), {});
  const code = codeIn(await household.mailTo(person.email, /Confirm/));
  const { db } = household.portal;
  const other = `${person.userId}@other.example`;
  await db.updateTable('accounts').set({ email: other }).where('sub', '=', person.sub).execute();
  await visitor.submit(formOf(waiting, 'name="code"'), { code });
  expect(await person.row()).toMatchObject({ email: other, email_verified: false });
});

test('a reset whose mail came back proves the address; of an unproved one nothing is sent unless that is allowed', async () => {
  const person = await unproved();
  const { db } = household.portal;
  const ask = async (visitor: Visitor) =>
    visitor.submit(await visitor.open('/recover/password'), { user_id: person.userId, channel: 'email' });
  const stranger = await ask(new Visitor(household.portal));
  expect(stranger.body).toContain('you never confirmed it, support can confirm your identity');
  await until(async () => (await household.events(person.sub, 'recovery.failed')).length > 0);
  expect(await household.events(person.sub, 'recovery.failed')).toMatchObject([
    { reason: 'contact-unproved' },
  ]);
  expect(household.mail.to(person.email)).toEqual([]);

  await db.insertInto('kept_defaults').values({ setting: 'recovery.unproved', value: 'allow' }).execute();
  const visitor = new Visitor(household.portal);
  const page = await ask(visitor);
  const code = codeIn(await household.mailTo(person.email, /code/));
  const next = await visitor.submit(page, { code });
  expect(pageName(await visitor.submit(next, { password: 'eight loud herons wade' }))).toBe(
    'recover-password-done',
  );
  expect(await person.row()).toMatchObject({ email_verified: true, phone_number_verified: true });
  await db.deleteFrom('kept_defaults').execute();
});
