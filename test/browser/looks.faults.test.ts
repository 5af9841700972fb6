import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { axe, layoutFaults, openPage, type View, views } from '../support/browser.ts';
import { recoveryLegs, startReachableTourSite } from '../support/recovery-tour.ts';
import type { ReachableSite } from '../support/recovery-walk.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Leg, legs, walk } from '../support/tour.ts';

let site: ReachableSite;
let browser: Browser;
beforeAll(async () => {
  site = await startReachableTourSite();
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
});

/** ms; a machine with other things to do takes longer. */
const PATIENCE = 420_000;

/** What is wrong with each page that a person meets on the way, seen so; and how many there were. */
async function look(view: View, all: Readonly<Record<string, Leg<ReachableSite>>>) {
  const { context, page, complaints } = await openPage(browser, view);
  const wrong: Record<string, string[]> = {};
  let pages = 0;
  for (const leg of Object.values(all)) {
    await walk(leg, page, site, async (name) => {
      pages += 1;
      const faults = [...(await layoutFaults(page)), ...(await axe(page))];
      if (faults.length > 0) wrong[name] = faults;
    });
  }
  await context.close();
  return { view, wrong, complaints, pages };
}

test.each([
  { where: 'signing in', all: legs, least: 40 },
  { where: 'getting back in', all: recoveryLegs, least: 20 },
])(
  'every page that a person meets while $where is sound, on a phone in light or on a desktop in dark colours',
  async ({ all, least }) => {
    // One after the other: both are the same person, whose slips together would ask for the security check.
    for (const each of views) {
      const { view, wrong, complaints, pages } = await look(each, all);
      expect({ view, wrong, complaints }).toEqual({ view, wrong: {}, complaints: [] });
      expect(pages).toBeGreaterThan(least);
    }
  },
  PATIENCE,
);
