import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import jsqr from 'jsqr';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { pictured } from '../html/factor-states.tsx';
import { type Preview, startPreview } from '../html/preview.ts';
import { desktop, openPage } from '../support/browser.ts';
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

const CODES = Array.from({ length: 10 }, (_, i) => `${i}K7V-2QXM-HT9${i}-5WPD`);
const KEY = 'TKAC V5RV RDFG QMXG LF3R FLET MWOR OFZ2';

/** What a phone's camera would read from the page. */
async function scan(page: Page): Promise<string | undefined> {
  const { width, height, data } = PNG.sync.read(await page.screenshot({ fullPage: true }));
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data;
}

test.each([
  { scheme: 'light', width: 320, javaScript: false },
  { scheme: 'light', width: 390, javaScript: true },
  { scheme: 'dark', width: 1280, javaScript: true },
] as const)('the picture is scanned off the screen, $scheme at $width px', async (view) => {
  const { context, page, complaints } = await openPage(browser, view);
  for (const state of ['enrol', 'es-enrol']) {
    await page.goto(`${preview.url}/${state}`);
    expect(await scan(page)).toBe(pictured);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('the key is text, a link for an app on this device, and can be copied', async () => {
  const { context, page } = await openPage(browser, desktop, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.goto(`${preview.url}/enrol`);
  expect(await page.locator('#totp-key').textContent()).toBe(KEY);
  expect(await page.locator('#open-in-app').getAttribute('href')).toBe(pictured);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.getByRole('status').filter({ hasText: 'Copied' }).count()).toBe(1);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(KEY);
  await context.close();
});

test('recovery codes are copied one a line, and downloaded with whose they are, under our content policy', async () => {
  const { context, page, complaints } = await openPage(browser, desktop, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.goto(`${preview.url}/recovery-codes`);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(CODES.join('\n'));
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('recovery-codes.txt');
  const file = readFileSync((await download.path()) as string, 'utf8');
  expect(file.trimEnd().split('\n')).toEqual([
    'Recovery codes for the user ID dr.rivera at Northwind Health Plan. Each code works once.',
    '',
    ...CODES,
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('Print prints, and on paper there are the codes, whose they are, and nothing to press', async () => {
  const { context, page } = await openPage(browser, { ...desktop, scheme: 'dark' });
  await page.addInitScript(() => {
    window.print = () => document.body.setAttribute('data-printed', 'yes');
  });
  await page.goto(`${preview.url}/recovery-codes-unsaved`);
  await page.getByRole('button', { name: 'Print' }).click();
  await page.locator('[data-printed=yes]').waitFor();
  await page.emulateMedia({ media: 'print' });
  const lines = (await page.locator('body').allInnerTexts()).flatMap((text) =>
    text.split('\n').filter((line) => line.trim() !== ''),
  );
  expect(lines).toEqual([
    'Northwind Health Plan',
    'Save your recovery codes',
    'Recovery codes for the user ID dr.rivera at Northwind Health Plan. Each code works once.',
    ...CODES,
  ]);
  const ink = await page
    .locator('.recovery-code')
    .first()
    .evaluate((code) => getComputedStyle(code).color);
  expect(ink).toBe('rgb(0, 0, 0)');
  await context.close();
});

test('without JavaScript no dead button shows, and everything is typed and sent', async () => {
  const { context, page } = await openPage(browser, { ...desktop, javaScript: false });
  const send = async () => {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.locator('#submit').click();
    await answered;
    return Object.fromEntries(new URLSearchParams(preview.posts.at(-1)?.body));
  };
  await page.goto(`${preview.url}/recovery-codes`);
  expect(await page.locator('button[type=button]:visible').count()).toBe(0);
  await page.locator('#saved').check();
  expect(await send()).toEqual({ csrf: 'token', saved: 'yes' });
  await page.goto(`${preview.url}/second-factor`);
  await page.locator('#code').fill('123 456');
  await page.locator('#remember-device').check();
  expect(await send()).toEqual({ csrf: 'token', with: 'app', code: '123 456', remember_device: 'yes' });
  await page.goto(`${preview.url}/recovery-code`);
  await page.locator('#code').fill('0K7V');
  expect(await send()).toEqual({ csrf: 'token', with: 'recovery', code: '0K7V' });
  await page.goto(`${preview.url}/enrol`);
  await page.locator('#code').fill('123456');
  expect(await send()).toEqual({ csrf: 'token', name: 'Authenticator app', code: '123456' });
  await page.goto(`${preview.url}/account-second-factor-remove`);
  expect(await send()).toEqual({ csrf: 'token', choice: 'remove', id: 'a1' });
  await context.close();
});

test('the code’s field brings up digits and the code that the phone offers; the link leads to the other kind', async () => {
  const { context, page } = await openPage(browser, desktop);
  await page.goto(`${preview.url}/second-factor`);
  const code = page.locator('#code');
  expect(await code.getAttribute('inputmode')).toBe('numeric');
  expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
  expect(await page.locator('#use-recovery-code').getAttribute('href')).toBe('?with=recovery');
  await page.goto(`${preview.url}/recovery-code`);
  expect(await code.getAttribute('inputmode')).toBe(null);
  expect(await page.locator('#use-app').getAttribute('href')).toBe('?with=app');
  await context.close();
});
