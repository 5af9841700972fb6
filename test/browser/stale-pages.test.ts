import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../postgres/until.ts';
import { arriveAt, desktop, openPage, scripting } from '../support/browser.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { authorization, fillSignIn } from '../support/tour.ts';

let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await startSite({ demands: true });
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
});

async function enter(page: Page, app: string): Promise<void> {
  await page.goto(app);
  await page.locator('#sign-in').click();
}

const isIn = (page: Page, title: string) => page.getByText(`Signed in to ${title} as Elena Rivera`).waitFor();

/** The address of a sign-in page that another browser was shown. */
async function bookmark(app: string): Promise<string> {
  const { context, page } = await openPage(browser, desktop);
  await enter(page, app);
  await arriveAt(page, 'sign-in');
  const address = page.url();
  await context.close();
  return address;
}

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('a bookmarked sign-in page in a new browser ends at the app that it was for', async () => {
    const address = await bookmark(site.claims);
    const { context, page } = await openPage(browser, view);
    await page.goto(address);
    await arriveAt(page, 'sign-in');
    // The app began it anew in this browser, so it knows the answer.
    expect(page.url()).not.toBe(address);
    await fillSignIn(page);
    await isIn(page, 'Claims');
    await context.close();
  });

  test('a page from another day, or left open too long, has one way on, and that leads to the app', async () => {
    const { context, page } = await openPage(browser, view);
    await page.goto(`${site.issuer}/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=claims`);
    await arriveAt(page, 'session-expired');
    await page.locator('#way-on').click();
    await arriveAt(page, 'sign-in');
    await fillSignIn(page);
    await isIn(page, 'Claims');
    await context.close();
  });

  test('Back after signing in leads on to the app again', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await arriveAt(page, 'sign-in');
    const address = page.url();
    await fillSignIn(page);
    await isIn(page, 'Claims');
    await page.goto(address);
    expect(await page.locator('#error-code').textContent()).toBe('already-finished');
    await page.locator('#way-on').click();
    await isIn(page, 'Claims');
    await context.close();
  });

  test('two tabs sign in to two apps: each ends in its own', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await arriveAt(page, 'sign-in');
    const other = await context.newPage();
    await enter(other, site.eligibility);
    await arriveAt(other, 'sign-in');
    await fillSignIn(page);
    await isIn(page, 'Claims');
    await fillSignIn(other);
    await isIn(other, 'Eligibility');
    await context.close();
  });

  test('a second submit of the same page signs nobody in twice and has a way on', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await arriveAt(page, 'sign-in');
    await page.locator('#user-id').fill('dr.rivera');
    await page.locator('#password').fill(DEMO_PASSWORD);
    await page.locator('#submit').dblclick({ noWaitAfter: true });
    const done = page.getByText('Signed in to Claims as Elena Rivera').or(page.locator('#way-on'));
    await done.first().waitFor();
    if (await page.locator('#way-on').isVisible()) await page.locator('#way-on').click();
    await isIn(page, 'Claims').catch(() => enter(page, site.claims));
    await isIn(page, 'Claims');
    await context.close();
  });

  test('cookies cleared midway: the page comes again, and then the app', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await arriveAt(page, 'sign-in');
    const kept = (await context.cookies()).filter(({ name }) => name.startsWith('claims_'));
    await context.clearCookies();
    await context.addCookies(kept);
    await fillSignIn(page);
    await arriveAt(page, 'sign-in');
    await fillSignIn(page);
    await isIn(page, 'Claims');
    await context.close();
  });

  test('a session that ends during the sign-in does not stop it', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await fillSignIn(page);
    await isIn(page, 'Claims');
    const other = await context.newPage();
    const again = authorization('claims', `${site.claims}/callback`);
    await other.goto(`${site.issuer}${again}&prompt=login`);
    await arriveAt(other, 'sign-in');
    await page.locator('#sign-out').click();
    await page.getByText('signed out').first().waitFor();
    await fillSignIn(other);
    await other.waitForURL(`${site.claims}/**`);
    await enter(other, site.claims);
    await isIn(other, 'Claims');
    await context.close();
  });

  test('m.chen may not open Eligibility, is told whom to ask, and somebody else may sign in', async () => {
    const { context, page } = await openPage(browser, view);
    await enter(page, site.claims);
    await fillSignIn(page, { userId: 'm.chen' });
    await page.getByText('Signed in to Claims as Mei Chen').waitFor();
    await enter(page, site.eligibility);
    await arriveAt(page, 'access-denied');
    await page.getByText('Ask your practice administrator to give you that role').waitFor();
    await page.locator('#submit').click();
    await page.getByText('access_denied').waitFor();
    await enter(page, site.eligibility);
    await page.locator('#switch-user').click();
    await arriveAt(page, 'sign-in');
    await fillSignIn(page);
    await isIn(page, 'Eligibility');
    // Nothing of the first person is left in any app: Claims hears of the end by back-channel logout.
    await until(async () => {
      await page.goto(site.claims);
      return !(await page.content()).includes('Mei Chen');
    });
    await context.close();
  });
});
