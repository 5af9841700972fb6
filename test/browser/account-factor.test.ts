import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PASSWORD } from '../account/household.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { arriveAt, desktop, scripting, type View } from '../support/browser.ts';
import { fillCode, fillSignIn, keepRecoveryCodes } from '../support/tour.ts';
import { AccountWalk, choose, done } from './account-walk.ts';

let walk: AccountWalk;
beforeAll(async () => {
  walk = await AccountWalk.open();
});
afterAll(() => walk?.close());

const NEW = 'nine patient otters drift';
const PAGE = 'account-second-factor';

/** Somebody who sets up an authenticator app from the launcher's first click; the browser then stands at PAGE. */
async function enrolled(view: View = desktop) {
  const person = await walk.household.person();
  const profile = await walk.at(person, 'Two-step verification', view);
  await arriveAt(profile.page, 'enrol-second-factor');
  const phone = await AuthenticatorApp.scan(profile.page);
  await fillCode(profile.page, await phone.code());
  const codes = await keepRecoveryCodes(profile.page);
  return { ...profile, person, phone, codes };
}

async function signIn(page: Page, userId: string, password = PASSWORD): Promise<void> {
  await page.goto(walk.issuer);
  await fillSignIn(page, { userId, password });
}

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('the password changes for whoever knows it; every browser is out, the person is told and signs in with it', async () => {
    const { household } = walk;
    const person = await household.person();
    const other = await walk.signedIn(person, view);
    const { context, page, complaints } = await walk.at(person, 'Password', view);
    expect(await page.locator('.lead').textContent()).toContain('This ends 2 sessions, including this one');
    await page.locator('#current-password').fill('not the password');
    await page.locator('#password').fill(NEW);
    await page.locator('#submit').click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('The current password is incorrect');
    await page.locator('#current-password').fill(PASSWORD);
    await page.locator('#password').fill(NEW);
    await page.locator('#submit').click();
    await arriveAt(page, 'account-password-changed');
    expect(await walk.isIn(other)).toBe(false);
    await household.mailTo(person.email, /password .* was changed/);
    await page.locator('#way-on').click();
    await fillSignIn(page, { userId: person.userId, password: NEW });
    await arriveAt(page, 'account');
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), other.context.close()]);
  });

  test('an authenticator is set up from its picture; its code is asked for at the next sign-in and not before', async () => {
    const { context, page, complaints, person, phone, codes } = await enrolled(view);
    await arriveAt(page, PAGE);
    expect(await page.locator('#codes-left').textContent()).toContain('You have 10 recovery codes left.');
    expect(codes).toHaveLength(10);
    await walk.household.mailTo(person.email, /authenticator app was added/);
    await page.locator('#sign-out').click();
    await arriveAt(page, 'signed-out');
    await signIn(page, person.userId);
    await arriveAt(page, 'second-factor');
    await page.locator('#remember-device').check();
    await fillCode(page, await phone.code());
    await arriveAt(page, 'launcher');
    await page.locator('#account').click();
    await choose(page, 'Two-step verification');
    await page.locator('[data-device]').getByRole('button', { name: 'Remove' }).click();
    expect(await done(page)).toContain(
      'Anyone who is signed in there now stays signed in until that session ends.',
    );
    await page.locator('#to-sessions').click();
    await arriveAt(page, 'account-sessions');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('new recovery codes take the place of the old; a removed authenticator ends everything', async () => {
    const { context, page, complaints, person, phone, codes } = await enrolled(view);
    await page.locator('#regenerate').click();
    await page.locator('#submit').click();
    const fresh = await keepRecoveryCodes(page);
    expect(await done(page)).toBe('Your new recovery codes work now.');
    expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
    const elsewhere = await walk.fresh(view);
    await signIn(elsewhere.page, person.userId);
    await elsewhere.page.locator('#use-recovery-code').click();
    await fillCode(elsewhere.page, String(codes[0]));
    await elsewhere.page.getByRole('alert').waitFor();
    await fillCode(elsewhere.page, String(fresh[0]));
    await arriveAt(elsewhere.page, 'launcher');

    await walk.household.age(person.sub, 3600);
    await page.getByRole('link', { name: 'Remove' }).click();
    await arriveAt(page, 'sign-in');
    await fillSignIn(page, { userId: person.userId, password: PASSWORD });
    await arriveAt(page, 'second-factor');
    await fillCode(page, await phone.code());
    await arriveAt(page, PAGE);
    await page.getByRole('link', { name: 'Remove' }).click();
    expect(await page.locator('.asked').textContent()).toContain('This ends 2 sessions, including this one');
    await page.locator('#submit').click();
    await arriveAt(page, 'sign-in');
    expect(await walk.isIn(elsewhere)).toBe(false);
    await walk.household.mailTo(person.email, /authenticator app was removed/);
    await fillSignIn(page, { userId: person.userId, password: PASSWORD });
    await arriveAt(page, 'enrol-second-factor');
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), elsewhere.context.close()]);
  });
});

test('each sensitive page asks for both factors anew, and comes back to where the person was', async () => {
  const { context, page, complaints, person, phone } = await enrolled();
  for (const [name, there] of [
    ['Password', 'account-password'],
    ['Email and phone', 'account-contact'],
  ] as const) {
    await walk.household.age(person.sub, 3600);
    await choose(page, name);
    await arriveAt(page, 'sign-in');
    await fillSignIn(page, { userId: person.userId, password: PASSWORD });
    await arriveAt(page, 'second-factor');
    await fillCode(page, await phone.code());
    await arriveAt(page, there);
  }
  expect(complaints).toEqual([]);
  await context.close();
});
