import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Preview, startPreview } from '../html/preview.ts';
import { desktop, openPage } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { verdict } from './meter.ts';

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

test('the meter says in plain words what is missing, and sends nothing', async () => {
  const { context, page, complaints } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/new-password`);
  const requests: string[] = [];
  page.on('request', (request) => {
    // The tab's own icon comes when the browser likes.
    if (!request.url().includes('/static/mark.')) requests.push(request.url());
  });
  expect(await page.locator('[data-meter]').isVisible()).toBe(false);
  expect(await verdict(page, 'gVb8-Qk2', 'Too short: 4 more characters')).toBe('1');
  expect(await page.locator('[data-meter]').isVisible()).toBe(true);
  expect(await verdict(page, 'gVb8-Qk2x-P', 'Too short: 1 more character')).toBe('1');
  expect(await verdict(page, 'e\u0301'.repeat(6), 'Too short: 6 more characters')).toBe('1');
  expect(await verdict(page, 'DR.Rivera-2024', 'Contains your user ID')).toBe('2');
  expect(await verdict(page, 'Password123456!', 'Easy to guess')).toBe('2');
  expect(await verdict(page, 'violin teapot', 'Good')).toBe('3');
  expect(await verdict(page, 'Correct-Horse-7-Battery', 'Strong')).toBe('4');
  expect(await verdict(page, 'violin teapot '.repeat(20), 'Too long: at most 256 characters')).toBe('1');
  await page.locator('#password').fill('');
  expect(await page.locator('[data-meter]').isVisible()).toBe(false);
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  await context.close();
});

test('it speaks when typing pauses, not at every letter', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/new-password`);
  await page.evaluate(() => {
    const words = document.querySelector('[data-meter] p') as Element;
    const said: string[] = [];
    Reflect.set(window, 'said', said);
    new MutationObserver(() => said.push(words.textContent ?? '')).observe(words, { childList: true });
  });
  await page.locator('#password').pressSequentially('violin teapot');
  await page.locator('[data-meter] p', { hasText: 'Good' }).waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'said'))).toEqual(['Good']);
  expect(await page.locator('[data-meter] p').getAttribute('role')).toBe('status');
  await context.close();
});

test('it speaks the language of the page, and names the kinds that are demanded', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/es-new-password-strict`);
  await verdict(page, 'violin teapots', 'Todavía falta: un número, un símbolo como ! o #');
  await verdict(page, 'violin teapot 7!', 'Buena');
  await context.close();
});

test('it watches the user ID that is chosen beside it', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/activate`);
  await verdict(page, 'tulipgarden-7', 'Good');
  await page.locator('#user-id').fill('TulipGarden');
  await page.locator('[data-meter] p', { hasText: 'Contains your user ID' }).waitFor();
  await context.close();
});

test('it never blocks: what it calls weak is sent, and the server decides', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/new-password`);
  await verdict(page, 'short', 'Too short');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('#submit').click();
  await answered;
  expect(Object.fromEntries(new URLSearchParams(preview.posts.at(-1)?.body))).toEqual({
    csrf: 'token',
    username: 'dr.rivera',
    password: 'short',
  });
  await context.close();
});

test('without JavaScript the rules stand there, no meter does, and the form is sent', async () => {
  const { context, page } = await openPage(browser, { ...desktop, javaScript: false });
  await page.goto(`${preview.url}/new-password`);
  expect(await page.locator('[data-meter]').isVisible()).toBe(false);
  expect(await page.locator('#password-hint').textContent()).toContain('At least 12 characters');
  expect(await page.locator('main').textContent()).toContain('appears in lists of stolen passwords');
  await page.locator('#password').fill('violin teapot');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('#submit').click();
  await answered;
  expect(new URLSearchParams(preview.posts.at(-1)?.body).get('password')).toBe('violin teapot');
  await context.close();
});

test('a password manager finds user ID and new password', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/new-password`);
  const username = page.locator('input[autocomplete=username]');
  expect(await username.inputValue()).toBe('dr.rivera');
  expect(await username.isVisible()).toBe(false);
  expect(await page.locator('#password').getAttribute('autocomplete')).toBe('new-password');
  await context.close();
});
