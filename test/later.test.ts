import { expect, test } from '@jest/globals';
import { later, makeTheRest } from '../src/later.ts';

test('is made once: at its first use, or with the rest', async () => {
  const made: string[] = [];
  const used = later(() => made.push('used'));
  const rest = later(() => made.push('rest'));
  expect(made).toEqual([]);
  expect([used(), used()]).toEqual([1, 1]);
  expect(made).toEqual(['used']);
  await makeTheRest();
  await makeTheRest();
  expect(made).toEqual(['used', 'rest']);
  expect(rest()).toBe(2);
});

test('what cannot be made is found with the rest, and again at its use', async () => {
  const broken = later(() => {
    throw new Error('missing');
  });
  await expect(makeTheRest()).rejects.toThrow('missing');
  expect(broken).toThrow('missing');
});
