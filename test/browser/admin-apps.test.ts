import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../postgres/until.ts';
import { arriveAt, pageShown } from '../support/browser.ts';
import { Console, rowsOf } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';
import { send } from '../support/visitor.ts';

let desk: Console;
let operator: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  operator = await desk.team.member('operator');
});
afterAll(() => desk?.close());

/** Whether the token endpoint takes an app's secret: another mistake is what it then complains about. */
async function isTaken(clientId: string, secret: string): Promise<boolean> {
  const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
  const answer = await send(desk.portal, '/oidc/token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'never-given',
      code_verifier: 'x'.repeat(43),
      redirect_uri: 'https://referrals.example/callback',
    }).toString(),
  });
  const { error } = JSON.parse(answer.body) as { error: string };
  expect(['invalid_grant', 'invalid_client']).toContain(error);
  return error === 'invalid_grant';
}

function secretOn(page: Page): Promise<string> {
  return page
    .locator('#client-secret')
    .textContent()
    .then((text) => String(text).trim());
}

/** Registers an app and leaves the browser on its page; the secret that was shown. */
async function register(page: Page, clientId: string): Promise<string> {
  await desk.go(page, '/admin/apps');
  await page.locator('#register').click();
  await arriveAt(page, 'admin-register-app');
  await page.locator('#client-name').fill(`Referrals ${clientId}`);
  await page.locator('#client-id').fill(clientId);
  await page.locator('#redirect-uris').fill('https://referrals.example/callback');
  await page.locator('#first-party').check();
  await page.locator('#submit').click();
  await arriveAt(page, 'admin-app');
  return secretOn(page);
}

test('an app is registered with help at each field, and its secret is shown once', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps/new');
  for (const field of await page.locator('main input[type=text], main textarea').all()) {
    const hint = await field.getAttribute('aria-describedby');
    expect((await page.locator(`#${hint}`).textContent())?.length).toBeGreaterThan(10);
  }
  await page.locator('#client-name').fill('Referrals');
  await page.locator('#client-id').fill('referrals');
  await page.locator('#redirect-uris').fill('http://referrals.example/callback');
  await page.locator('#submit').click();
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('Redirect URIs');
  expect(await page.locator('#client-name').inputValue()).toBe('Referrals');
  await page.locator('#error-message').click();
  await page.locator('#redirect-uris:focus').fill('https://referrals.example/callback');
  await page.locator('#submit').click();
  await arriveAt(page, 'admin-app');
  const secret = await secretOn(page);
  expect(await isTaken('referrals', secret)).toBe(true);
  await desk.go(page, '/admin/apps/referrals');
  expect(await page.content()).not.toContain(secret);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a secret is rotated while the old one stays good, and at once when it has leaked', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps');
  const first = await register(page, 'rotating');
  const rotate = async (leaked: boolean) => {
    await desk.go(page, '/admin/apps/rotating');
    await page.locator('#rotate').click();
    await arriveAt(page, 'admin-app-rotate');
    if (leaked) await page.locator('#leaked').check();
    await page.locator('#submit').click();
    await arriveAt(page, 'admin-app');
    return secretOn(page);
  };
  const second = await rotate(false);
  const good = (secrets: string[]) => Promise.all(secrets.map((secret) => isTaken('rotating', secret)));
  expect(await good([first, second])).toEqual([true, true]);
  const third = await rotate(true);
  // Within a second, which is as long as a process remembers an app.
  await until(async () => !(await isTaken('rotating', second)), 2000);
  expect(await good([first, second, third])).toEqual([false, false, true]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('reloading the page of a rotated secret rotates nothing, and the secret before works as long as it says', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps');
  const first = await register(page, 'reloaded');
  await page.reload();
  expect(await pageShown(page)).toBe('admin-app');
  expect(await secretOn(page)).toBe(first);
  await desk.go(page, '/admin/apps/reloaded/rotate-secret');
  await page.locator('#submit').click();
  await arriveAt(page, 'admin-app');
  const second = await secretOn(page);
  await page.reload();
  expect(await pageShown(page)).toBe('admin-app');
  expect(await secretOn(page)).toBe(second);
  expect(await page.locator('#previous-until').textContent()).toMatch(/works until .+\d{4}.+ UTC/);
  expect([await isTaken('reloaded', first), await isTaken('reloaded', second)]).toEqual([true, true]);
  // Seen by the session that made it alone, and no more once it is saved.
  const shown = page.url();
  const other = await desk.enter(operator, '/admin');
  await other.page.goto(shown);
  expect(await other.page.content()).not.toContain(second);
  await page.locator('#secret-saved').click();
  await page.waitForURL('**/admin/apps/reloaded');
  await page.goto(shown);
  expect(await page.content()).not.toContain(second);
  expect([...complaints, ...other.complaints]).toEqual([]);
  await context.close();
  await other.context.close();
});

