import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { arriveAt, desktop, openPage, pageShown } from '../support/browser.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { authorization, fillSignIn } from '../support/tour.ts';

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

/** The apps on each session that the ledger knows of a browser, by its User-Agent. */
async function sessionsOf(userAgent: string): Promise<string[][]> {
  const { db } = site.portal;
  const sessions = await db
    .selectFrom('sessions')
    .select('uid')
    .where('user_agent', '=', userAgent)
    .execute();
  return Promise.all(
    sessions.map(async ({ uid }) => {
      const apps = await db.selectFrom('session_apps').select('client_id').where('uid', '=', uid).execute();
      return apps.map((app) => app.client_id).sort();
    }),
  );
}

test('the app may say who is signing in: only the password is left to type', async () => {
  const { context, page } = await openPage(browser);
  await page.goto(`${site.claims}/login?login_hint=m.chen`);
  expect(await page.locator('#user-id').inputValue()).toBe('m.chen');
  await context.close();
});

test.each([
  ['two apps', 'eligibility'],
  ['one app', 'claims'],
] as const)(
  'two tabs of %s, both at the sign-in page, each end in their app on one session',
  async (_, other) => {
    const userAgent = `two tabs of claims and ${other}`;
    const { context, page: first, complaints } = await openPage(browser, desktop, { userAgent });
    const second = await context.newPage();
    await first.goto(`${site.claims}/login`);
    await second.goto(`${site[other]}/login`);
    await fillSignIn(first);
    await first.locator('#sign-out').waitFor();
    await fillSignIn(second);
    await second.locator('#sign-out').waitFor();
    expect([first.url(), second.url()]).toEqual([`${site.claims}/`, `${site[other]}/`]);
    expect(await sessionsOf(userAgent)).toEqual([[...new Set(['claims', other])]]);
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test('a double click on Sign in sends the password once', async () => {
  const { context, page } = await openPage(browser);
  await page.goto(`${site.claims}/login`);
  const posts: string[] = [];
  const pressedTwice = Promise.withResolvers<void>();
  await page.route('**/sign-in/*', async (route) => {
    posts.push(route.request().method());
    await pressedTwice.promise;
    await route.continue();
  });
  await page.locator('#user-id').fill('dr.rivera');
  await page.locator('#password').fill(DEMO_PASSWORD);
  await page.locator('#submit').dblclick({ delay: 60, noWaitAfter: true });
  pressedTwice.resolve();
  await page.locator('#sign-out').waitFor();
  expect(posts).toEqual(['POST']);
  await context.close();
});

describe.each([true, false])('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('Back after a sign-in leads to a page with one way on, and nobody has to sign in again', async () => {
    const { context, page } = await openPage(browser, view);
    await page.goto(`${site.claims}/login`);
    await fillSignIn(page);
    await page.locator('#sign-out').waitFor();
    await page.goBack();
    await arriveAt(page, 'error');
    expect(await page.locator('#error-code').textContent()).toBe('already-finished');
    await page.locator('#way-on').click();
    await page.locator('#sign-out').waitFor();
    expect(page.url()).toBe(`${site.claims}/`);
    await context.close();
  });

  test('a sign-in page whose cookie is gone comes again, and leads on to the app', async () => {
    const { context, page } = await openPage(browser, view);
    await page.goto(`${site.eligibility}/login`);
    await context.clearCookies({ name: /interaction/ });
    await fillSignIn(page);
    await arriveAt(page, 'sign-in');
    expect(await page.locator('#user-id').inputValue()).toBe('');
    await fillSignIn(page);
    await page.locator('#sign-out').waitFor();
    expect(page.url()).toBe(`${site.eligibility}/`);
    await context.close();
  });
});

test.each([
  ['an unknown app', () => authorization('nobody', `${site.claims}/callback`)],
  ['an address that the app did not register', () => authorization('claims', `${site.eligibility}/callback`)],
])('for %s nothing is redirected: a page says so, with an id that the log has', async (_, request) => {
  const { context, page } = await openPage(browser);
  const response = await page.goto(site.issuer + request());
  expect(response?.status()).toBe(400);
  expect(new URL(page.url()).origin).toBe(site.issuer);
  expect(await pageShown(page)).toBe('error');
  expect(await page.locator('#error-code').textContent()).toBe('bad-request');
  const id = await page.locator('#error-id').textContent();
  expect(site.portal.logs.filter((line) => line.includes(`"${id}"`))).toHaveLength(1);
  await context.close();
});
