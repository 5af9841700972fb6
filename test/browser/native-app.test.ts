import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { arriveAt, desktop, openPage, pageShown } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { fillSignIn } from '../support/tour.ts';
import { claimsOf, flow, redeem } from '../support/visitor.ts';

let site: Site;
let browser: Browser;
/** The phone app as it waits for its answer: on whatever loopback port it got (RFC 8252 §7.3). */
let phone: Server;
let loopback: string;
beforeAll(async () => {
  phone = createServer((_, response) => response.end('<title>Back to the app</title>'));
  await new Promise<void>((resolve) => phone.listen(0, '127.0.0.1', resolve));
  loopback = `http://127.0.0.1:${(phone.address() as AddressInfo).port}/callback`;
  site = await startSite();
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
  phone?.closeAllConnections();
  phone?.close();
});

async function signInToClaims(page: Page): Promise<void> {
  await page.goto(`${site.claims}/login`);
  await fillSignIn(page);
  await page.locator('#sign-out').waitFor();
}

describe.each([true, false])('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test('a native app is let in on a session by one press of a button', async () => {
    const { context, page, complaints } = await openPage(browser, view);
    await signInToClaims(page);
    const started = flow('mobile', { redirect_uri: loopback, scope: 'openid offline_access' });
    await page.goto(site.issuer + started.url);
    expect(await pageShown(page)).toBe('continue');
    expect(await page.locator('button.primary').count()).toBe(1);
    expect(await page.locator('.lead').textContent()).toContain('Elena Rivera');
    await page.locator('#submit').click();
    await page.waitForURL(`${loopback}?**`);
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const tokens = await redeem(site.portal, { ...started, code });
    expect(tokens.status).toBe(200);
    expect(claimsOf(tokens.id_token)).toMatchObject({ aud: 'mobile', amr: ['pwd'] });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the answer leaves by a custom scheme too', async () => {
    const { context, page, complaints } = await openPage(browser, view);
    await signInToClaims(page);
    await page.goto(site.issuer + flow('mobile', { redirect_uri: 'org.vestibule.demo:/callback' }).url);
    const answered = page.waitForResponse(
      (response) => response.headers().location?.startsWith('org.') ?? false,
    );
    await page.locator('#submit').click({ noWaitAfter: true });
    expect((await answered).headers().location).toMatch(/^org\.vestibule\.demo:\/callback\?code=/);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('without a session the native app gets the person who signs in, and asks no second time', async () => {
  const { context, page } = await openPage(browser);
  await page.goto(site.issuer + flow('mobile', { redirect_uri: loopback }).url);
  expect(await pageShown(page)).toBe('sign-in');
  await fillSignIn(page);
  await page.waitForURL(`${loopback}?**`);
  expect(page.url()).toContain('code=');
  await context.close();
});

test('a native app is never let in silently: prompt=none is told that a person is needed', async () => {
  const { context, page } = await openPage(browser);
  await signInToClaims(page);
  await page.goto(site.issuer + flow('mobile', { redirect_uri: loopback, prompt: 'none' }).url);
  expect(page.url()).toContain(`${loopback}?error=interaction_required`);
  await context.close();
});

test('a session that ended while the button was shown lets nobody in: the person signs in instead', async () => {
  const { context, page } = await openPage(browser);
  await signInToClaims(page);
  await page.goto(site.issuer + flow('mobile', { redirect_uri: loopback }).url);
  const other = await context.newPage();
  await other.goto(site.claims);
  await other.locator('#sign-out').click();
  await other.getByText('signed out here and in every app').waitFor();
  await page.locator('#submit').click();
  await arriveAt(page, 'sign-in');
  expect(await page.getByRole('alert').count()).toBe(0);
  await context.close();
});
