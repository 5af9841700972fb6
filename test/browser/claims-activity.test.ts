import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Aging } from '../oidc/aging.ts';
import { until } from '../postgres/until.ts';
import { arriveAt, axe, openPage } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { fillSignIn } from '../support/tour.ts';

// The demo's Claims, whose cookie is its own: whoever types there asks the identity provider for nothing.

let site: Site;
let browser: Browser;
let aging: Aging;
beforeAll(async () => {
  site = await startSite();
  browser = await sharedChromium();
  aging = await Aging.of(site.portal);
});
afterAll(async () => {
  aging?.close();
  await closeContexts(browser);
  await site?.stop();
});

test('typing in Claims keeps the session; two minutes before its end Claims warns, and says when it is over', async () => {
  const { context, page, complaints } = await openPage(browser);
  await page.goto(`${site.claims}/login`);
  await fillSignIn(page);
  await page.locator('#draft').waitFor();
  const { uid } = await site.portal.db
    .selectFrom('session_apps')
    .select('uid')
    .orderBy('first_entered_at', 'desc')
    .executeTakeFirstOrThrow();

  const ends = await aging.age(uid);
  await page.locator('#draft').pressSequentially('Claim 4711');
  await until(async () => (await aging.lastUse(uid)).last_seen_by === 'activity');
  expect((await aging.lastUse(uid)).last_seen_app).toBe('claims');
  expect(await aging.endOf(uid)).toBeGreaterThan(ends);

  const soon = await aging.age(uid, 1700);
  await lookAgain(page);
  await page.getByRole('heading', { name: 'Your session ends in less than two minutes' }).waitFor();
  expect(await axe(page)).toEqual([]);
  expect(await aging.endOf(uid)).toBe(soon);
  await page.locator('#stay').click();
  await page.locator('dialog').waitFor({ state: 'hidden' });
  expect(await aging.endOf(uid)).toBeGreaterThan(soon);

  const elsewhere = await context.newPage();
  await elsewhere.goto(`${site.issuer}/oidc/logout`);
  await elsewhere.locator('#submit').click();
  await arriveAt(elsewhere, 'signed-out');
  await lookAgain(page);
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await page.locator('#sign-in-again').click();
  await fillSignIn(page);
  await page.locator('#draft').waitFor();
  expect(await page.locator('#draft').inputValue()).toBe('Claim 4711');
  expect(complaints).toEqual([]);
  await context.close();
});

/** As when the person comes back to the tab. */
async function lookAgain(page: Page): Promise<void> {
  await page.locator('html').evaluate((html) => {
    html.ownerDocument.dispatchEvent(new html.ownerDocument.defaultView!.Event('visibilitychange'));
  });
}
