import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { RelyingParty } from '../../src/demo/relying-party.ts';
import { PASSWORD } from '../account/household.ts';
import { arriveAt, desktop, scripting } from '../support/browser.ts';
import { built } from '../support/built.ts';
import { freePorts } from '../support/portal.ts';
import { fillCode, fillSignIn } from '../support/tour.ts';
import { AccountWalk, choose, codeIn, done } from './account-walk.ts';

let walk: AccountWalk;
/** An app of somebody else's, which asks for consent. */
let finder: RelyingParty;
let finderUrl: string;
beforeAll(async () => {
  walk = await AccountWalk.open();
  const [port = 0] = await freePorts(1);
  finderUrl = `http://localhost:${port}`;
  const { createRelyingParty } =
    await built<typeof import('../../src/demo/relying-party.ts')>('demo/relying-party.js');
  const registration = { issuer: walk.issuer, clientId: 'care-finder', clientSecret: 'care-finder-secret' };
  finder = createRelyingParty({
    ...registration,
    name: 'care-finder',
    title: 'Care Finder',
    baseUrl: finderUrl,
    port,
    scope: 'openid profile',
  });
  await finder.start();
  await walk.household.portal.register({
    client_id: 'care-finder',
    client_name: 'Care Finder',
    client_secret: 'care-finder-secret',
    first_party: false,
    scope: 'openid profile',
    redirect_uris: [`${finderUrl}/callback`],
  });
});
afterAll(async () => {
  await walk?.close();
  await finder?.stop();
});

const NEW = 'nine patient otters drift';
const MINUTE = 60_000;

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('an app of somebody else’s is let in, is listed, and asks again once its access is taken back', async () => {
    const person = await walk.household.person();
    const { context, page, complaints } = await walk.at(person, 'Apps with access', view);
    await page.getByText('No apps have lasting access.').waitFor();
    await page.goto(`${finderUrl}/login`);
    await arriveAt(page, 'consent');
    await page.locator('#submit').click();
    await page.locator('#name').waitFor();
    await page.goto(`${walk.issuer}/account`);
    await choose(page, 'Apps with access');
    const app = page.locator('[data-access=care-finder]');
    expect(await app.textContent()).toContain('your name and user ID');
    await app.getByRole('link', { name: 'Remove access for Care Finder' }).click();
    expect(await page.locator('.asked').textContent()).toContain('will no longer be able to see your data');
    await page.locator('#submit').click();
    expect(await done(page)).toBe('Access removed.');
    expect(await app.count()).toBe(0);
    await page.goto(`${finderUrl}/login`);
    await arriveAt(page, 'consent');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('“This wasn’t me” shuts a thief out, and the person is back with a new password', async () => {
    const person = await walk.household.person();
    const thief = await walk.signedIn(person, view);
    const { context, page, complaints } = await walk.at(person, 'Activity', view);
    await page.locator('#not-me').click();
    await arriveAt(page, 'account-not-me');
    expect(await page.locator('.panel').textContent()).toContain('2 sessions end, including this one');
    await page.locator('#submit').click();
    await arriveAt(page, 'recover-password');
    expect(await walk.isIn(thief)).toBe(false);
    await fillSignIn(thief.page, { userId: person.userId, password: PASSWORD });
    await thief.page.getByRole('alert').waitFor();
    await page.locator('#user-id').fill(person.userId);
    await page.locator('#channel-sms').check();
    await page.locator('#submit').click();
    await page.locator('#code').waitFor();
    await fillCode(page, codeIn(await walk.household.smsTo(person.phone, /code to reset your password/)));
    await page.locator('#password').fill(NEW);
    await page.locator('#submit').click();
    await arriveAt(page, 'recover-password-done');
    await page.locator('#sign-in').click();
    await fillSignIn(page, { userId: person.userId, password: NEW });
    await arriveAt(page, 'launcher');
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), thief.context.close()]);
  });
});

/** Somebody on a page whose clock can be moved on; the session in the store stays as it is. */
async function waiting() {
  const person = await walk.household.person();
  const profile = await walk.signedIn(person);
  await profile.page.clock.install();
  await profile.page.goto(`${walk.issuer}/account/contact`);
  return { ...profile, person };
}

const left = (page: Page) =>
  page.evaluate(async () => (await (await fetch('/account/session')).json()).left as number);

test('two minutes before the session ends a dialog that keeps the focus asks, and the person stays', async () => {
  const { context, page, complaints, person } = await waiting();
  await page.locator('#contact').focus();
  await page.clock.fastForward(27 * MINUTE);
  expect(await page.locator('#session-end').isVisible()).toBe(false);
  await walk.household.endIn(person.sub, 100);
  await page.clock.fastForward(MINUTE);
  await page.locator('#stay:focus').waitFor();
  await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
  expect(await page.locator('#session-end').textContent()).toMatch(/signed out at \d+:\d\d/);
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press('Tab');
    const outside = page.locator('*:focus:not(#session-end *, body)');
    expect(await outside.count()).toBe(0);
  }
  expect(await left(page)).toBeLessThanOrEqual(100);
  await page.locator('#stay').click();
  await page.locator('#session-end').waitFor({ state: 'hidden' });
  expect(await left(page)).toBeGreaterThan(1700);
  await page.locator('#contact:focus').waitFor();
  // Escape is a sign of life too.
  await walk.household.endIn(person.sub, 100);
  await page.clock.fastForward(28 * MINUTE);
  await page.locator('#stay:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#session-end').waitFor({ state: 'hidden' });
  expect(await left(page)).toBeGreaterThan(1700);
  expect(complaints).toEqual([]);
  await context.close();
});

test('somebody who was at work in another tab is not asked', async () => {
  const { context, page } = await waiting();
  const asked = page.waitForResponse('**/account/session');
  await page.clock.fastForward(28 * MINUTE);
  await (await asked).finished();
  expect(await page.locator('#session-end').isVisible()).toBe(false);
  await context.close();
});

test('a session that can go on no longer says so, and lets the person finish', async () => {
  const { context, page, person } = await waiting();
  await walk.household.endIn(person.sub, 100, 43_200);
  await page.clock.fastForward(28 * MINUTE);
  await page.getByRole('dialog', { name: 'You’ll need to sign in again soon' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('#session-end').waitFor({ state: 'hidden' });
  await context.close();
});

test('once it has ended the page is covered; after signing in the person is back with what was typed', async () => {
  const { context, page, complaints, person } = await waiting();
  await page.locator('#contact').fill('half-typed@clinic');
  await walk.household.endIn(person.sub, 0);
  await page.clock.fastForward(28 * MINUTE);
  await page.getByRole('dialog', { name: 'You are signed out' }).waitFor();
  await page.locator('#sign-in-again').click();
  await arriveAt(page, 'sign-in');
  await fillSignIn(page, { userId: person.userId, password: PASSWORD });
  await arriveAt(page, 'account-contact');
  expect(await page.locator('#contact').inputValue()).toBe('half-typed@clinic');
  await page.reload();
  expect(await page.locator('#contact').inputValue()).toBe('');
  expect(complaints).toEqual([]);
  await context.close();
});
