import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../postgres/until.ts';
import { arriveAt, desktop, openPage, pageShown } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { fillSignIn } from '../support/tour.ts';

let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await startSite();
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
});

/** Opens an app's own page and presses its button; whatever the portal asks is left to the test. */
async function enter(page: Page, app: string): Promise<void> {
  await page.goto(app);
  await page.locator('#sign-in').click();
}

async function isSignedOut(page: Page, app: string): Promise<boolean> {
  await page.goto(app);
  return (await page.locator('#status').textContent()) === 'You are signed out.';
}

describe.each([true, false])('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('one sign-in opens both apps, the launcher lists them, signing out of one ends both', async () => {
    const { context, page, complaints } = await openPage(browser, view);
    await enter(page, site.claims);
    await fillSignIn(page, { password: 'not-my-password' });
    await page.locator('[role=alert]:focus').waitFor();
    expect(await page.getByRole('alert').getByRole('link').allTextContents()).toEqual([
      'User ID or password is incorrect',
    ]);
    expect(await page.title()).toBe('Error: Sign in – Northwind Health Plan');
    expect(await page.locator('#user-id').inputValue()).toBe('dr.rivera');
    expect(await page.locator('#password').inputValue()).toBe('');

    await fillSignIn(page);
    expect(await page.locator('#name').textContent()).toBe('Elena Rivera');
    expect(page.url()).toBe(`${site.claims}/`);

    await enter(page, site.eligibility);
    await page.getByText('Signed in to Eligibility as Elena Rivera').waitFor();

    await page.goto(site.issuer);
    const listed = page.locator('a[data-app]');
    expect(await listed.evaluateAll((links) => links.map((link) => link.dataset.app))).toEqual([
      'claims',
      'eligibility',
    ]);
    await page.locator('a[data-app=claims]').click();
    expect(await page.locator('#name').textContent()).toBe('Elena Rivera');

    await page.locator('#sign-out').click();
    await page.getByText('signed out here and in every app').waitFor();
    expect(page.url()).toContain(`${site.claims}/signed-out`);
    await until(() => isSignedOut(page, site.eligibility));
    await page.goto(site.issuer);
    expect(await pageShown(page)).toBe('sign-in');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('signing out at the launcher ends the apps too', async () => {
    const { context, page, complaints } = await openPage(browser, view);
    await page.goto(site.issuer);
    await fillSignIn(page, { userId: 'm.chen' });
    await page.locator('a[data-app=eligibility]').click();
    await page.locator('#sign-out').waitFor();
    await page.goto(site.issuer);
    await page.locator('#submit').click();
    await arriveAt(page, 'signed-out');
    await until(() => isSignedOut(page, site.eligibility));
    expect(complaints).toEqual([]);
    await context.close();
  });
});
