import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { renderToString } from 'preact-render-to-string';
import { brandOf } from '../../src/html/brand.ts';
import { translator } from '../../src/html/messages.ts';
import { LockedPage } from '../../src/lockout/pages/locked.tsx';
import { type Preview, startPreview } from '../html/preview.ts';
import { launchChromium, openPage } from '../support/browser.ts';

const now = new Date('2026-03-02T15:27:10.000Z');

function locked(until: string, more: { kind?: 'code'; forgotPassword?: string } = {}): string {
  return renderToString(
    <LockedPage
      t={translator('en')}
      brand={brandOf({ name: 'Northwind', support: { text: 'Call us' } })}
      kind="password"
      now={now}
      until={new Date(until)}
      signIn="/sign-in/x"
      {...more}
    />,
  );
}

describe('the end of a lock', () => {
  test.each([
    ['2026-03-02T15:42:10.000Z', '3:43 PM UTC', '15 minutes'],
    ['2026-03-02T15:42:00.000Z', '3:42 PM UTC', '15 minutes'],
    ['2026-03-02T15:28:10.001Z', '3:29 PM UTC', '2 minutes'],
    ['2026-03-02T15:27:11.000Z', '3:28 PM UTC', '1 minute'],
    ['2026-03-02T15:27:00.000Z', '3:27 PM UTC', '1 minute'],
    ['2026-03-02T17:26:10.000Z', '5:27 PM UTC', '119 minutes'],
    ['2026-03-02T17:27:10.000Z', '5:28 PM UTC', '2 hours'],
    ['2026-03-02T17:28:10.000Z', '5:29 PM UTC', '3 hours'],
  ])('%s is told with its zone and never too early', (until, time, left) => {
    const [, datetime, text, rest] =
      /at <time datetime="([^"]+)"[^>]*>([^<]+)<\/time>([^<]*)</.exec(locked(until)) ?? [];
    expect(text?.replaceAll(/\s/g, ' ')).toBe(time);
    expect(rest).toBe(`, in about ${left}.`);
    expect(Date.parse(datetime ?? '')).toBeGreaterThanOrEqual(Date.parse(until));
  });
});

test('offers a reset where a password is asked for and nowhere else, and never an unsafe link', () => {
  const until = '2026-03-02T15:42:00.000Z';
  const reset = 'id="forgot-password"';
  expect(locked(until, { forgotPassword: '/recover/password' })).toContain(reset);
  expect(locked(until)).not.toContain(reset);
  expect(locked(until, { forgotPassword: '/recover/password', kind: 'code' })).not.toContain(reset);
  expect(locked(until, { forgotPassword: 'javascript:alert(1)' })).not.toContain('javascript:');
});

describe('in a browser', () => {
  let preview: Preview;
  let browser: Browser;
  beforeAll(async () => {
    preview = await startPreview();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await preview?.close();
  });

  test('the time is the person’s own, zone named, in the page’s language', async () => {
    const { page, context, complaints } = await openPage(browser, undefined, {
      timezoneId: 'America/New_York',
    });
    await page.goto(`${preview.url}/locked`);
    await page.locator('time', { hasText: /^10:42\sAM EST$/ }).waitFor();
    await page.goto(`${preview.url}/es-locked`);
    await page.locator('time', { hasText: /^10:42\s.*(EST|GMT-5)$/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
