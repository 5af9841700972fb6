import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { arriveAt, views } from '../support/browser.ts';
import { Console, faults, rowsOf, unfold } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';

let desk: Console;
let analyst: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  analyst = await desk.team.member('security-analyst');
});
afterAll(() => desk?.close());

/** Looks through the audit log by what is typed into fields, and tells which rows are found. */
async function search(page: Page, fields: Readonly<Record<string, string>>): Promise<string[]> {
  await desk.go(page, '/admin/audit');
  await page.locator('details.more summary').click();
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await page.locator('#search').click();
  await page.waitForURL(/[?&]event=/);
  return rowsOf(page);
}

test('an event is found by each field, and its details lead on to the session', async () => {
  const { sub, uid } = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, '/admin/audit');
  const [row = '', ...others] = await search(page, { account: sub, event: 'sign-in.succeeded' });
  expect(others).toEqual([]);
  const holds = { app: 'claims', session: uid, address: '127.0.0.0/8' };
  expect(await search(page, { account: sub, event: 'sign-in.*', ...holds })).toContain(row);
  for (const [field, value] of Object.entries({ address: '203.0.113.7', reason: 'x', to: '2020-01-01' })) {
    expect({ field, found: await search(page, { account: sub, [field]: value }) }).toEqual({
      field,
      found: [],
    });
  }
  await search(page, { account: sub, event: 'sign-in.succeeded' });
  const shown = page.locator(`tr[data-row="${row}"]`);
  expect(await shown.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);
  await shown.locator('summary').click();
  await shown.getByRole('link', { name: uid }).click();
  await arriveAt(page, 'admin-session');
  expect(complaints).toEqual([]);
  await context.close();
});

test('that the log was read, and by which search, stands in the log', async () => {
  const { context, page } = await desk.enter(analyst, '/admin/audit');
  await search(page, { text: 'a-word-that-nobody-said' });
  const found = await search(page, { event: 'audit.read', actor: analyst.sub });
  expect(found.length).toBeGreaterThan(0);
  await page.locator('table summary').first().click();
  expect(await page.locator('table').textContent()).toContain('a-word-that-nobody-said');
  await context.close();
});

test('the log of a time is taken away in each format', async () => {
  await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, '/admin/audit');
  await search(page, { from: new Date().toISOString().slice(0, 10) });
  const take = async (format: string) => {
    const downloading = page.waitForEvent('download');
    await page.locator(`#export-${format}`).click();
    const download = await downloading;
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    return { name: download.suggestedFilename(), lines };
  };
  const json = await take('JSON');
  expect(json.name).toBe('audit.jsonl');
  expect(json.lines.map((line) => JSON.parse(line)).length).toBeGreaterThan(1);
  const csv = await take('CSV');
  expect(csv.name).toBe('audit.csv');
  expect(csv.lines[0]).toContain('position,');
  const ocsf = await take('OCSF');
  expect(ocsf.name).toBe('audit-ocsf.jsonl');
  expect(JSON.parse(ocsf.lines.at(-1) ?? '')).toHaveProperty('class_uid');
  expect(complaints).toEqual([]);
  await context.close();
});

test('who could open an app at a moment is asked, shown, and taken away with its proof', async () => {
  const { sub } = await desk.caught();
  const { context, page, complaints } = await desk.enter(analyst, '/admin/audit');
  await page.locator('#access-report').click();
  await arriveAt(page, 'admin-access');
  await page.locator('#app').fill('claims');
  await page.locator('#at').fill('yesterday');
  await page.locator('#search').click();
  await page.getByRole('alert').waitFor();
  // The minute that is over does not hold what was done just now.
  await page.locator('#at').fill(new Date(Date.now() + 60_000).toISOString().slice(0, 16).replace('T', ' '));
  await page.locator('#search').click();
  await page.locator(`tr[data-row="${sub}"]`).waitFor();
  expect(await page.locator(`tr[data-row="${sub}"]`).textContent()).toContain('yes');
  expect(await faults(page)).toEqual([]);
  const downloading = page.waitForEvent('download');
  await page.locator('#export-JSON').click();
  const lines = readFileSync(await (await downloading).path(), 'utf8').trimEnd();
  expect(JSON.parse(lines.split('\n').at(-1) ?? '')).toMatchObject({ type: 'access-report-end' });
  expect(complaints).toEqual([]);
  await context.close();
});

/** What somebody hostile calls themselves, their browser, and what they type as a user ID. */
const HOSTILE = `</td></table><script>document.title="run"</script><img src=x onerror=document.title="run">\u202Eevil\u2066\r\nInjected: 1 ${'x'.repeat(10_000)}`;

test.each(views)(
  'names with tags, newlines and right-to-left marks, 10,000 characters long, are only names: $width px',
  async (view) => {
    const { sub, uid } = await desk.caught();
    const { db } = desk.portal;
    await db
      .updateTable('accounts')
      .set({ given_name: HOSTILE, family_name: HOSTILE })
      .where('sub', '=', sub)
      .execute();
    await db
      .updateTable('sessions')
      .set({ user_agent: HOSTILE, end_note: HOSTILE, place: HOSTILE })
      .where('uid', '=', uid)
      .execute();
    const practice = await desk.practice(HOSTILE, sub);
    const { context, page, complaints } = await desk.enter(analyst, '/admin', view);
    const wrong: Record<string, string[]> = {};
    const places = [
      ...['/admin', `/admin/sessions?account=${sub}&state=all`, `/admin/sessions/${uid}`],
      ...[`/admin/sessions/${uid}/end`, '/admin/accounts', `/admin/accounts/${sub}`],
      ...[
        `/admin/audit?account=${sub}`,
        '/admin/audit/access?app=claims&at=2100-01-01',
        '/admin/practices',
        `/admin/practices/${practice}`,
      ],
    ];
    for (const place of places) {
      await desk.go(page, place);
      await unfold(page);
      const found = await faults(page);
      if ((await page.title()) === 'run') found.push('its script ran');
      if (found.length > 0) wrong[place] = found;
    }
    expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
    await context.close();
  },
);
