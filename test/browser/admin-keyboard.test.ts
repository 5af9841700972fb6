import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { arriveAt } from '../support/browser.ts';
import { Console } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';
import { pageName } from '../support/visitor.ts';

let desk: Console;
let operator: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  operator = await desk.team.member('operator');
});
afterAll(() => desk?.close());

/** What has the focus: how it is found, where it is, and whether that can be seen. */
function focused(page: Page) {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const { top, left, width, height } = at.getBoundingClientRect();
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const seen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && width * height > 0;
    return { id: at.id, words: at.textContent?.trim() ?? '', top: top + scrollY, left, seen };
  });
}

/** Goes on by Tab until what is wanted has the focus; everything on the way must be seen to have it. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let stop = 0; stop < 80; stop++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (!now.seen) throw new Error(`the focus is not seen on ${now.id} ${now.words}`);
    if (now.id === wanted || now.words === wanted) return;
  }
  throw new Error(`Tab does not lead to ${wanted}`);
}

test('somebody without a mouse disables an account, from the menu on', async () => {
  const somebody = await desk.caught();
  const { context, page, complaints } = await desk.enter(operator);
  await tabTo(page, 'Accounts');
  await page.keyboard.press('Enter');
  await arriveAt(page, 'admin-accounts');
  await tabTo(page, 'q');
  await page.keyboard.type(somebody.userId);
  await page.keyboard.press('Enter');
  await page.waitForURL(/[?&]q=/);
  await tabTo(page, somebody.userId);
  await page.keyboard.press('Enter');
  await arriveAt(page, 'admin-account');
  await tabTo(page, 'disable');
  await page.keyboard.press('Enter');
  await arriveAt(page, 'admin-account-disable');
  await tabTo(page, 'submit');
  await page.keyboard.press('Space');
  await page.getByText('Account disabled').waitFor();
  expect(pageName(await somebody.visitor.open('/account'))).toBe('sign-in');
  expect(complaints).toEqual([]);
  await context.close();
});

test('somebody without a mouse ends what a search finds, with its rare fields and a reason', async () => {
  const { userId } = await desk.caught();
  const { context, page } = await desk.enter(operator, '/admin/sessions');
  await tabTo(page, 'account');
  await page.keyboard.type(userId);
  await tabTo(page, 'More fields');
  await page.keyboard.press('Enter');
  await tabTo(page, 'from');
  await page.keyboard.type('2020-01-01');
  await page.keyboard.press('Enter');
  await page.waitForURL(/[?&]from=2020/);
  await tabTo(page, 'end-these');
  await page.keyboard.press('Enter');
  await arriveAt(page, 'admin-sessions-end');
  await tabTo(page, 'note');
  await page.keyboard.type('Lost laptop');
  await page.keyboard.press('Enter');
  await page.getByText('1 session ended.').waitFor();
  await context.close();
});

test.each([320, 1280])(
  'Tab goes down the page as it is read, and is seen everywhere: %p px',
  async (width) => {
    const { sub } = await desk.caught();
    const view = { scheme: 'light', width, javaScript: true } as const;
    const { context, page } = await desk.enter(operator, '/admin', view);
    for (const path of ['/admin/sessions', `/admin/accounts/${sub}`, '/admin/apps/new', '/admin/practices']) {
      await desk.go(page, path);
      const before = { top: 0, left: 0 };
      const wrong: string[] = [];
      const stops = await page
        .locator('main :is(a, button, input, select, textarea, summary):visible')
        .count();
      await tabTo(page, 'to-launcher');
      for (let stop = 1; stop < stops; stop++) {
        await page.keyboard.press('Tab');
        const { seen, id, words, top, left } = await focused(page);
        // Side by side they may differ a little in height; a later one never stands a line higher.
        if (top < before.top - 60) wrong.push(`${id} ${words} is above what came before`);
        if (!seen) wrong.push(`the focus is not seen on ${id} ${words}`);
        Object.assign(before, { top, left });
      }
      expect({ path, wrong }).toEqual({ path, wrong: [] });
    }
    await context.close();
  },
);
