import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { type Answer, formPost, pageName, Visitor } from '../support/visitor.ts';
import { alertOf, expectDead, formWith, Household, isAlive, type Person } from './household.ts';

let household: Household;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

const HERE = '/account/contact';
const codeIn = (text: string) => String(/\b\d{6}\b/.exec(text)?.[0]);
const linkIn = (text: string) => new URL(String(/https:\S*\/account\/undo\/[\w-]{43}/.exec(text)?.[0]));

/** Types a new address; the page that asks for its code. */
async function begin(visitor: Visitor, contact: string): Promise<Answer> {
  const page = await visitor.open(HERE);
  return visitor.submit(formWith(page, 'name="contact"'), { contact });
}

/** Changes the address to one that is proved; the path of the link that undoes it. */
async function moveMail(visitor: Visitor, from: string, to: string): Promise<string> {
  const asked = await begin(visitor, to);
  const code = codeIn(await household.mailTo(to, /Confirm your address/));
  const done = await visitor.submit(formWith(asked, 'name="code"'), { code });
  expect(done.body).toContain('Your email address was changed');
  return linkIn(await household.mailTo(from, /mail address .* was changed/)).pathname;
}

async function emailOf(person: Person): Promise<string | null> {
  return (await person.row()).email;
}

test('a new address counts once its code is entered; the old one and the phone are told, with a link', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const fresh = `${person.userId}@new.example`;
  const asked = await begin(visitor, ` ${fresh} `);
  expect(asked.body).toContain(`We sent a code to ${fresh}`);
  expect(await emailOf(person)).toBe(person.email);
  const code = codeIn(await household.mailTo(fresh, /Confirm your address/));
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  const done = await visitor.submit(formWith(asked, 'name="code"'), { code: spaced });
  expect(done.body).toContain('Your email address was changed');
  expect(await person.row()).toMatchObject({ email: fresh, email_verified: true });
  expect(await household.events(person.sub, 'account.changed')).toMatchObject([
    { before: { email: person.email }, after: { email: fresh } },
  ]);
  const mail = linkIn(await household.mailTo(person.email, /mail address .* was changed/));
  const sms = linkIn(await household.smsTo(person.phone, /mail address was changed/));
  expect(mail.href).toBe(sms.href);
  expect(mail.origin).toBe(household.portal.issuer);
  expect(household.mail.to(fresh)).toHaveLength(1);
});

test('a change is told of wherever the account was reached before it, and not at the new address', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const fresh = `thief.of.${person.userId}@new.example`;
  const asked = await begin(visitor, fresh);
  const code = codeIn(await household.mailTo(fresh, /Confirm your address/));
  await visitor.submit(formWith(asked, 'name="code"'), { code });
  // They are of the transaction that changed it: there is nothing to wait for.
  const told = household.portal.db.selectFrom('notices').select(['channel', 'to_masked']);
  const mine = told.where('account', '=', person.sub).where('kind', '=', 'email-changed');
  expect(await mine.orderBy('channel').execute()).toEqual([
    { channel: 'email', to_masked: 'p•••@old.example' },
    { channel: 'sms', to_masked: `•••${person.phone.slice(-2)}` },
  ]);
});

test('a phone number is stored in E.164; without one before, the mail is told', async () => {
  const person = await household.person({ phoneNumber: undefined as never, phoneNumberVerified: false });
  const { visitor } = await person.browser();
  const asked = await begin(visitor, '(212) 555-2368');
  const code = codeIn(await household.smsTo('+12125552368', /to confirm this number/));
  const done = await visitor.submit(formWith(asked, 'name="code"'), { code });
  expect(done.body).toContain('Your phone number was changed');
  expect(await person.row()).toMatchObject({ phone_number: '+12125552368', phone_number_verified: true });
  const { pathname } = linkIn(await household.mailTo(person.email, /phone number .* was changed/));
  const undone = await undo(pathname);
  expect(pageName(undone)).toBe('undone-contact');
  expect(await person.row()).toMatchObject({ phone_number: null, phone_number_verified: false });
});

