/*
 * Writes a picture of every page in every state, light on a phone and dark on a desktop, to the folder given:
 * run by a person who wants to look, through test/browser/pages.test.ts with SCREENSHOTS=FOLDER.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openPage, views } from '../support/browser.ts';
import { openState, type Preview } from './preview.ts';
import { states } from './states.tsx';

export async function takeScreenshots(browser: Browser, preview: Preview, folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  for (const view of views) {
    const { context, page } = await openPage(browser, view);
    for (const name of Object.keys(states)) {
      await openState(page, preview.url, name);
      const path = join(folder, `${name}-${view.width}-${view.scheme}.png`);
      await page.screenshot({ path, fullPage: true });
      written.push(path);
    }
    await context.close();
  }
  return written;
}
