import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { addPerson } from '../sign-in/people.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { arriveAt, desktop, openPage, scripting, type View } from '../support/browser.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import type { Site } from '../support/site.ts';
import { solveCheck } from '../support/solve-check.ts';
import { fillCode, fillSignIn, keepRecoveryCodes, startTourSite } from '../support/tour.ts';
import { flow, pageName, Visitor } from '../support/visitor.ts';

// Several sign-ins each, on a machine that may have other things to do.
jest.setTimeout(180_000);

let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await startTourSite();
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
});

/** An account of its own: no test meets what another has counted. */
async function newPerson(password = DEMO_PASSWORD): Promise<string> {
  const userId = `person.${randomBytes(6).toString('hex')}`;
  await addPerson(site.portal, userId, password);
  return userId;
}

/** A browser that nobody has used. `leave` closes it, and nothing may have broken the content policy. */
async function newBrowser(view: View, options?: BrowserContextOptions) {
  const profile = await openPage(browser, view, options);
  const leave = async () => {
    expect(profile.complaints).toEqual([]);
    await profile.context.close();
  };
  return { page: profile.page, leave };
}

async function signIn(page: Page, app: string, userId: string, password = DEMO_PASSWORD): Promise<void> {
  await page.goto(`${app}/login`);
  await fillSignIn(page, { userId, password });
}

const isIn = (page: Page) => page.locator('#status #user-id').waitFor();

async function signOut(page: Page): Promise<void> {
  await page.locator('#sign-out').click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
}

/** Sets up an authenticator on the page that asks for one. */
async function enrol(page: Page, name: string): Promise<AuthenticatorApp> {
  await arriveAt(page, 'enrol-second-factor');
  const phone = await AuthenticatorApp.scan(page);
  await page.locator('#name').fill(name);
  await fillCode(page, await phone.code());
  return phone;
}

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('a second step is set up by its picture, then asked for: a code, a recovery code, a known device', async () => {
    const userId = await newPerson();
    const first = await newBrowser(view);
    await signIn(first.page, site.eligibility, userId);
    const phone = await enrol(first.page, 'Front desk phone');
    const codes = await keepRecoveryCodes(first.page);
    expect(new Set(codes).size).toBe(10);
    await isIn(first.page);
    await first.leave();

    const second = await newBrowser(view);
    await signIn(second.page, site.claims, userId);
    await arriveAt(second.page, 'second-factor');
    await fillCode(second.page, await phone.code());
    await isIn(second.page);
    await second.leave();

    const third = await newBrowser(view);
    await signIn(third.page, site.claims, userId);
    await third.page.locator('#use-recovery-code').click();
    await third.page.locator('#remember-device').check();
    await fillCode(third.page, String(codes[0]));
    await isIn(third.page);
    await signOut(third.page);
    await signIn(third.page, site.eligibility, userId);
    await isIn(third.page);
    await third.leave();
  });

  test('a password that thieves know lets nobody in before there is another', async () => {
    const userId = await newPerson('password1234');
    const { page, leave } = await newBrowser(view);
    await signIn(page, site.claims, userId, 'password1234');
    await arriveAt(page, 'new-password');
    for (const [password, says] of [
      ['P@ssword1234', 'easy to guess'],
      ['too short', 'at least 12'],
    ] as const) {
      await page.locator('#password').fill(password);
      await page.locator('#submit').click();
      await page.getByRole('alert').getByText(says).waitFor();
    }
    await page.locator('#password').fill('four plain words here');
    await page.locator('#submit').click();
    await isIn(page);
    await signOut(page);
    await signIn(page, site.claims, userId, 'four plain words here');
    await isIn(page);
    await leave();
  });

  test('a locked user ID is told so, whatever the password, and when that ends', async () => {
    const userId = await newPerson();
    await guessUntilLocked(userId);
    const { page, leave } = await newBrowser(view, { timezoneId: 'America/Chicago' });
    await signIn(page, site.claims, userId);
    await arriveAt(page, 'locked');
    const told = page.locator('#locked-until time');
    const until = new Date(String(await told.getAttribute('datetime')));
    // Rounded up to the minute, and the guesses took their time.
    const minutes = (until.getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThanOrEqual(16);
    expect(await told.textContent()).toContain(javaScript ? 'CST' : 'UTC');
    await page.locator('#way-on').click();
    await arriveAt(page, 'sign-in');
    await leave();
  });
});

/** Five wrong passwords by somebody else, who does the security check's work. */
async function guessUntilLocked(userId: string): Promise<void> {
  const visitor = new Visitor(site.portal);
  const guess = { user_id: userId, password: 'not-the-password' };
  let answer = await visitor.open(flow('claims', { redirect_uri: `${site.claims}/callback` }).url);
  for (let failures = 0; failures < 5; failures += 1) {
    if (pageName(answer) === 'security-check') {
      const solved = { user_id: userId, security_check: await solveCheck(answer.body) };
      answer = await visitor.submit(answer, solved);
    }
    answer = await visitor.submit(answer, guess);
  }
  expect(pageName(answer)).toBe('locked');
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.locator(`${selector}:focus`).count()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached by keyboard`);
}

async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

test('after three failures the security check is passed by keyboard alone, and the person gets in', async () => {
  const userId = await newPerson();
  const { page, leave } = await newBrowser(desktop);
  await page.goto(`${site.claims}/login`);
  for (const password of ['wrong-1', 'wrong-2', 'wrong-3']) {
    await typeInto(page, '#user-id', userId);
    await typeInto(page, '#password', password);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  }
  await arriveAt(page, 'security-check');
  expect(await page.locator('#checked-user').textContent()).toBe(userId);
  await page.locator('[role=alert]:focus').waitFor();
  // Before the work is done perhaps: then it goes on by itself as soon as it is.
  await tabTo(page, '#submit');
  await page.keyboard.press('Enter');
  await arriveAt(page, 'sign-in');
  expect(await page.locator('#user-id').inputValue()).toBe(userId);
  await typeInto(page, '#password', DEMO_PASSWORD);
  await page.keyboard.press('Enter');
  await isIn(page);
  await leave();
});

test('without JavaScript the security check says what to do instead', async () => {
  const userId = await newPerson();
  const { page, leave } = await newBrowser({ ...desktop, javaScript: false });
  await page.goto(`${site.claims}/login`);
  for (let failures = 1; failures <= 3; failures += 1) {
    await fillSignIn(page, { userId, password: 'not-the-password' });
    await page.getByRole('alert').waitFor();
  }
  await arriveAt(page, 'security-check');
  await page.locator('.no-script').waitFor();
  expect(await page.locator('.no-script').textContent()).toContain('wait 15 minutes and sign in then');
  await leave();
});
