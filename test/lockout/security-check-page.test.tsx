import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { brandOf } from '../../src/html/brand.ts';
import { Layout } from '../../src/html/layout.tsx';
import { translator } from '../../src/html/messages.ts';
import { renderPage } from '../../src/html/render.ts';
import { serveStatic } from '../../src/html/static.ts';
import { readForm } from '../../src/http/forms.ts';
import { contentSecurityPolicy } from '../../src/http/headers.ts';
import { SecurityCheckPage } from '../../src/lockout/pages/security-check.tsx';
import { SecurityCheck } from '../../src/lockout/security-check.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { serve, type TestServer } from '../http/server.ts';
import { openTestRedis } from '../sessions/fixture.ts';
import { arriveAt, axe, desktop, launchChromium, openPage } from '../support/browser.ts';
import { solveCheck } from '../support/solve-check.ts';

const site = {
  t: translator('en'),
  brand: brandOf({ name: 'Northwind', support: { text: 'Call 1-800-555-0100', phone: '1-800-555-0100' } }),
};

let redis: RedisStore;
let check: SecurityCheck;
let server: TestServer;
let browser: Browser;
let work: number;
/** What was posted, and whether it was good. */
let posted: { fields: Record<string, string>; good: boolean }[];

beforeAll(async () => {
  const opened = await openTestRedis();
  redis = opened.redis;
  check = new SecurityCheck(redis, opened.keys, [randomBytes(32)]);
  const files = serveStatic(site.brand.styles);
  server = await serve((ctx) =>
    files(ctx, async () => {
      if (ctx.path !== '/check') return;
      const good = ctx.method === 'POST' && (await redeem(await readForm(ctx)));
      if (good) return renderPage(ctx, <Layout {...site} page="passed" title="Passed" children="" />);
      renderPage(
        ctx,
        <SecurityCheckPage
          {...site}
          challenge={await check.challenge('uid', work)}
          userId="dr.rivera"
          window={900}
          error={ctx.method === 'POST' ? 'security-check.again' : undefined}
          csrf="token"
          action="/check"
        />,
      );
    }),
  );
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  redis?.close();
});
beforeEach(() => {
  work = 20_000;
  posted = [];
});

async function redeem(fields: Record<string, string>): Promise<boolean> {
  const good = await check.redeem('uid', fields.security_check ?? '');
  posted.push({ fields, good });
  return good;
}

/** Presses Tab until the focus is on what the selector names. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.locator(selector).evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab never reaches ${selector}`);
}

const done = (page: Page) => page.locator('#check-status', { hasText: 'complete.' }).waitFor();

test('the check starts by itself, is told politely, and goes on by keyboard alone', async () => {
  const { page, context, complaints } = await openPage(browser);
  const answer = await page.goto(`${server.url}/check`);
  expect(answer?.headers()['content-security-policy']).toBe(contentSecurityPolicy());
  await done(page);
  expect(await page.locator('#check-status').getAttribute('role')).toBe('status');
  expect(await page.locator('altcha-widget label').textContent()).toBe('Check completed');
  // Nothing is sent before the person says so.
  expect(posted).toEqual([]);
  await tabTo(page, '#submit');
  await page.keyboard.press('Enter');
  await arriveAt(page, 'passed');
  expect(posted).toEqual([
    { fields: expect.objectContaining({ csrf: 'token', user_id: 'dr.rivera' }), good: true },
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('pressed too early, Continue waits and then sends the form once', async () => {
  const { page, context, complaints } = await openPage(browser);
  let begin = () => {};
  const held = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await page.route('**/altcha-worker*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${server.url}/check`);
  await tabTo(page, '#submit');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('as soon as it is done').waitFor();
  begin();
  await arriveAt(page, 'passed');
  expect(posted).toHaveLength(1);
  expect(complaints).toEqual([]);
  await context.close();
});

test('who unticks the box, by Space, has it done again', async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${server.url}/check`);
  await done(page);
  await tabTo(page, 'altcha-widget input[type=checkbox]');
  await page.keyboard.press('Space');
  await done(page);
  expect(await page.locator('altcha-widget input[type=checkbox]').isChecked()).toBe(true);
  await tabTo(page, '#submit');
  await page.keyboard.press('Space');
  await arriveAt(page, 'passed');
  expect(complaints).toEqual([]);
  await context.close();
});

test('a solution that was used already is said to be so, with a fresh check beside it', async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${server.url}/check`);
  await done(page);
  await check.redeem('uid', await page.locator('input[name=security_check]').inputValue());
  await page.locator('#submit').press('Enter');
  await page.locator('[role=alert]', { hasText: 'The check was not completed. Try again.' }).waitFor();
  await done(page);
  expect(await axe(page)).toEqual([]);
  await page.locator('#submit').press('Enter');
  await arriveAt(page, 'passed');
  expect(posted.map(({ good }) => good)).toEqual([false, true]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a browser that cannot do it says so and what to do', async () => {
  const { page, context } = await openPage(browser);
  await page.route('**/static/altcha-worker.*.js', (route) => route.abort());
  await page.goto(`${server.url}/check`);
  await page.locator('.altcha-error', { hasText: 'use another browser' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await context.close();
});

test('without JavaScript the page says what to do, and whom to ask', async () => {
  const { page, context } = await openPage(browser, { ...desktop, javaScript: false });
  await page.goto(`${server.url}/check`);
  const advice = page.locator('.no-script');
  expect(await advice.isVisible()).toBe(true);
  expect(await advice.textContent()).toMatch(/needs JavaScript.*wait 15 minutes.*1-800-555-0100/s);
  await page.locator('#submit').click();
  await page.locator('[role=alert]', { hasText: 'not completed' }).waitFor();
  await context.close();
});

test('a program solves the page as a browser does', async () => {
  work = 1000;
  const html = await (await fetch(`${server.url}/check`)).text();
  expect(await check.redeem('uid', await solveCheck(html))).toBe(true);
  await expect(async () => solveCheck('<p>')).rejects.toThrow('no security check');
});