test('a rotation while an earlier secret works says what would end, and asks; a page from before it asks too', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps');
  const first = await register(page, 'asking');
  const stale = await context.newPage();
  for (const tab of [stale, page]) await desk.go(tab, '/admin/apps/asking/rotate-secret');
  await page.locator('#submit').click();
  await arriveAt(page, 'admin-app');
  const second = await secretOn(page);
  await Promise.all([stale.waitForEvent('load'), stale.locator('#submit').click()]);
  expect(await pageShown(stale)).toBe('admin-app-rotate');
  expect(await stale.locator('.what').textContent()).toContain('stops working at once');
  expect([await isTaken('asking', first), await isTaken('asking', second)]).toEqual([true, true]);
  await stale.locator('#submit').click();
  await arriveAt(stale, 'admin-app');
  const third = await secretOn(stale);
  await until(async () => !(await isTaken('asking', first)), 2000);
  expect([await isTaken('asking', second), await isTaken('asking', third)]).toEqual([true, true]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a sign-in to an app is tried out, and shows the claims that it would get', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps/claims');
  await page.locator('#try').click();
  await arriveAt(page, 'admin-app-tried');
  const claims = JSON.parse(String(await page.locator('#claims').textContent()));
  expect(claims).toMatchObject({ sub: operator.sub, preferred_username: operator.userId });
  await page.getByRole('link', { name: 'Back to the app' }).click();
  await arriveAt(page, 'admin-app');
  expect(complaints).toEqual([]);
  await context.close();
});

test('an app is changed, and removed after the page said who uses it', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/apps');
  await register(page, 'leaving');
  await page.locator('#change').click();
  await arriveAt(page, 'admin-register-app');
  expect(await page.locator('#redirect-uris').inputValue()).toBe('https://referrals.example/callback');
  await page.locator('#client-name').fill('Leaving soon');
  await page.locator('#submit').click();
  await page.getByRole('heading', { level: 1, name: 'Leaving soon' }).waitFor();
  await page.locator('#remove').click();
  await arriveAt(page, 'admin-app-remove');
  expect(await page.locator('main').textContent()).toContain('no open session');
  await page.locator('#submit').click();
  await page.getByText('App removed.').waitFor();
  expect(await rowsOf(page)).not.toContain('leaving');
  expect(complaints).toEqual([]);
  await context.close();
});

test('a practice is made, somebody joins it, and leaves it again', async () => {
  const somebody = await desk.team.people.plain();
  const { context, page, complaints } = await desk.enter(operator, '/admin/practices');
  await page.locator('#name').fill('Riverside Pediatrics');
  await page.locator('#tax-id').fill('41-23');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await page.locator('#name').fill('Riverside Pediatrics');
  await page.locator('#tax-id').fill('98-7654321');
  await page.locator('#npis').fill('1245319599');
  await page.locator('#submit').click();
  await page.getByRole('heading', { level: 1, name: 'Riverside Pediatrics' }).waitFor();
  await page.locator('#account').fill('nobody.of.this.name');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await page.locator('#account').fill(somebody.userId);
  await page.locator('#role').selectOption('biller');
  await page.locator('#submit').click();
  const member = page.getByRole('row', { name: new RegExp(somebody.userId) });
  await member.getByText('active').waitFor();
  await member.getByRole('link', { name: `End membership of ${somebody.userId}` }).click();
  await arriveAt(page, 'admin-membership-end');
  await page.locator('#submit').click();
  await member.getByText('ended').waitFor();
  await desk.go(page, '/admin/practices?q=Riverside');
  expect(await rowsOf(page)).toHaveLength(1);
  expect(complaints).toEqual([]);
  await context.close();
});

test('keys are listed and rotated: the next is published, and what signs goes on', async () => {
  const { context, page, complaints } = await desk.enter(operator, '/admin/keys');
  const before = await rowsOf(page);
  await page.locator('#rotate').click();
  await arriveAt(page, 'admin-keys-rotate');
  expect(await page.locator('main').textContent()).toContain('No sessions end');
  await page.locator('#submit').click();
  await page.getByText('New keys published.').waitFor();
  const after = await rowsOf(page);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBeGreaterThan(before.length);
  expect(await page.getByText('next to sign').count()).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('an analyst sees apps, practices and keys, and nothing that would change them', async () => {
  const analyst = await desk.team.member('security-analyst');
  const { context, page } = await desk.enter(analyst, '/admin/apps');
  for (const place of ['/admin/apps', '/admin/apps/claims', '/admin/practices', '/admin/keys']) {
    await desk.go(page, place);
    expect(await page.locator('#register, #rotate, #try, #change, #remove, main #submit').count()).toBe(0);
  }
  await desk.go(page, '/admin/apps/new');
  await page.locator('#error-code').waitFor();
  expect(await page.locator('#error-code').textContent()).toBe('not-permitted');
  await context.close();
});
