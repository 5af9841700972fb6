import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Team } from '../admin/team.ts';
import { axe, layoutFaults, openPage, pageShown } from '../support/browser.ts';
import type { Somebody } from '../support/enrolled.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { Visitor } from '../support/visitor.ts';

let team: Team;
let browser: Browser;
let operator: Somebody;
beforeAll(async () => {
  team = await Team.open({ issuer: 'loopback' });
  operator = await team.member('operator');
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await team?.close();
});

async function signIn(page: Page): Promise<void> {
  await page.goto(`${team.portal.issuer}/admin/sessions`);
  await page.locator('#user-id').fill(operator.userId);
  await page.locator('#password').fill(operator.password);
  await page.locator('#submit').click();
  await page.locator('#code').fill(await team.people.freshCode(operator));
  await page.locator('#submit').click();
  await page.waitForURL('**/admin/sessions');
}

test('an operator goes through the console by its menu, and finds every page sound', async () => {
  const { context, page, complaints } = await openPage(browser);
  await signIn(page);
  const seen: Record<string, string[]> = {};
  for (const place of ['', '/sessions', '/accounts', '/audit', '/apps', '/practices', '/keys']) {
    await page.locator(`.menu a[href="/admin${place}"]`).click();
    await page.waitForURL(`**/admin${place}`);
    const name = String(await pageShown(page));
    seen[name] = [...(await layoutFaults(page)), ...(await axe(page))];
  }
  expect(seen).toEqual(
    Object.fromEntries(
      'overview sessions accounts audit apps practices keys'.split(' ').map((name) => [`admin-${name}`, []]),
    ),
  );
  expect(complaints).toEqual([]);
  await context.close();
}, 120_000);

test('a session is found and ended by the keyboard alone, on a phone', async () => {
  const somebody = await team.people.plain();
  const victim = new Visitor(team.portal);
  await victim.signIn('claims', { userId: somebody.userId, password: somebody.password });
  const { context, page } = await openPage(browser, { scheme: 'light', width: 320, javaScript: false });
  await signIn(page);
  await page.locator('#account').focus();
  await page.keyboard.type(somebody.userId);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**account=${somebody.userId}**`);
  await page.locator('a[href$="/end"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#note').focus();
  await page.keyboard.type('stolen phone');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/sessions?done=1');
  expect(await page.locator('[role=status]').textContent()).toBe('1 session ended.');
  const row = team.portal.db.selectFrom('sessions').selectAll().where('account', '=', somebody.sub);
  expect(await row.executeTakeFirst()).toMatchObject({ end_reason: 'revoked', end_note: 'stolen phone' });
  await context.close();
}, 120_000);

test('a column’s heading sorts the rows that are shown', async () => {
  const { context, page } = await openPage(browser);
  await signIn(page);
  await page.goto(`${team.portal.issuer}/admin/accounts`);
  const users = () => page.locator('tbody tr td:first-child').allTextContents();
  await page.getByRole('button', { name: 'User ID' }).click();
  const sorted = await users();
  expect(sorted).toEqual([...sorted].sort(new Intl.Collator('en', { numeric: true }).compare));
  await page.getByRole('button', { name: 'User ID' }).click();
  expect(await users()).toEqual(sorted.reverse());
  await context.close();
}, 120_000);
