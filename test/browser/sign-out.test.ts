import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { arriveAt, desktop, openPage, pageShown, type View } from '../support/browser.ts';
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

async function signedIn(view: View = desktop) {
  const profile = await openPage(browser, view);
  await profile.page.goto(`${site.claims}/login`);
  await fillSignIn(profile.page);
  await profile.page.locator('#sign-out').waitFor();
  return profile;
}

async function isSignedIn(page: Page): Promise<boolean> {
  await page.goto(site.issuer);
  return (await pageShown(page)) === 'launcher';
}

describe.each([true, false])('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('without proof of the session a button asks, and signs out', async () => {
    const { context, page, complaints } = await signedIn(view);
    await page.goto(`${site.issuer}/oidc/logout`);
    expect(await pageShown(page)).toBe('sign-out');
    await page.locator('#stay').click();
    await arriveAt(page, 'launcher');
    await page.goto(`${site.issuer}/oidc/logout`);
    await page.locator('#submit').click();
    await arriveAt(page, 'signed-out');
    expect(page.url()).toBe(`${site.issuer}/signed-out`);
    expect(await isSignedIn(page)).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the app that asks is named, and gets the person back at its registered address', async () => {
    const { context, page, complaints } = await signedIn(view);
    const back = `${site.claims}/signed-out`;
    const params = new URLSearchParams({ client_id: 'claims', post_logout_redirect_uri: back, state: 'x' });
    await page.goto(`${site.issuer}/oidc/logout?${params}`);
    expect(await page.locator('.lead').textContent()).toContain('Claims');
    await page.locator('#submit').click();
    await page.waitForURL(`${back}?state=x`);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('an address that the app did not register is not gone to; the page offers the app instead', async () => {
  const { context, page } = await signedIn();
  const params = new URLSearchParams({ client_id: 'claims', post_logout_redirect_uri: site.eligibility });
  await page.goto(`${site.issuer}/oidc/logout?${params}`);
  await page.locator('#submit').click();
  await arriveAt(page, 'signed-out');
  expect(new URL(page.url()).origin).toBe(site.issuer);
  expect(await page.locator('#return').getAttribute('href')).toBe(`${site.claims}/login`);
  await context.close();
});

test('who is signed out already is asked nothing', async () => {
  const { context, page } = await openPage(browser);
  await page.goto(`${site.issuer}/oidc/logout`);
  expect(await pageShown(page)).toBe('signed-out');
  await page.locator('#sign-in-again').click();
  await arriveAt(page, 'sign-in');
  await context.close();
});

test('a form of another site signs nobody out', async () => {
  const { context, page } = await signedIn();
  const csrf = await page
    .goto(`${site.issuer}/oidc/logout`)
    .then(() => page.locator('[name=csrf]').inputValue());
  await page.goto('about:blank');
  // Even with this browser's own token, which no other site can know.
  await page.setContent(
    `<form method="post" action="${site.issuer}/sign-out"><input name="csrf" value="${csrf}"><button>Win</button></form>`,
  );
  await page.getByRole('button').click();
  await page.locator('#error-code').waitFor();
  expect(await page.locator('#error-code').textContent()).toBe('forgery');
  expect(await isSignedIn(page)).toBe(true);
  await context.close();
});

test('after signing out, Back shows nothing of what was there', async () => {
  const { context, page } = await signedIn();
  await page.goto(site.issuer);
  await page.locator('#submit').click();
  await arriveAt(page, 'signed-out');
  await page.goBack();
  await arriveAt(page, 'sign-in');
  await context.close();
});
