import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { startPortal } from '../support/portal.ts';
import { type Answer, pageName, Visitor } from '../support/visitor.ts';
import { addReached, alertOf, ask, nextMail, type Reachable, startReachable, stepOf } from './recovering.ts';

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable();
});
afterAll(() => reachable.stop());

async function find(contact: string): Promise<Answer> {
  const visitor = new Visitor(reachable.portal);
  return visitor.submit(await visitor.open('/recover/user-id'), { contact });
}

const refusals = async (reason: string) =>
  (
    await reachable.portal.db
      .selectFrom('audit_events')
      .select('id')
      .where('event', '=', 'recovery.failed')
      .where('reason', '=', reason)
      .execute()
  ).length;

test('one mail lists every active account that shares the address, with the way to sign in', async () => {
  const email = 'front.desk@practice.example';
  const shared = [await addReached(reachable, { email }), await addReached(reachable, { email })];
  const disabled = await addReached(reachable, { email, status: 'disabled' });
  const answer = await find(`  ${email.replace('practice', 'Practice')} `);
  expect([pageName(answer), answer.url.pathname]).toEqual(['recover-user-id', '/recover/user-id/sent']);
  for (const { userId } of shared) expect(answer.body).not.toContain(userId);
  const { text, to } = await nextMail(reachable, email, 0);
  expect(to).toEqual([email]);
  for (const { userId } of shared) expect(text).toContain(`* ${userId}\n`);
  expect(text).not.toContain(disabled.userId);
  expect(text).toContain('https://signin.example.test/');
  expect(reachable.mail.to(email)).toHaveLength(1);
});

test('a number is read as people write it, and gets an SMS', async () => {
  const person = await addReached(reachable);
  const spelled = person.phone.replace(/^\+1(\d{3})(\d{3})/, '($1) $2-');
  expect(pageName(await find(spelled))).toBe('recover-user-id');
  await until(() => reachable.sms.to(person.phone).length === 1);
  expect(reachable.sms.to(person.phone)[0]?.body).toContain(person.userId);
});

test('an address of nobody, of a disabled account, and one that is on file look the same', async () => {
  const { email } = await addReached(reachable);
  const disabled = await addReached(reachable, { status: 'disabled' });
  const bodies = [];
  for (const contact of [email, disabled.email, 'nobody@lakeside.example', '+12025559999']) {
    bodies.push((await find(contact)).body.replace(/name="csrf" value="[^"]*"/g, ''));
  }
  expect(new Set(bodies).size).toBe(1);
});

test('what is neither is told in words, whoever may have it', async () => {
  expect(alertOf(await find(' '))).toContain('Enter an email address');
  for (const contact of ['ana', 'a b@c.example', '12', 'x@', '@x.example', `${'a'.repeat(250)}@b.example`]) {
    expect([contact, alertOf(await find(contact))]).toEqual([
      contact,
      'That isn’t an email address or a phone number. Check it and try again',
    ]);
  }
});

test('capital letters of an address do not matter, and mail goes to the spelling on file', async () => {
  const email = 'Ann.Case@Lakeside.Example';
  const { userId } = await addReached(reachable, { email });
  await addReached(reachable, { email: 'ann.case@lakeside.example' });
  await find('ANN.CASE@lakeside.EXAMPLE');
  await until(() => reachable.mail.received.filter(({ to }) => /ann\.case/i.test(String(to))).length === 2);
  // Each to its own spelling: a mail server may take the two for two people.
  const mine = reachable.mail.received.filter(
    ({ to }) => to[0] === email || to[0] === 'Ann.Case@lakeside.example',
  );
  expect(mine).toHaveLength(1);
  expect(mine[0]?.text).toContain(`* ${userId}\n`);
  expect(mine[0]?.text.match(/Person\.\d+/g)).toEqual([userId]);
});

test('a number with an extension is told that nothing can be sent there', async () => {
  for (const contact of ['202-555-0143 x5', '(202) 555-0143 ext. 5', '202-555-0143;ext=5'])
    expect([contact, alertOf(await find(contact))]).toEqual([
      contact,
      'We can’t send texts to a number with an extension. Enter a mobile number without one',
    ]);
});

test('look-alike addresses and user IDs match nothing: nothing is sent, to them or to anybody', async () => {
  const victim = await addReached(reachable, { email: 'mike.miller@github.example' });
  const looks = [
    'mıke.miller@github.example',
    'ｍike.miller@github.example',
    'mike.miller@gıthub.example',
    'mike.miller@ｇithub.example',
    '"mike.miller"@github.example',
    '"mike.miller@github.example"@evil.example',
    'mike.miller@github.example@evil.example',
    'mike.miller@github.example,thief@evil.example',
    'thief@evil.example;mike.miller@github.example',
    'mike.miller+x@github.example',
    'mike.miller@github.example.',
    'mike.miller%@github.example',
    'm_ke.miller@github.example',
  ];
  const [sent, unknown, unread] = [
    ...[reachable.mail.received.length, await refusals('unknown-contact'), await refusals('unknown-user-id')],
  ] as [number, number, number];
  let asked = 0;
  for (const contact of looks) {
    const answer = await find(contact);
    expect([contact, pageName(answer)]).toEqual([contact, 'recover-user-id']);
    // Those to which no mail can be sent are told so, whoever may have them.
    if (answer.url.pathname.endsWith('/sent')) asked += 1;
  }
  expect(asked).toBe(3);
  await until(async () => (await refusals('unknown-contact')) >= unknown + asked);
  const ids = [
    ...[victim.userId.toUpperCase(), ` x${victim.userId}`, victim.userId.replace('P', 'Ｐ')],
    ...[victim.userId.replace('n', 'ո'), `${victim.userId} `.repeat(2)],
  ];
  for (const userId of ids) await ask(new Visitor(reachable.portal), userId);
  await until(async () => (await refusals('unknown-user-id')) >= unread + ids.length);
  // A mail of an earlier test may still come; these go to nobody.
  const later = reachable.mail.received.slice(sent).flatMap(({ to }) => to);
  expect(later.filter((to) => /miller|m.ke|evil|thief|github/i.test(to))).toEqual([]);
});

test('where only mail can be sent a number is refused, and the one way of sending needs no choice', async () => {
  const portal = await startPortal({ settings: { 'notices.smtp.url': reachable.mail.url } });
  try {
    const { userId, email } = await addReached({ ...reachable, portal });
    const visitor = new Visitor(portal);
    const page = await visitor.open('/recover/user-id');
    expect(alertOf(await visitor.submit(page, { contact: '202-555-0143' }))).toBe(
      'That isn’t an email address. Check it and try again',
    );
    const asking = await visitor.open('/recover/password');
    expect(asking.body).not.toContain('type="radio"');
    expect(stepOf(await visitor.submit(asking, { user_id: userId }))).toBe('code');
    await nextMail(reachable, email, 0);
  } finally {
    await portal.stop();
  }
});
