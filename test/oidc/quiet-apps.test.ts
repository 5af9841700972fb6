import { expect, test } from '@jest/globals';
import { QuietApps } from '../../src/oidc/quiet-apps.ts';
import { until } from '../postgres/until.ts';

/** s */
const PAUSE = 0.05;

test('an app that answers is asked by as many as come', () => {
  const apps = new QuietApps(PAUSE);
  expect([1, 2, 3].map(() => apps.mayAsk('claims'))).toEqual([true, true, true]);
  apps.answered('claims');
  expect(apps.mayAsk('claims')).toBe(true);
});

test('one that keeps quiet is left alone for a while, then asked by one at a time, until it answers', async () => {
  const apps = new QuietApps(PAUSE);
  apps.keptQuiet('claims');
  expect(apps.mayAsk('claims')).toBe(false);
  expect(apps.mayAsk('eligibility')).toBe(true);
  await until(() => apps.mayAsk('claims'));
  expect([1, 2].map(() => apps.mayAsk('claims'))).toEqual([false, false]);
  apps.keptQuiet('claims');
  expect(apps.mayAsk('claims')).toBe(false);
  await until(() => apps.mayAsk('claims'));
  apps.answered('claims');
  expect([1, 2].map(() => apps.mayAsk('claims'))).toEqual([true, true]);
});
