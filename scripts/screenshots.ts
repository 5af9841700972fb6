import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser } from 'playwright-core';
import { desktop, openPage, type View } from '../test/support/browser.ts';
import { findChromium } from '../test/support/chromium.ts';
import { recoveryLegs, startReachableTourSite } from '../test/support/recovery-tour.ts';
import type { ReachableSite } from '../test/support/recovery-walk.ts';
import { sharedChromium, stopShared } from '../test/support/shared.ts';
import type { Site } from '../test/support/site.ts';
import { startStoresOfRun } from '../test/support/stores.ts';
import { type Leg, legs, walk } from '../test/support/tour.ts';

// npm run screenshots [-- FOLDER]: pictures of every page and state that a person meets, phone and desktop,
// light and dark, and the README's picture, docs/sign-in.png. Where one fails it is named, the others are taken,
// and the exit code is 1.

/** ms that a step may take: the machine may have other work. */
const PATIENCE = 60_000;

const root = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(root, '.screenshots');
const views: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [390, 1280].map((width) => ({ scheme, width, javaScript: true })),
);

spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
process.env.CHROMIUM_PATH = findChromium(process.env, console.log);
const stores = await startStoresOfRun();
try {
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
  const site = await startReachableTourSite();
  const browser = await sharedChromium();
  for (const view of views) {
    for (const [name, leg] of Object.entries({ ...legs, ...recoveryLegs })) {
      await takeLeg(browser, site, view, name, leg);
    }
    console.log(relative('.', folderOf(view)));
  }
  await takeReadmePicture(browser, site);
  await site.stop();
  await stopShared();
} finally {
  await stores.stop();
}

function folderOf({ width, scheme }: View): string {
  return join(folder, `${width}-${scheme}`);
}

/** A leg in a browser of its own: where it ends early, the pages after it are missing, and the next leg begins. */
async function takeLeg(
  browser: Browser,
  site: ReachableSite,
  view: View,
  name: string,
  leg: Leg<ReachableSite>,
): Promise<void> {
  mkdirSync(folderOf(view), { recursive: true });
  const { context, page } = await openPage(browser, view);
  context.setDefaultTimeout(PATIENCE);
  let last = 'its beginning';
  const take = async (state: string) => {
    last = state;
    const path = join(folderOf(view), `${state}.png`);
    await page.screenshot({ path, fullPage: true }).catch((error: unknown) => report(view, state, error));
  };
  await walk(leg, page, site, take).catch((error: unknown) => report(view, `${name}, after ${last}`, error));
  await context.close();
}

function report({ width, scheme }: View, where: string, error: unknown): void {
  const [reason] = String(error instanceof Error ? error.message : error).split('\n');
  console.error(`${width} ${scheme}, ${where}: ${reason}`);
  process.exitCode = 1;
}

async function takeReadmePicture(browser: Browser, { claims }: Site): Promise<void> {
  const path = join(root, 'docs/sign-in.png');
  const { context, page } = await openPage(browser, desktop, { viewport: { width: 1080, height: 790 } });
  await page.goto(`${claims}/login?login_hint=dr.rivera`);
  // A bare Debian's own font is like no one's; this one is close to what most people have.
  await page.evaluate(() => document.documentElement.style.setProperty('font-family', 'Liberation Sans'));
  await page.screenshot({ path });
  await context.close();
  console.log(relative('.', path));
}
