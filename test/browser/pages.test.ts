import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openPage, openState, type View, views } from '../html/chromium.ts';
import { type Preview, startPreview } from '../html/preview.ts';
import { takeScreenshots } from '../html/screenshots.ts';
import { states } from '../html/states.tsx';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const names = Object.keys(states);
const desktop: View = { scheme: 'light', width: 1280, javaScript: true };

let preview: Preview;
let browser: Browser;

beforeAll(async () => {
  preview = await startPreview();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await preview?.close();
});

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axeSource });
  const findings = await page.evaluate<Finding[]>(
    '(async () => (await axe.run(document, { resultTypes: ["violations"] })).violations)()',
  );
  return findings.map(
    ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html} ${n.failureSummary}`).join()}`,
  );
}

describe.each(views)('$scheme at $width px', (view) => {
  test('axe finds nothing on any page', async () => {
    const { context, page } = await openPage(browser, view, { bypassCSP: true });
    const found: Record<string, string[]> = {};
    for (const name of names) {
      await openState(page, preview.url, name);
      const findings = await axe(page);
      if (findings.length > 0) found[name] = findings;
    }
    expect(found).toEqual({});
    await context.close();
  });
});

describe.each([
  [320, true],
  [320, false],
  [1280, true],
  [1280, false],
])('at %d px, JavaScript on: %p', (width, javaScript) => {
  test('no page scrolls sideways, breaks the content policy or has a target under 44 px', async () => {
    const { context, page } = await openPage(browser, { scheme: 'light', width, javaScript });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const wrong: Record<string, unknown> = {};
    for (const name of names.filter((each) => each !== 'form-post' || !javaScript)) {
      await page.goto(`${preview.url}/${name}`);
      const { scroll, small } = await measure(page);
      if (scroll > width || small.length > 0) wrong[name] = { scroll, small };
    }
    expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
    await context.close();
  });
});

/** Works with the page's scripts off too: this is asked from outside. */
function measure(page: Page): Promise<{ scroll: number; small: string[] }> {
  return page.locator('html').evaluate((html) => {
    const targets = [...html.querySelectorAll('a, button, input:not([type=hidden])')];
    const small = targets.filter((target) => {
      const { width, height } = target.getBoundingClientRect();
      return target.checkVisibility() && Math.min(width, height) < 43.5;
    });
    return { scroll: html.scrollWidth, small: small.map((target) => target.outerHTML) };
  });
}

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
(folder ? test : test.skip)('screenshots are written for a person to look at', async () => {
  expect((await takeScreenshots(browser, preview, folder ?? '')).length).toBe(names.length * views.length);
});
