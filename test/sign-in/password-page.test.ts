import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { plain } from '../support/guesser.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, flow, pageName, replyOf, Visitor } from '../support/visitor.ts';
import { addPerson } from './people.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await startPortal({ settings: openDoors });
  await addPerson(portal, 'zoë', unicode.normalize('NFC'));
  await addPerson(portal, 'long', `${base}teapots!`);
  await addPerson(portal, 'wide', wide);
});
afterAll(() => portal.stop());

/** What the guard does with many failures is tried in test/lockout and test/browser/guard.test.ts. */
const openDoors = Object.fromEntries(
  ['failures', 'security_check_after', 'sprayed_accounts'].map((name) => [`lockout.${name}`, '100']),
);
const unicode = 'Öl-ﬁnster-Zäune-über-7';
/** 72 bytes, after which some hashes look no further. */
const base = 'ocean violin harbor maple '.repeat(3).slice(0, 72);
const wide = [...'🙂🦊🌲 ocean violin '.repeat(20)].slice(0, 256).join('');

test('the right user ID and password lead back to the app', async () => {
  expect(await attempt('dr.rivera', DEMO_PASSWORD)).toBe('in');
  expect(await attempt('  dr.rivera ', DEMO_PASSWORD)).toBe('in');
});

test('a user ID counts exactly as it was created, capital letters too', async () => {
  for (const userId of ['Dr.Rivera', 'DR.RIVERA', 'dr rivera', 'dr․rivera', 'ｄr.rivera']) {
    expect([userId, await attempt(userId, DEMO_PASSWORD)]).toEqual([userId, 'incorrect']);
  }
});

test('invisible characters that came along with a pasted user ID are no part of it', async () => {
  for (const userId of [
    'dr.rivera\u200b',
    '\ufeffdr.\u2060rivera\u200d',
    '\u200edr.rivera\u200f ',
    'dr.\u00adrivera',
  ]) {
    expect([userId, await attempt(userId, DEMO_PASSWORD)]).toEqual([userId, 'in']);
  }
});

test('a password counts exactly, to its last character and however long', async () => {
  for (const password of [
    'correct-horse-7-battery',
    ` ${DEMO_PASSWORD}`,
    `${DEMO_PASSWORD} `,
    DEMO_PASSWORD.slice(0, -1),
  ]) {
    expect(await attempt('dr.rivera', password)).toBe('incorrect');
  }
  expect(await attempt('long', `${base}teapots!`)).toBe('in');
  expect(await attempt('long', `${base}Teapots!`)).toBe('incorrect');
  expect(await attempt('long', base)).toBe('incorrect');
  expect(await attempt('long', 'y'.repeat(300))).toBe('incorrect');
  expect(await attempt('wide', wide)).toBe('in');
  expect(await attempt('wide', [...wide].slice(0, -1).join(''))).toBe('incorrect');
});

test('composed or decomposed, compatible or plain: the same password and user ID', async () => {
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
    expect(await attempt('zoë'.normalize('NFC'), unicode.normalize(form))).toBe('in');
  }
  expect(await attempt('zoë'.normalize('NFD'), unicode)).toBe('in');
  expect(await attempt('zoe', unicode)).toBe('incorrect');
});

test('an empty field is asked for again, and no password is tried', async () => {
  for (const fields of [
    {},
    { user_id: 'dr.rivera' },
    { password: DEMO_PASSWORD },
    { user_id: ' ', password: 'x' },
  ]) {
    const visitor = new Visitor(portal);
    const page = await visitor.open(flow('claims').url);
    const again = await visitor.submit(page, { user_id: '', password: '', ...fields });
    expect([again.status, pageName(again)]).toEqual([200, 'sign-in']);
    expect(again.body).toContain('Enter your user ID and your password');
  }
});

test('a known and an unknown user ID are answered alike, byte for byte', async () => {
  const known = await refusal('dr.rivera', 'not-the-password');
  for (const userId of ['no-such-user', 'DR.RIVERA', 'x', 'é'.repeat(64), 'y'.repeat(5000)]) {
    expect(await refusal(userId, 'not-the-password')).toEqual(known);
  }
});

test('a disabled account is answered like any other, with the right password too', async () => {
  const known = await refusal('dr.rivera', 'not-the-password');
  const set = (status: 'active' | 'disabled' | 'invited', password_hash?: null) =>
    portal.db
      .updateTable('accounts')
      .set({ status, ...(password_hash === null ? { password_hash } : {}) })
      .where('user_id', '=', 'op.lee')
      .execute();
  for (const status of ['disabled', 'invited'] as const) {
    await set(status);
    expect(await refusal('op.lee', DEMO_PASSWORD)).toEqual(known);
    expect(await refusal('op.lee', 'wrong')).toEqual(known);
  }
  await set('active', null);
  expect(await refusal('op.lee', DEMO_PASSWORD)).toEqual(known);
});

test('what was typed comes back in the page as text, the password never', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const again = await visitor.submit(page, { user_id: '"><img src=x onerror=1>', password: 'secret-typed' });
  expect(again.body).toContain('value="&quot;>&lt;img src=x onerror=1>"');
  expect(again.body).not.toContain('secret-typed');
  expect(again.body).toContain('User ID or password is incorrect');
  expect(again.body).toMatch(/role="alert"/);
});

test('after mistakes the same page lets the person in', async () => {
  const visitor = new Visitor(portal);
  let page = await visitor.open(flow('claims').url);
  for (const password of ['one', 'two'])
    page = await visitor.submit(page, { user_id: 'dr.rivera', password });
  const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  expect(replyOf(answer).code).toBeTruthy();
});

async function attempt(userId: string, password: string): Promise<'in' | 'incorrect'> {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const answer = await visitor.submit(page, { user_id: userId, password });
  if (pageName(answer) === undefined) return replyOf(answer).code ? 'in' : 'incorrect';
  expect([answer.status, pageName(answer)]).toEqual([200, 'sign-in']);
  expect(answer.body).toContain('User ID or password is incorrect');
  return 'incorrect';
}

/** The whole answer to a refused sign-in, without what is random and what was typed. */
async function refusal(userId: string, password: string) {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const answer = await visitor.submit(page, { user_id: userId, password });
  return { status: answer.status, headers: headersOf(answer, userId), body: plain(answer, userId) };
}

function headersOf({ headers }: Answer, userId: string): string[] {
  const length = Number(headers.get('content-length')) - Buffer.byteLength(userId);
  headers.set('content-length', String(length));
  headers.delete('date');
  return [...headers].map(([name, value]) => `${name}: ${value}`);
}
