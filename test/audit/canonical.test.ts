import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { canonical, parseExactly } from '../../src/audit/canonical.ts';
import { leafOf, merkleRoot } from '../../src/audit/merkle.ts';

test.each([
  ['{"b":1,"a":[true,null,"é"]}', '{"a":[true,null,"é"],"b":1}'],
  // RFC 8785 §3.2.3: by UTF-16 code units.
  [
    '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  ],
  // RFC 8785 §3.2.2.
  [
    '[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]',
    '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
  ],
])('%s is written as RFC 8785 says', (given, expected) => {
  const [exact, plain] = [canonical(parseExactly(given)), canonical(JSON.parse(given))];
  expect(plain).toBe(expected);
  if (!given.includes('333333333')) expect(exact).toBe(expected);
});

test.each(['9007199254740993', '0.1000000000000000055511151231257827', '-12345678901234567890.5', '1e400'])(
  'the number %s, which no double holds, is kept to its last digit',
  (number) => {
    expect(canonical(parseExactly(`{"n":${number}}`))).toBe(`{"n":${number}}`);
  },
);

test.each(['1.0', '1000000000000000000000', '0.00000010', '-0.0', '1.5e3', '0'])(
  'the number %s is the same however it was written',
  (number) => {
    expect(canonical(parseExactly(number))).toBe(String(Number(number)));
  },
);

const hash = (...parts: (string | Buffer)[]) => {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest();
};

test('the tree is the one of RFC 6962, leaves and nodes told apart', () => {
  expect(merkleRoot([]).toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  expect(leafOf('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  // §2.1 splits n leaves at the largest power of two below n.
  const recursive = (leaves: Buffer[]): Buffer => {
    if (leaves.length === 1) return leaves[0] as Buffer;
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return hash('\u0001', recursive(leaves.slice(0, split)), recursive(leaves.slice(split)));
  };
  for (let count = 1; count < 40; count += 1) {
    const leaves = Array.from({ length: count }, (_, index) => leafOf(`leaf ${index}`));
    expect(merkleRoot(leaves)).toEqual(recursive(leaves));
  }
});
