import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { arriveAt, desktop, openPage } from '../support/browser.ts';
import { Console } from '../support/console.ts';
import { HeaderProxy, strip, type Treatment } from '../support/header-proxy.ts';

// Rule 24: an old browser, or a proxy that strips headers, is no forger; the token proves the form.

let desk: Console;
beforeAll(async () => {
  desk = await Console.open();
});
afterAll(() => desk?.close());

const TREATMENTS: readonly (readonly [string, Treatment])[] = [
  ['strips Sec-Fetch headers', (headers) => strip(headers, 'sec-')],
  ['strips Sec-Fetch headers, Origin and Referer', (headers) => strip(headers, 'sec-', 'origin', 'referer')],
  [
    'strips Sec-Fetch headers and sends Origin: null, as Safari before 16.4 may',
    (headers) => {
      strip(headers, 'sec-');
      if (headers.origin) headers.origin = 'null';
    },
  ],
];

test.each(TREATMENTS)('sign-in, console and reset work through a proxy that %s', async (_name, treat) => {
  const proxy = await HeaderProxy.start(treat);
  const options = { proxy: { server: proxy.url } };
  const { context, page, complaints } = await openPage(desk.browser, desktop, options);
  try {
    await workAtConsole(page);
    await resetPassword(page, context);
    expect(proxy.posts).toBeGreaterThanOrEqual(6);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
    await proxy.close();
  }
});

async function workAtConsole(page: Page): Promise<void> {
  const operator = await desk.team.member('operator');
  await page.goto(`${desk.portal.issuer}/admin/practices`);
  await desk.signIn(page, operator);
  await page.locator('#name').fill('Lakeview Clinic');
  await page.locator('#tax-id').fill(String(100_000_000 + Math.floor(Math.random() * 800_000_000)));
  await page.locator('#npis').fill('1234567893');
  await page.locator('#submit').click();
  await arriveAt(page, 'admin-practice');
}

async function resetPassword(page: Page, context: BrowserContext): Promise<void> {
  await context.clearCookies();
  const person = await desk.team.people.plain();
  const address = await desk.reachable(person);
  await page.goto(`${desk.portal.issuer}/recover/password`);
  await page.locator('#user-id').fill(person.userId);
  await page.locator('#submit').click();
  await page.locator('#code').fill(await desk.mailTo(address, /\b\d{6}\b/));
  await page.locator('#submit').click();
  await page.locator('#password').fill('seven quiet herons wade');
  await page.locator('#submit').click();
  await page.waitForURL('**/recover/password/done*');
}
