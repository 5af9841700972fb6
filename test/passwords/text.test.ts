import { expect, test } from '@jest/globals';
import { checkLength, isTooLong, normalise } from '../../src/passwords/text.ts';

test('length is counted in code points, not in UTF-16 units or bytes', () => {
  expect(checkLength('🔑'.repeat(11), 12)).toBe('too-short');
  expect(checkLength('🔑'.repeat(12), 12)).toBeUndefined();
  expect(checkLength('é'.repeat(11), 12)).toBe('too-short');
});

test('length is counted after NFKC, so that combining marks do not stand in for letters', () => {
  expect(checkLength('e\u0301'.repeat(6), 12)).toBe('too-short');
  expect(checkLength('e\u0301'.repeat(12), 12)).toBeUndefined();
});

test('256 characters are allowed in any spelling, 257 are not', () => {
  expect(checkLength('a'.repeat(256), 12)).toBeUndefined();
  expect(checkLength('e\u0301'.repeat(256), 12)).toBeUndefined();
  expect(checkLength('a'.repeat(257), 12)).toBe('too-long');
  expect(checkLength('🔑'.repeat(257), 12)).toBe('too-long');
});

test('characters that NFKC expands count as what they become', () => {
  expect(normalise('\uFDFA')).toHaveLength(18);
  expect(isTooLong('\uFDFA'.repeat(15))).toBe(true);
  expect(isTooLong('\uFDFA'.repeat(14))).toBe(false);
});

test('spaces and every other printable character are part of the password', () => {
  expect(checkLength(' '.repeat(12), 12)).toBeUndefined();
  expect(normalise(' a  b ')).toBe(' a  b ');
});
