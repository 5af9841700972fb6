import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser } from 'playwright-core';
import { desktop, launchChromium, openPage, type View } from '../test/support/browser.ts';
import { findChromium } from '../test/support/chromium.ts';
import { recoveryTour, startReachableTourSite } from '../test/support/recovery-tour.ts';
import type { ReachableSite } from '../test/support/recovery-walk.ts';
import type { Site } from '../test/support/site.ts';
import { startThrowawayStores } from '../test/support/stores.ts';
import { tour } from '../test/support/tour.ts';

// npm run screenshots [-- FOLDER]: pictures of every page and state that a person meets, phone and desktop,
// light and dark, and the README's picture, docs/sign-in.png.

const root = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(root, '.screenshots');
const views: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [390, 1280].map((width) => ({ scheme, width, javaScript: true })),
);

spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
process.env.CHROMIUM_PATH = findChromium(process.env, console.log);
const stores = await startThrowawayStores();
try {
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
  const site = await startReachableTourSite();
  const browser = await launchChromium();
  for (const view of views) await takeTour(browser, site, view);
  await takeReadmePicture(browser, site);
  await browser.close();
  await site.stop();
} finally {
  await stores.stop();
}

async function takeTour(browser: Browser, site: ReachableSite, view: View): Promise<void> {
  const { context, page } = await openPage(browser, view);
  const into = join(folder, `${view.width}-${view.scheme}`);
  mkdirSync(into, { recursive: true });
  const take = async (name: string) => {
    await page.screenshot({ path: join(into, `${name}.png`), fullPage: true });
  };
  await tour(page, site, take);
  await recoveryTour(page, site, take);
  await context.close();
  console.log(relative('.', into));
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
