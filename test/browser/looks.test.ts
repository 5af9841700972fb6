import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { axe, launchChromium, layoutFaults, openPage, views } from '../support/browser.ts';
import type { Site } from '../support/site.ts';
import { startTourSite, tour } from '../support/tour.ts';

let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await startTourSite();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

/** ms; a machine with other things to do takes longer. */
const PATIENCE = 180_000;

test.each(views)(
  'every page that a person meets is sound, $scheme at $width px',
  async (view) => {
    const { context, page, complaints } = await openPage(browser, view);
    const wrong: Record<string, string[]> = {};
    const names: string[] = [];
    await tour(page, site, async (name) => {
      names.push(name);
      const faults = [...(await layoutFaults(page)), ...(await axe(page))];
      if (faults.length > 0) wrong[name] = faults;
    });
    expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
    expect(names.length).toBeGreaterThan(30);
    await context.close();
  },
  PATIENCE,
);
