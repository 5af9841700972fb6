import { expect, test } from '@jest/globals';
import { deriveKey } from '../../src/keys/derive.ts';

const secret = 'a cookie key of at least 32 characters';

test('the same secret and purpose give the same 32 bytes, anything else gives others', () => {
  const key = deriveKey(secret, 'session ids');
  expect(key).toHaveLength(32);
  expect(deriveKey(secret, 'session ids')).toEqual(key);
  expect(deriveKey(secret, 'shadow ids')).not.toEqual(key);
  expect(deriveKey(`${secret}!`, 'session ids')).not.toEqual(key);
});

test('the derivation never changes, for stored ids depend on it', () => {
  expect(deriveKey(secret, 'session ids').toString('hex')).toBe(
    'c3401008f8a231c9a6536787e541648297a2c4320ed90b50b3d626dff5366d68',
  );
});

test('a short secret and an empty purpose are refused', () => {
  expect(() => deriveKey('short', 'session ids')).toThrow(RangeError);
  expect(() => deriveKey(secret, '')).toThrow(RangeError);
});
