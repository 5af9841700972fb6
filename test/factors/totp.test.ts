import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acceptedStep, inGroups, keyUri, newSecret } from '../../src/factors/totp.ts';
import { codeFault, digitsOf } from '../../src/http/six-digits.ts';
import { findOathtool } from '../support/oathtool.ts';
import { codeOf } from './fixture.ts';

const oathtool = findOathtool();
const withOathtool = oathtool ? test : test.skip;

// RFC 6238 appendix B, the last six digits of its eight: key 12345678901234567890.
const RFC_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const RFC_CODES: readonly [number, string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];

test.each(RFC_CODES)('accepts the code of RFC 6238 at %p', (now, code) => {
  expect(acceptedStep(code, { secret: RFC_KEY, now, lastStep: 0 })).toBe(Math.floor(now / 30));
});

withOathtool(
  'accepts what oathtool makes of random keys, at any second of the step and one to each side',
  () => {
    for (let i = 0; i < 25; i += 1) {
      const secret = newSecret();
      const now = 1_700_000_000 + i * 7_654_321;
      const step = Math.floor(now / 30);
      const judge = (at: number) => acceptedStep(oathtool!.codeAt(secret, at), { secret, now, lastStep: 0 });
      expect([-30, 0, 30].map((shift) => judge(now + shift))).toEqual([step - 1, step, step + 1]);
      expect([(step - 1) * 30, (step + 2) * 30 - 1].map(judge)).toEqual([step - 1, step + 1]);
      expect([(step - 1) * 30 - 1, (step + 2) * 30].map(judge)).toEqual([undefined, undefined]);
    }
  },
);

test('exactly one step to either side is good, at every second of a step', () => {
  const secret = newSecret();
  for (let second = 0; second < 30; second += 1) {
    const now = 1_700_000_010 + second + 0.999 * (second % 2);
    const step = Math.floor(now / 30);
    const accepted = [-3, -2, -1, 0, 1, 2, 3].map((shift) =>
      acceptedStep(codeOf(secret, step + shift), { secret, now, lastStep: 0 }),
    );
    expect(accepted).toEqual([undefined, undefined, step - 1, step, step + 1, undefined, undefined]);
  }
});

test('a step that is not after the last one is refused, also when the clock was set back', () => {
  const secret = newSecret();
  const now = 1_700_000_010;
  const step = now / 30;
  const judge = (shift: number, lastStep: number) =>
    acceptedStep(codeOf(secret, step + shift), { secret, now, lastStep });
  expect(judge(0, step)).toBeUndefined();
  expect(judge(-1, step)).toBeUndefined();
  expect(judge(1, step)).toBe(step + 1);
  expect(judge(1, step + 1)).toBeUndefined();
  expect(judge(0, step + 1000)).toBeUndefined();
});

test('spaces, hyphens and wide digits are forgiven; what is no code is told apart from a wrong one', () => {
  for (const typed of ['123456', ' 123 456 ', '123-456', '12–34 56', '１２３４５６', '1\t2\n3 4 5 6']) {
    expect(digitsOf(typed)).toBe('123456');
    expect(codeFault(typed)).toBeUndefined();
  }
  for (const typed of ['', ' ', '--', '\u3000']) expect(codeFault(typed)).toBe('missing');
  for (const typed of ['12345', '1234567', '12345a', 'abcdef', '١٢٣٤٥٦', '1'.repeat(100_000)]) {
    expect(codeFault(typed)).toBe('too-short');
  }
});

test('no text whatever breaks it', () => {
  const secret = newSecret();
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(text, (typed) => {
      const step = acceptedStep(typed, { secret, now: 1_700_000_000, lastStep: 0 });
      if (codeFault(typed)) expect(step).toBeUndefined();
    }),
  );
});

test('a key has 160 bits, another each time, and is shown in groups of four', () => {
  const keys = Array.from({ length: 50 }, newSecret);
  expect(new Set(keys).size).toBe(50);
  for (const key of keys) expect(key).toMatch(/^[A-Z2-7]{32}$/);
  expect(inGroups(RFC_KEY)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
});

test('the key’s address names operator and user ID, whatever characters they hold', () => {
  const uri = new URL(keyUri({ secret: RFC_KEY, issuer: 'North: Health & Plan', label: 'dr/rivera?x@é' }));
  expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp');
  expect(decodeURIComponent(uri.pathname)).toBe('/North  Health & Plan:dr/rivera?x@é');
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: RFC_KEY, issuer: 'North  Health & Plan' });
});
