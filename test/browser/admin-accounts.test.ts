import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { arriveAt } from '../support/browser.ts';
import { Console, rowsOf } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';
import { pageName } from '../support/visitor.ts';

let desk: Console;
let operator: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  operator = await desk.team.member('operator');
});
afterAll(() => desk?.close());

function open(page: Page, { sub }: Somebody): Promise<void> {
  return desk.go(page, `/admin/accounts/${sub}`);
}

/** What the account's page says was done. */
async function done(page: Page): Promise<string | null> {
  await arriveAt(page, 'admin-account');
  return page.getByRole('status').textContent();
}

test('a person is found by the beginning of a user ID or family name, by address, and by state', async () => {
  const somebody = await desk.team.people.plain();
  await desk.reachable(somebody, 'Quillfeather');
  const { context, page, complaints } = await desk.enter(operator, '/admin/accounts');
  for (const text of [somebody.userId.slice(0, -2), 'quillf', `${somebody.userId}@clinic.example`]) {
    await page.locator('#q').fill(text);
    await page.locator('#status').selectOption('active');
    await page.locator('#search').click();
    await page.waitForURL(/[?&]q=/);
    expect({ text, found: await rowsOf(page) }).toEqual({ text, found: [somebody.sub] });
    await page.locator('#status').selectOption('disabled');
    await page.locator('#search').click();
    await page.getByText('No accounts match.').waitFor();
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('a locked person is unlocked, and what happened to them is one link away', async () => {
  const somebody = await desk.team.people.plain();
  await desk.team.people.lock(somebody);
  const { context, page, complaints } = await desk.enter(operator, `/admin/accounts/${somebody.sub}`);
  expect(await page.locator('main').textContent()).toMatch(/Locks\s*password until/);
  await page.locator('#unlock').click();
  expect(await done(page)).toContain('unlocked');
  expect(await page.locator('main').textContent()).not.toMatch(/Locks/);
  await page.locator('#see-events').click();
  await arriveAt(page, 'admin-audit');
  expect(await page.locator('table').textContent()).toContain('lock.lifted');
  expect(complaints).toEqual([]);
  await context.close();
});

test('disabling says how many sessions end, ends them, and enabling lets the person in again', async () => {
  const somebody = await desk.caught();
  const { context, page, complaints } = await desk.enter(operator, `/admin/accounts/${somebody.sub}`);
  await page.locator('#disable').click();
  await arriveAt(page, 'admin-account-disable');
  expect(await page.locator('main').textContent()).toContain(
    'This ends 1 session and no sign-in of phone apps now',
  );
  await page.locator('#submit').click();
  expect(await done(page)).toContain('disabled');
  expect(pageName(await somebody.visitor.open('/account'))).toBe('sign-in');
  expect(await page.locator('#send-reset').count()).toBe(0);
  await page.locator('#enable').click();
  expect(await done(page)).toContain('can sign in again');
  await somebody.visitor.signIn('claims', { userId: somebody.userId, password: somebody.password });
  expect(await desk.team.people.openSessions(somebody)).toHaveLength(1);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a link to a new password goes to the address on file, and to nobody without one', async () => {
  const somebody = await desk.team.people.plain();
  const { context, page, complaints } = await desk.enter(operator, `/admin/accounts/${somebody.sub}`);
  await page.locator('#send-reset').click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('no address on file');
  const address = await desk.reachable(somebody);
  await page.locator('#send-reset').click();
  expect(await done(page)).toContain('We sent the link');
  const link = await desk.mailTo(address, /\/recover\/password\/[\w-]{20,}/);
  // Whoever has it sent must not have it themselves.
  expect(await page.content()).not.toContain(link);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a second factor is demanded of a person, and no longer', async () => {
  const somebody = await desk.team.people.plain();
  const { context, page, complaints } = await desk.enter(operator, `/admin/accounts/${somebody.sub}`);
  await page.locator('#second-factor').click();
  expect(await done(page)).toContain('will set up two-step verification');
  expect(await page.locator('main').textContent()).toContain('0, two-step verification required');
  await page.locator('#second-factor').click();
  expect(await done(page)).toContain('only if');
  expect(complaints).toEqual([]);
  await context.close();
});

test('the help desk verifies a caller, asks for a reset, and somebody else approves it', async () => {
  const caller = await desk.team.people.enrolled();
  const address = await desk.reachable(caller);
  const support = await desk.enter(await desk.team.member('support'));
  // The help desk has one place, and no more of an account than helping needs.
  await arriveAt(support.page, 'admin-accounts');
  const menu = support.page.getByRole('navigation', { name: 'Console' });
  expect(await menu.getByRole('link').allTextContents()).toEqual(['Your apps', 'Accounts']);
  await open(support.page, caller);
  expect(await support.page.locator('#unlock, #disable, #see-events, #reset-approve').count()).toBe(0);
  await support.page.locator('#reset-start').click();
  expect(await done(support.page)).toContain('We sent a code');
  await support.page.locator('#code').fill('000000');
  await support.page.locator('#reset-verify').click();
  expect(await support.page.getByRole('alert').textContent()).toContain('That code is wrong.');
  await support.page.locator('#code').fill(await desk.mailTo(address, /\b\d{6}\b/));
  await support.page.locator('#reset-verify').click();
  expect(await done(support.page)).toContain('verified');
  await support.page.locator('#reset-request').click();
  await arriveAt(support.page, 'admin-reset-request');
  await support.page.locator('#submit').click();
  expect(await done(support.page)).toContain('The account owner was notified');

  const { context, page, complaints } = await desk.enter(operator, `/admin/accounts/${caller.sub}`);
  await page.locator('#reset-approve').click();
  await arriveAt(page, 'admin-reset-approve');
  expect(await page.locator('main').textContent()).toContain('no session ends');
  await page.locator('#submit').click();
  expect(await done(page)).toContain('was reset');
  expect(await page.locator('main').textContent()).toMatch(/Authenticator apps\s*0/);
  expect([...complaints, ...support.complaints]).toEqual([]);
  await Promise.all([context.close(), support.context.close()]);
});

test('a reset that is under way is stopped by whoever sees it', async () => {
  const caller = await desk.team.people.enrolled();
  await desk.reachable(caller);
  const support = await desk.enter(await desk.team.member('support'), `/admin/accounts/${caller.sub}`);
  await support.page.locator('#reset-start').click();
  expect(await done(support.page)).toContain('We sent a code');
  const analyst = await desk.team.member('security-analyst');
  const { context, page } = await desk.enter(analyst, `/admin/accounts/${caller.sub}`);
  await page.locator('#reset-stop').click();
  expect(await done(page)).toContain('stopped');
  await support.page.locator('#code').fill('123456');
  await support.page.locator('#reset-verify').click();
  await support.page.getByRole('alert').waitFor();
  await Promise.all([context.close(), support.context.close()]);
});
