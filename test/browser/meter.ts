import type { Page } from 'playwright-core';

/** What the meter says once it has settled, and how full it is. */
export async function verdict(page: Page, password: string, says: string): Promise<string | null> {
  await page.locator('#password').fill(password);
  await page.locator('[data-meter] p', { hasText: says }).waitFor({ timeout: 5000 });
  return page.locator('[data-meter] meter').getAttribute('value');
}
