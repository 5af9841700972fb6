import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { arriveAt } from '../support/browser.ts';
import { type Caught, Console, rowsOf } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';
import { pageName } from '../support/visitor.ts';

let desk: Console;
let analyst: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  analyst = await desk.team.member('security-analyst');
});
afterAll(() => desk?.close());

/** Looks for sessions by what is typed into fields, and tells which are found. */
async function search(page: Page, fields: Readonly<Record<string, string>>): Promise<string[]> {
  await desk.go(page, '/admin/sessions');
  await page.locator('details.more summary').click();
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await page.locator('#search').click();
  await page.waitForURL(/[?&]state=/);
  return rowsOf(page);
}

async function isOut({ visitor }: Caught): Promise<boolean> {
  return pageName(await visitor.open('/account')) === 'sign-in';
}

test('the first page counts, and draws each figure beside its table', async () => {
  await desk.caught();
  await desk.team.people.lock(await desk.team.people.plain());
  const { context, page, complaints } = await desk.enter(analyst);
  await arriveAt(page, 'admin-overview');
  expect(await page.locator('.tile b').first().textContent()).toMatch(/^[1-9]/);
  expect(await page.locator('#unusual').textContent()).toContain('Locked');
  const pictures = page.locator('figure:has(svg.picture)');
  expect(await pictures.count()).toBe(4);
  for (const picture of await pictures.all()) {
    const bars = await picture.locator('rect').count();
    await picture.locator('summary').click();
    const rows = picture.locator('tbody tr');
    expect(await rows.count()).toBe(bars);
    expect(await rows.first().textContent()).toMatch(/UTC\d/);
  }
  await page.getByRole('link', { name: '7 days' }).click();
  await page.getByRole('heading', { level: 1, name: 'Last 7 days' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a session is found by each field, and by none that does not hold', async () => {
  const { userId, uid } = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, '/admin/sessions');
  expect(await search(page, { account: userId })).toEqual([uid]);
  expect(await page.locator('#account').inputValue()).toBe(userId);
  const today = new Date().toISOString().slice(0, 10);
  const holds = { address: '127.0.0.0/8', app: 'claims', from: today };
  expect(await search(page, { account: userId, ...holds })).toEqual([uid]);
  const misses = { address: '203.0.113.0/24', app: 'eligibility', device: 'iphone', practice: 'nowhere' };
  for (const [field, value] of Object.entries({ ...misses, to: today })) {
    expect({ field, found: await search(page, { account: userId, [field]: value }) }).toEqual({
      field,
      found: [],
    });
  }
  await search(page, { from: 'last tuesday' });
  await page.locator('[role=alert]:focus').waitFor();
  await page.locator('#error-message').click();
  await page.locator('#from:focus').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('one session is looked at and ended, and its browser is out at once', async () => {
  const caught = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, `/admin/sessions/${caught.uid}`);
  const facts = page.locator('main .columns');
  expect(await facts.textContent()).toContain(caught.userId);
  expect(await page.getByRole('table', { name: 'Apps' }).textContent()).toContain('Claims');
  await page.locator('#end').click();
  await arriveAt(page, 'admin-session-end');
  expect(await page.locator('main').textContent()).toContain('This ends 1 session');
  await page.locator('#note').fill('Laptop was stolen');
  await page.locator('#submit').click();
  await page.getByText('1 session ended.').waitFor();
  expect(await isOut(caught)).toBe(true);
  await desk.go(page, `/admin/sessions/${caught.uid}`);
  expect(await facts.textContent()).toMatch(/Laptop was stolen/);
  expect(await page.locator('#end').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('what a search finds is counted first, left alone when nobody agrees, and then ended', async () => {
  const one = await desk.caught();
  const other = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, '/admin/sessions');
  await search(page, { account: one.userId, app: 'claims' });
  await page.locator('#end-these').click();
  await arriveAt(page, 'admin-sessions-end');
  expect(await page.locator('.lead').textContent()).toContain(one.userId);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await arriveAt(page, 'admin-sessions');
  expect(await isOut(one)).toBe(false);
  await page.locator('#end-these').click();
  await page.getByRole('button', { name: 'End 1 session' }).click();
  await page.getByText('1 session ended.').waitFor();
  expect([await isOut(one), await isOut(other)]).toEqual([true, false]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('all sessions of a person are ended from one of them', async () => {
  const caught = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, `/admin/sessions/${caught.uid}`);
  await page.locator('#end-all').click();
  await arriveAt(page, 'admin-sessions-end');
  expect(await page.locator('main').textContent()).toContain('This ends 1 session');
  await page.locator('#submit').click();
  await page.getByText('1 session ended.').waitFor();
  expect(await isOut(caught)).toBe(true);
  expect(complaints).toEqual([]);
  await context.close();
});

test('an act an hour after the sign-in asks for password and code again, and comes back to its question', async () => {
  const caught = await desk.caught();
  const profile = await desk.enter(analyst, '/admin/sessions');
  const { context, page } = profile;
  await desk.age(profile, 3600);
  await desk.go(page, `/admin/sessions/${caught.uid}`);
  await page.locator('#end').click();
  await arriveAt(page, 'sign-in');
  await desk.signIn(page, analyst);
  await arriveAt(page, 'admin-session-end');
  await context.close();
});