test.each([
  ['nothing', '  ', 'Enter the new email address'],
  ['a dotless i', 'adm\u0131n@clinic.example', 'Enter one email address'],
  ['full-width letters', '\uff41na@clinic.example', 'Enter one email address'],
  ['a full-width @', 'ana\uff20clinic.example', 'Enter one email address'],
  ['a look-alike domain', 'ana@cl\u0456nic.example', 'Enter one email address'],
  ['punycode that is none', 'ana@xn--a.example', 'Enter one email address'],
  ['a quoted local part', '"ana@evil.example"@clinic.example', 'Enter one email address'],
  ['a display name', 'Ana <ana@clinic.example>', 'Enter one email address'],
  ['two of them', 'ana@clinic.example,eve@evil.example', 'Enter one email address'],
  ['a newline', 'ana@clinic.example\nBcc: eve@evil.example', 'Enter one email address'],
  ['a comment', 'ana(eve)@clinic.example', 'Enter one email address'],
  ['a bare host', 'ana@localhost', 'Enter one email address'],
  ['an IP address', 'ana@[127.0.0.1]', 'Enter one email address'],
  ['a long local part', `${'a'.repeat(65)}@clinic.example`, 'Enter one email address'],
  ['too few digits', '555', 'Enter a phone number'],
  ['no such number', '+1 000 000 0000', 'Enter a phone number'],
  ['an extension', '202-555-0143 ext 5', 'We can’t send texts to a number with an extension'],
  ['full-width digits', '\uff12025550143', 'Enter a phone number'],
  ['another country', '+44 20 7946 0018', 'We can’t send texts to that country'],
])('%s is refused in words, and nothing is sent', async (_what, contact, sentence) => {
  const { person, visitor } = await steady();
  const page = await begin(visitor, contact);
  expect(alertOf(page)).toContain(sentence);
  expect(pageName(page)).toBe('account-contact');
  const sent = await household.portal.db
    .selectFrom('notices')
    .select('id')
    .where('account', '=', person.sub)
    .where('kind', '=', 'contact-code')
    .execute();
  expect(sent).toEqual([]);
});

/** One person for all refusals: none of them changes anything. */
let one: Promise<{ person: Person; visitor: Visitor }> | undefined;
function steady() {
  one ??= household.person().then(async (person) => ({ person, ...(await person.browser()) }));
  return one;
}

test('what is on file already needs no code', async () => {
  const { person, visitor } = await steady();
  expect(alertOf(await begin(visitor, person.email))).toContain('We already have that one');
});

test('guesses are counted however many codes are asked for, and a code is good once', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  let asked = await begin(visitor, `${person.userId}@first.example`);
  const wrong = async () => {
    const page = await visitor.submit(formWith(asked, 'name="code"'), { code: '000000' });
    return page.status === 429 ? 'locked' : alertOf(page);
  };
  for (let n = 0; n < 3; n++) expect(await wrong()).toContain('That code is wrong');
  await visitor.submit(formWith(asked, 'value="cancel"'), {});
  asked = await begin(visitor, `${person.userId}@second.example`);
  expect(await wrong()).toContain('That code is wrong');
  expect(await wrong()).toBe('locked');
  const code = codeIn(await household.mailTo(`${person.userId}@second.example`, /Confirm/));
  expect((await visitor.submit(formWith(asked, 'name="code"'), { code })).status).toBe(429);
  expect(await emailOf(person)).toBe(person.email);
});

test.each([
  ['', 'Enter the code that we sent'],
  ['12 34', 'The code has six digits'],
])('the code “%s” is told what it lacks, and counts as no guess', async (code, sentence) => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const asked = await begin(visitor, `${person.userId}@new.example`);
  for (let n = 0; n < 6; n++) {
    expect(alertOf(await visitor.submit(formWith(asked, 'name="code"'), { code }))).toContain(sentence);
  }
});

test('another code for the same address waits a minute, and only so many are sent in an hour', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const asked = await begin(visitor, `${person.userId}@n0.example`);
  const again = await visitor.submit(formWith(asked, 'value="resend"'), {});
  expect(alertOf(again)).toContain('less than a minute ago');
  for (let n = 1; n < 10; n++)
    await visitor
      .submit(formWith(again, 'value="cancel"'), {})
      .then(() => begin(visitor, `${person.userId}@n${n}.example`));
  await visitor.submit(formWith(again, 'value="cancel"'), {});
  expect(alertOf(await begin(visitor, `${person.userId}@n10.example`))).toContain(
    'You asked for too many codes',
  );
});

test('of 16 uses of one code at once one changes the address', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const fresh = `${person.userId}@new.example`;
  const asked = await begin(visitor, fresh);
  const code = codeIn(await household.mailTo(fresh, /Confirm/));
  const post = formPost(formWith(asked, 'name="code"'), { code });
  await Promise.all(
    Array.from({ length: 16 }, (_, index) => visitor.clone().request(HERE, { ...post, process: index % 2 })),
  );
  expect(await household.events(person.sub, 'account.changed')).toHaveLength(1);
});

/** Follows an undo link to its end. */
async function undo(path: string): Promise<Answer> {
  const visitor = new Visitor(household.portal);
  const page = await visitor.open(path);
  return pageName(page) === 'undo-contact' ? visitor.submit(page, {}) : page;
}

