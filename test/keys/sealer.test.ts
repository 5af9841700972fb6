import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Sealer } from '../../src/keys/sealer.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`;
const [old, current] = [key('2025'), key('2026')];
const row = 'apps:claims:client_secret';

test('whatever is sealed opens again, for the same row alone', () => {
  const sealer = new Sealer(current);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), fc.string(), (bytes, aad, other) => {
      const sealed = sealer.seal(Buffer.from(bytes), aad);
      expect(sealer.open(sealed, aad)).toEqual(Buffer.from(bytes));
      if (other !== aad) expect(() => sealer.open(sealed, other)).toThrow(/another row/);
    }),
    { numRuns: 50 },
  );
  expect(sealer.open(sealer.seal('Größe', row), row).toString()).toBe('Größe');
});

test('the same value sealed twice looks different, and shows nothing of the value', () => {
  const sealer = new Sealer(current);
  const sealed = sealer.seal('claims-demo-secret', row);
  expect(sealer.seal('claims-demo-secret', row)).not.toEqual(sealed);
  expect(sealed.includes('claims-demo-secret')).toBe(false);
});

test('a single changed bit anywhere is noticed', () => {
  const sealer = new Sealer(current);
  const sealed = sealer.seal('secret', row);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => sealer.open(changed, row)).toThrow();
  }
});

test('cut short, it is refused as not sealed or altered', () => {
  const sealer = new Sealer(current);
  const sealed = sealer.seal('secret', row);
  for (let length = 0; length < sealed.length; length++) {
    expect(() => sealer.open(sealed.subarray(0, length), row)).toThrow(/Not a sealed value|altered/);
  }
});

test('a new first key encrypts, the old one still decrypts', () => {
  const before = new Sealer(old).seal('secret', row);
  const sealer = new Sealer(`${current}, ${old}`);
  expect(sealer.keyId).toBe('2026');
  expect(sealer.open(before, row).toString()).toBe('secret');
  expect(Sealer.keyIdOf(before)).toBe('2025');
  expect(Sealer.keyIdOf(sealer.seal('secret', row))).toBe('2026');
});

test('a key that is not held is named', () => {
  const sealed = new Sealer(old).seal('secret', row);
  expect(() => new Sealer(current).open(sealed, row)).toThrow('key "2025"');
});

test('a mistake in the master key is named by its place, and no key is shown', () => {
  const secret = randomBytes(32).toString('base64url');
  for (const [wrong, message] of [
    ['', 'key 1: write it as id:base64url'],
    [secret, 'key 1: write it as id:base64url'],
    [`${current},b:c:${secret}`, 'key 2: write it as id:base64url'],
    [`${current},`, 'key 2: write it as id:base64url'],
    [`two words:${secret}`, 'key 1: the id is 1 to 64'],
    [`a:${secret.slice(1)}`, 'key 1 ("a"): 32 random bytes'],
    [`a:${secret}AA`, 'key 1 ("a"): 32 random bytes'],
    [`a:${secret.slice(1)}!`, 'key 1 ("a"): 32 random bytes'],
    [`${current},${current}`, 'names one key id twice'],
  ] as const) {
    expect(() => new Sealer(wrong)).toThrow(message);
    expect(() => new Sealer(wrong)).not.toThrow(secret.slice(2));
  }
});
