import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PASSWORD } from '../account/household.ts';
import { arriveAt, desktop, scripting } from '../support/browser.ts';
import { fillCode, fillSignIn } from '../support/tour.ts';
import { AccountWalk, choose, codeIn, done } from './account-walk.ts';

let walk: AccountWalk;
beforeAll(async () => {
  walk = await AccountWalk.open();
});
afterAll(() => walk?.close());

const CONTACT = 'Email and phone';

/** Types another address; the page then asks for its code. */
async function move(page: Page, contact: string): Promise<void> {
  await page.locator('#contact').fill(contact);
  await page.locator('#submit').click();
  await page.locator('#code').waitFor();
}

const undoLink = (text: string) => String(/http:\S*\/account\/undo\/[\w-]{43}/.exec(text)?.[0]);

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('from the launcher a person finds who they are here, and chooses language and time zone', async () => {
    const person = await walk.household.person();
    const { context, page, complaints } = await walk.at(person, 'Profile', view);
    for (const text of ['Zoe Marsh', person.userId, person.email, person.phone]) {
      expect(await page.locator('#about').textContent()).toContain(text);
    }
    await page.locator('#locale').selectOption('es');
    await page.locator('#zoneinfo').selectOption('America/Puerto_Rico');
    await page.locator('#submit').click();
    expect(await done(page)).toContain('Se guard');
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    await page.locator('#to-launcher').click();
    await arriveAt(page, 'launcher');
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a new e-mail address is proved by its code; the old one is told, and its link undoes it elsewhere', async () => {
    const { household } = walk;
    const person = await household.person();
    const { context, page, complaints } = await walk.at(person, CONTACT, view);
    const fresh = `${person.userId}@new.example`;
    await move(page, fresh);
    expect(await page.locator('#resend-wait').textContent()).toMatch(/another code in \d+ seconds/);
    const code = codeIn(await household.mailTo(fresh, /Confirm your address/));
    await fillCode(page, code === '000000' ? '111111' : '000000');
    expect(await page.getByRole('alert').textContent()).toContain('That code is wrong');
    await fillCode(page, `${code.slice(0, 3)} ${code.slice(3)}`);
    expect(await done(page)).toBe('Your email address was changed. We notified the old one.');
    expect(await page.locator('#current-email').textContent()).toBe(fresh);

    const elsewhere = await walk.fresh(view);
    const link = undoLink(await household.mailTo(person.email, /mail address .* was changed/));
    await elsewhere.page.goto(link);
    await arriveAt(elsewhere.page, 'undo-contact');
    expect(elsewhere.page.url()).toBe(`${walk.issuer}/account/undo`);
    await elsewhere.page.locator('#submit').click();
    await arriveAt(elsewhere.page, 'undone-contact');
    expect((await person.row()).email).toBe(person.email);
    expect(await walk.isIn({ context, page, complaints })).toBe(false);
    await elsewhere.page.locator('#way-on').click();
    await arriveAt(elsewhere.page, 'recover-password');
    await elsewhere.page.goto(link);
    await arriveAt(elsewhere.page, 'undo-dead');
    expect([...complaints, ...elsewhere.complaints]).toEqual([]);
    await Promise.all([context.close(), elsewhere.context.close()]);
  });

  test('a new phone number is proved by the code of a text, and the old one is told', async () => {
    const { household } = walk;
    const person = await household.person();
    const { context, page, complaints } = await walk.at(person, CONTACT, view);
    await move(page, javaScript ? '(212) 555-2368' : '(212) 555-2369');
    const to = javaScript ? '+12125552368' : '+12125552369';
    await fillCode(page, codeIn(await household.smsTo(to, /to confirm this number/)));
    expect(await done(page)).toBe('Your phone number was changed. We notified the old one.');
    expect(await page.locator('#current-phone').textContent()).toBe(to);
    expect(undoLink(await household.smsTo(person.phone, /phone number was changed/))).toContain(walk.issuer);
    expect(household.sms.mistakes).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('one session is ended, then all others: those browsers are out at once, this one stays', async () => {
    const person = await walk.household.person();
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => walk.signedIn(person, view)));
    if (!first || !second || !third) throw new Error('not three');
    const { context, page, complaints } = await walk.at(person, 'Sessions', view);
    expect(await page.locator('[data-session]').count()).toBe(4);
    expect(await page.locator('[data-session]').first().locator('.mark-this').count()).toBe(1);
    // The newest of the others stands first: it is the one that goes.
    await page.locator('[data-session]').nth(1).getByRole('link', { name: 'End session' }).click();
    expect(await page.locator('.asked').textContent()).toContain('This ends 1 session.');
    await page.locator('#submit').click();
    expect(await done(page)).toBe('Sign-out complete.');
    const left = await Promise.all([first, second, third].map((each) => walk.isIn(each)));
    expect(left.filter((isIn) => isIn)).toHaveLength(2);
    await page.locator('#end-others').click();
    expect(await page.locator('body').textContent()).toContain('This ends 2 sessions.');
    await page.locator('#submit').click();
    expect(await done(page)).toBe('Sign-out complete.');
    expect(await Promise.all([first, second, third].map((each) => walk.isIn(each)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(await page.locator('[data-session]').count()).toBe(1);
    expect(await walk.isIn({ context, page, complaints })).toBe(true);
    expect(complaints).toEqual([]);
    await Promise.all([context, first.context, second.context, third.context].map((each) => each.close()));
  });
});

test('what happened lately is told in plain words, and somebody in doubt is shown the way', async () => {
  const person = await walk.household.person();
  const { context, page, complaints } = await walk.at(person, 'Activity');
  expect(await page.locator('[data-event="sign-in.succeeded"]').textContent()).toMatch(
    /You signed in.*C[SD]T · A browser · (127\.0\.0\.1|::1)/,
  );
  await page.locator('#not-me').click();
  await arriveAt(page, 'account-not-me');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await arriveAt(page, 'account-activity');
  expect(complaints).toEqual([]);
  await context.close();
});

test.each([
  ['Password', 'account-password'],
  [CONTACT, 'account-contact'],
])('%s asks for a fresh sign-in, and comes back to where the person was', async (name, pageName) => {
  const person = await walk.household.person();
  const { context, page, complaints } = await walk.at(person, 'Profile');
  await walk.household.age(person.sub, 3600);
  await choose(page, name);
  await arriveAt(page, 'sign-in');
  // Whoever thinks better of it is not thrown out.
  await page.goto(`${walk.issuer}/account`);
  await arriveAt(page, 'account');
  await choose(page, name);
  await arriveAt(page, 'sign-in');
  await fillSignIn(page, { userId: person.userId, password: PASSWORD });
  await arriveAt(page, pageName);
  expect(complaints).toEqual([]);
  await context.close();
});
