import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openState, type Preview, startPreview } from '../html/preview.ts';
import { states } from '../html/states.tsx';
import { axe, layoutFaults, openPage, turnTo, type View, views } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';

const [phone] = views as [View, View];
/** A colour that is on its way to another is neither. */
const still = { reducedMotion: 'reduce' } as const;
const names = Object.keys(states);
/** ms for all of them: on a busy machine a page takes a while to be judged. */
const patience = names.length * 4000;

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

test(
  'every page in every state is sound, in both schemes and at both widths',
  async () => {
    const { context, page, complaints } = await openPage(browser, phone, still);
    const wrong: Record<string, string[]> = {};
    for (const name of names) {
      await openState(page, preview.url, name);
      const faults: string[] = [];
      for (const view of views) {
        await turnTo(page, view);
        faults.push(...(await layoutFaults(page)), ...(await axe(page)));
      }
      if (faults.length > 0) wrong[name] = faults;
    }
    expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
    await context.close();
  },
  patience,
);

test(
  'pages are laid out soundly without JavaScript',
  async () => {
    const { context, page, complaints } = await openPage(browser, { ...phone, javaScript: false });
    const wrong: Record<string, string[]> = {};
    for (const name of names) {
      await page.goto(`${preview.url}/${name}`);
      const faults = await layoutFaults(page);
      if (faults.length > 0) wrong[name] = faults;
    }
    expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
    await context.close();
  },
  patience,
);
