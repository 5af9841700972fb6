import { expect, test } from '@jest/globals';
import { clock } from '../../src/clock.ts';
import { QuietApps } from '../../src/oidc/quiet-apps.ts';

/** s */
const PAUSE = 60;

test('an app that answers is asked by as many as come', () => {
  const apps = new QuietApps(PAUSE);
  expect([1, 2, 3].map(() => apps.mayAsk('claims'))).toEqual([true, true, true]);
  apps.answered('claims');
  expect(apps.mayAsk('claims')).toBe(true);
});

test('one that keeps quiet is left alone for a while, then asked by one at a time, until it answers', () => {
  const apps = new QuietApps(PAUSE);
  apps.keptQuiet('claims');
  expect(apps.mayAsk('claims')).toBe(false);
  expect(apps.mayAsk('eligibility')).toBe(true);
  clock.advance(PAUSE * 1000 - 1000);
  expect(apps.mayAsk('claims')).toBe(false);
  clock.advance(1000);
  expect(apps.mayAsk('claims')).toBe(true);
  expect([1, 2].map(() => apps.mayAsk('claims'))).toEqual([false, false]);
  apps.keptQuiet('claims');
  expect(apps.mayAsk('claims')).toBe(false);
  clock.advance(PAUSE * 1000);
  expect(apps.mayAsk('claims')).toBe(true);
  apps.answered('claims');
  expect([1, 2].map(() => apps.mayAsk('claims'))).toEqual([true, true]);
});
