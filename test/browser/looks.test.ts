import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { axe, launchChromium, layoutFaults, openPage, type View, views } from '../support/browser.ts';
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
const PATIENCE = 420_000;

/** What is wrong with each page that a person meets, seen so; and how many there were. */
async function look(view: View) {
  const { context, page, complaints } = await openPage(browser, view);
  const wrong: Record<string, string[]> = {};
  let pages = 0;
  await tour(page, site, async (name) => {
    pages += 1;
    const faults = [...(await layoutFaults(page)), ...(await axe(page))];
    if (faults.length > 0) wrong[name] = faults;
  });
  await context.close();
  return { view, wrong, complaints, pages };
}

test(
  'every page that a person meets is sound, on a phone in light and on a desktop in dark colours',
  async () => {
    // One after the other: both are the same person, whose slips together would ask for the security check.
    for (const each of views) {
      const { view, wrong, complaints, pages } = await look(each);
      expect({ view, wrong, complaints }).toEqual({ view, wrong: {}, complaints: [] });
      expect(pages).toBeGreaterThan(40);
    }
  },
  PATIENCE,
);