test('the link undoes the change and ends every session; a scanner that opens it spends nothing, and it works once', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const fresh = `${person.userId}@new.example`;
  const path = await moveMail(visitor, person.email, fresh);
  for (let n = 0; n < 3; n++) {
    const scanner = new Visitor(household.portal);
    const first = await scanner.request(path);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/account/undo']);
    const page = await scanner.open('/account/undo');
    expect(pageName(page)).toBe('undo-contact');
    expect(page.body).not.toContain(path.slice(-43));
  }
  expect(await emailOf(person)).toBe(fresh);
  const done = await undo(path);
  expect(pageName(done)).toBe('undone-contact');
  expect(done.body).toContain('href="/recover/password"');
  expect(await person.row()).toMatchObject({ email: person.email, email_verified: true });
  await expectDead(visitor);
  const again = await undo(path);
  expect([again.status, pageName(again)]).toEqual([410, 'undo-dead']);
  for (const address of [person.email, fresh]) await household.mailTo(address, /was undone/);
  expect(household.portal.logs.filter((line) => line.includes(path.slice(-43)))).toEqual([]);
});

test('of 16 parallel undos on two processes one wins', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const path = await moveMail(visitor, person.email, `${person.userId}@new.example`);
  const pages = await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      const each = new Visitor(household.portal);
      return { each, page: await each.open(path), process: index % 2 };
    }),
  );
  const answers = await Promise.all(
    pages.map(async ({ each, page, process }) => each.submit(page, {}, { process })),
  );
  expect(answers.filter((answer) => pageName(answer) === 'undone-contact')).toHaveLength(1);
  // On a slow machine those that wait for the winner are told to come again.
  const others = answers.filter((answer) => pageName(answer) !== 'undone-contact');
  for (const { status } of others) expect([410, 503]).toContain(status);
  expect(await household.events(person.sub, 'account.changed')).toHaveLength(2);
});

test('a thief who changes it twice does not keep it: the first undo wins over later changes and their links', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const [second, third] = [`${person.userId}@thief.example`, `${person.userId}@thief2.example`];
  const first = await moveMail(visitor, person.email, second);
  const later = await moveMail(visitor, second, third);
  expect(pageName(await undo(first))).toBe('undone-contact');
  expect(await emailOf(person)).toBe(person.email);
  expect(pageName(await undo(later))).toBe('undo-dead');
  expect(await emailOf(person)).toBe(person.email);
});

test('and undoing the second first, then the first, ends at the first', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const [second, third] = [`${person.userId}@thief.example`, `${person.userId}@thief2.example`];
  const first = await moveMail(visitor, person.email, second);
  const later = await moveMail(visitor, second, third);
  expect(pageName(await undo(later))).toBe('undone-contact');
  expect(await emailOf(person)).toBe(second);
  expect(pageName(await undo(first))).toBe('undone-contact');
  expect(await emailOf(person)).toBe(person.email);
});

test('after its time a link is dead; an unknown and a garbled one get the same page', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const path = await moveMail(visitor, person.email, `${person.userId}@new.example`);
  await household.portal.db
    .updateTable('contact_changes')
    .set({ expires_at: new Date(Date.now() - 1000) })
    .where('account', '=', person.sub)
    .execute();
  const pages = await Promise.all(
    [path, `/account/undo/${'A'.repeat(43)}`, '/account/undo/x', '/account/undo'].map((each) =>
      new Visitor(household.portal).open(each),
    ),
  );
  expect(new Set(pages.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  expect(pages[0]?.status).toBe(410);
  expect(await isAlive(visitor, 0)).toBe(true);
});

test('a forged Host changes no link, and leads nowhere else', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
  const fresh = `${person.userId}@new.example`;
  const page = await visitor.open(HERE);
  const post = formPost(formWith(page, 'name="contact"'), { contact: fresh });
  const forged = await visitor.request(HERE, { ...post, headers: { ...post.headers, ...headers } });
  expect(forged.headers.get('location')).toBe(HERE);
  const asked = await visitor.open(HERE);
  const code = codeIn(await household.mailTo(fresh, /Confirm/));
  const confirm = formPost(formWith(asked, 'name="code"'), { code });
  await visitor.request(HERE, { ...confirm, headers: { ...confirm.headers, ...headers } });
  await until(async () => (await emailOf(person)) === fresh);
  const told = await household.mailTo(person.email, /was changed/);
  expect(told).not.toContain('evil.example');
  expect(linkIn(told).origin).toBe(household.portal.issuer);
  const away = await new Visitor(household.portal).request('/account/password', { headers });
  expect(away.headers.get('location')).not.toContain('evil.example');
});
