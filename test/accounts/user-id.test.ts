import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkUserId, foldUserId, typedUserId, userIdFault } from '../../src/accounts/user-id.ts';
import { ACTORS, isActor, programActor } from '../../src/names.ts';

const spellings = [
  [
    'dr.rivera',
    'DR.RIVERA',
    ' dr.rivera ',
    'dr.\u200Brivera',
    'ｄｒ.ｒｉｖｅｒａ',
    'dr.rivera\u00AD',
    'd r . rivera',
  ],
  ['straße', 'STRASSE', 'strasse', 'STRAẞE'],
  ['josé', 'jose\u0301', 'JOSÉ'],
  ['οδος', 'ΟΔΟΣ', 'οδοσ'],
  ['ﬁona', 'fiona', 'FIONA'],
];

test.each(spellings)('%s folds to one form in every spelling', (...forms) => {
  expect(new Set(forms.map(foldUserId)).size).toBe(1);
});

test('different user IDs stay apart', () => {
  const others = ['dr.rivera', 'dr-rivera', 'dr.rivera1', 'drrivera', 'dr.riverà'];
  expect(new Set(others.map(foldUserId)).size).toBe(others.length);
});

test('folding twice is folding once, whatever the text and its case', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const folded = foldUserId(text);
      expect(foldUserId(folded)).toBe(folded);
      expect(foldUserId(text.normalize('NFD'))).toBe(folded);
    }),
    { numRuns: 5000 },
  );
});

test('every single character folds stably', () => {
  const unstable: string[] = [];
  for (let code = 0; code <= 0x2ffff; code += 1) {
    const text = `a${String.fromCodePoint(code)}b`;
    const folded = foldUserId(text);
    const same = [foldUserId(folded), foldUserId(text.toLowerCase()), foldUserId(text.toUpperCase())];
    if (same.some((each) => each !== folded))
      unstable.push(`${code.toString(16)} ${folded} ${same.join(' ')}`);
  }
  expect(unstable).toEqual([]);
});

test('what is typed or pasted loses its invisible characters and the spaces around it, and nothing else', () => {
  for (const text of ['\u200bnia.osei', ' nia\u2060.osei\ufeff ', '\u202ania.osei\u202c']) {
    expect(typedUserId(text)).toBe('nia.osei');
  }
  for (const text of ['Nia.Osei', 'nia osei', 'ｎia', 'nia․osei']) expect(typedUserId(text)).toBe(text);
});

test.each(['', 'a b', 'a\u0000', 'a\n', 'a\u200B', '\uD800', 'a'.repeat(65), '\u00A0', 'a\u202E'])(
  'a user ID cannot be %j',
  (userId) => {
    expect(() => checkUserId(userId)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  },
);

test.each([
  ['somebody’s sub', 'Qw0nT5mZr1yU8sXk3vB2eA'],
  ['a sub by its length and letters', 'aaaaaaaaaaaaaaaaaaaaaa'],
  ['one in full-width letters', 'Ｑw0nT5mZr1yU8sXk3vB2eA'],
  ['the commands', 'cli'],
  ['the commands in capital letters', 'CLI'],
  ['the service in full-width letters', 'ｓervice'],
  ['the demo', 'demo'],
  ['the job that drops rows', 'retention'],
  ['a program', 'app:siem'],
  ['a program in capital letters', 'App:SIEM'],
  ['what every object has', 'constructor'],
  ['the way to its prototype', '__proto__'],
  ['a method', 'hasOwnProperty'],
])('a user ID cannot be the name of %s: %s', (_, userId) => {
  expect(userIdFault(userId)).toBe('reserved');
  expect(() => checkUserId(userId)).toThrow(expect.objectContaining({ code: 'bad-request' }));
});

test('every name by which the audit log calls what is no person is refused as a user ID', () => {
  const actors = [...Object.values(ACTORS), programActor('claims')];
  expect(actors.filter((name) => !isActor(name) || userIdFault(name) !== 'reserved')).toEqual([]);
});

test.each([
  'a',
  'dr.rivera',
  'cli.ryan',
  'ann.sub.of.22.letters.',
  'Ñandú',
  '李雷',
  'm.chen@example.org',
  '😀'.repeat(64),
])('a user ID can be %s', (userId) => {
  expect(checkUserId(userId.normalize('NFD'))).toBe(userId);
});
