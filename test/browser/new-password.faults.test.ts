import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Preview, startPreview } from '../html/preview.ts';
import { axe, layoutFaults, openPage, views } from '../support/browser.ts';
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

test.each(views)('the meter is sound in each of its states, $scheme at $width px', async (view) => {
  const { context, page, complaints } = await openPage(browser, view);
  await page.goto(`${preview.url}/new-password`);
  const wrong: Record<string, string[]> = {};
  for (const [password, says] of [
    ['short', 'Too short'],
    ['Password123456!', 'Easy to guess'],
    ['violin teapot', 'Good'],
    ['Correct-Horse-7-Battery', 'Strong'],
  ] as const) {
    await verdict(page, password, says);
    const faults = [...(await layoutFaults(page)), ...(await axe(page))];
    if (faults.length > 0) wrong[says] = faults;
  }
  expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
  await context.close();
});
