import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Preview, startPreview } from '../html/preview.ts';
import { takeScreenshots } from '../html/screenshots.ts';
import { states } from '../html/states.tsx';
import { desktop, openPage, views } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';

let preview: Preview;
let browser: Browser;

beforeAll(async () => {
  preview = await startPreview();
  browser = await sharedChromium();
});

afterAll(async () => {
  await closeContexts(browser);
  await preview?.close();
});

test('a password is shown and hidden on request, says so, and is hidden again when it is sent', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/sign-in`);
  const password = page.locator('#password');
  await password.fill('Correct-Horse-7-Battery');
  await page.getByRole('button', { name: 'Show password' }).click();
  expect(await password.getAttribute('type')).toBe('text');
  expect(await page.locator('[data-announce]').textContent()).toBe('Your password is visible.');
  expect(await page.locator('[aria-controls=password]').textContent()).toBe('Hide');
  await page.getByRole('button', { name: 'Hide password' }).click();
  expect(await password.getAttribute('type')).toBe('password');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.locator('#submit').click();
  expect(await password.getAttribute('type')).toBe('password');
  await context.close();
});

test('Caps Lock is pointed out while typing a password, never blocking', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/sign-in`);
  const press = (capsLock: boolean) =>
    page.locator('#password').evaluate((input, modifierCapsLock) => {
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock }));
    }, capsLock);
  await press(true);
  expect(await page.locator('[data-caps-lock]').textContent()).toBe('Caps Lock is on.');
  await press(false);
  expect(await page.locator('[data-caps-lock]').textContent()).toBe('');
  await context.close();
});

test.each([true, false])(
  'after a failure the summary has the focus, JavaScript on: %p',
  async (javaScript) => {
    const { context, page } = await openPage(browser, { ...desktop, javaScript });
    await page.goto(`${preview.url}/sign-in-error`);
    expect(await page.title()).toBe('Error: Sign in – Northwind Health Plan');
    await page.locator('[role=alert]:focus').waitFor();
    expect(await page.locator('#user-id').inputValue()).toBe('dr.rivera');
    expect(await page.locator('#password').inputValue()).toBe('');
    await page.getByRole('link', { name: 'User ID or password is incorrect' }).click();
    await page.locator('#user-id:focus').waitFor();
    await context.close();
  },
);

test('a double click sends a form once, and the hold ends by itself', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.clock.install();
  await page.goto(`${preview.url}/sign-in`);
  await page.evaluate(() => {
    document.addEventListener('submit', (event) => {
      document.body.append(event.defaultPrevented ? ' held' : ' sent');
      event.preventDefault();
    });
  });
  await page.locator('#submit').dblclick();
  expect(await page.locator('body').textContent()).toMatch(/[^d] sent held$/);
  await page.clock.fastForward(5001);
  await page.locator('#submit').click();
  expect(await page.locator('body').textContent()).toMatch(/ sent held sent$/);
  await context.close();
});

test('without JavaScript a sign-in is typed and sent, and no dead button shows', async () => {
  const { context, page } = await openPage(browser, { ...desktop, javaScript: false });
  await page.goto(`${preview.url}/sign-in`);
  expect(await page.locator('[aria-controls=password]').isVisible()).toBe(false);
  await page.locator('#user-id').fill('dr.rivera');
  await page.locator('#password').fill('paß wörd');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('#submit').click();
  await answered;
  const sent = new URLSearchParams(preview.posts.at(-1)?.body);
  expect(Object.fromEntries(sent)).toEqual({ csrf: 'token', user_id: 'dr.rivera', password: 'paß wörd' });
  await context.close();
});

test.each([true, false])('form_post reaches the app, JavaScript on: %p', async (javaScript) => {
  const { context, page } = await openPage(browser, { ...desktop, javaScript });
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.goto(`${preview.url}/form-post`, { waitUntil: 'commit' });
  if (!javaScript) await page.locator('#submit').click();
  await answered;
  expect(preview.posts.at(-1)).toEqual({ path: '/nowhere', body: 'code=abc&state=x' });
  await context.close();
});

const folder = process.env.SCREENSHOTS;
if (folder) {
  test('pictures are written for a person to look at', async () => {
    expect((await takeScreenshots(browser, preview, folder)).length).toBe(
      Object.keys(states).length * views.length,
    );
  });
}
