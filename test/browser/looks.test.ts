import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { axe, launchChromium, layoutFaults, openPage, type View, views } from '../support/browser.ts';
import { recoveryTour, startReachableTourSite } from '../support/recovery-tour.ts';
import type { ReachableSite } from '../support/recovery-walk.ts';
import { tour } from '../support/tour.ts';

let site: ReachableSite;
let browser: Browser;
beforeAll(async () => {
  site = await startReachableTourSite();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

/** ms; a machine with other things to do takes longer. */
const PATIENCE = 420_000;

/** What is wrong with each page that a person meets on the way, seen so; and how many there were. */
async function look(view: View, walk: typeof recoveryTour) {
  const { context, page, complaints } = await openPage(browser, view);
  const wrong: Record<string, string[]> = {};
  let pages = 0;
  await walk(page, site, async (name) => {
    pages += 1;
    const faults = [...(await layoutFaults(page)), ...(await axe(page))];
    if (faults.length > 0) wrong[name] = faults;
  });
  await context.close();
  return { view, wrong, complaints, pages };
}

test.each([
  { where: 'signing in', walk: tour, least: 40, short: 0 },
  { where: 'getting back in', walk: recoveryTour, least: 20, short: 1 },
])(
  'every page that a person meets while $where is sound, on a phone in light or on a desktop in dark colours',
  async ({ walk, least, short }) => {
    // One after the other: both are the same person, whose slips together would ask for the security check.
    for (const each of process.env.LONG ? views : views.slice(short, short + 1)) {
      const { view, wrong, complaints, pages } = await look(each, walk);
      expect({ view, wrong, complaints }).toEqual({ view, wrong: {}, complaints: [] });
      expect(pages).toBeGreaterThan(least);
    }
  },
  PATIENCE,
);
