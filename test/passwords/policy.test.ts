import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SortedLines } from '../../src/passwords/common.ts';
import { type Kind, PasswordPolicy } from '../../src/passwords/policy.ts';

const products = ['Northwind Health Plan', 'Vestibule'];
const policy = policyOf();
const about = {
  userId: 'dr.rivera',
  names: ['Ana Rivera'],
  practices: ['Lakeside Family Medicine', 'Clínica Ñandú'],
};

function policyOf(minimum = 12, composition: readonly Kind[] = []): PasswordPolicy {
  return new PasswordPolicy({ rules: { minimum, composition }, products });
}

async function faultOf(password: string, of = policy): Promise<string | undefined> {
  return (await of.check(password, about))?.kind;
}

describe('length', () => {
  test.each([
    ['', 'missing'],
    ['gVb8-Qk2x-P', 'too-short'],
    ['gVb8-Qk2x-Pn', undefined],
    ['🦉🐳🍋🧭🪴🎷🧊🚲🥝🛶🪁🦔', undefined],
    ['🦉🐳🍋🧭🪴🎷🧊🚲🥝🛶🪁', 'too-short'],
  ])('%p: %p', async (password, fault) => {
    expect(await faultOf(password)).toBe(fault);
  });

  test('256 characters are taken, 257 are not', async () => {
    const long = words(256);
    expect(await faultOf(long)).toBeUndefined();
    expect(await faultOf(`${long}x`)).toBe('too-long');
  });

  test('the minimum is a setting', async () => {
    expect(await faultOf('gVb8-Qk2', policyOf(8))).toBeUndefined();
    expect(await faultOf('gVb8-Qk', policyOf(8))).toBe('too-short');
    expect(await faultOf('gVb8-Qk2x-Pn4z', policyOf(15))).toBe('too-short');
  });
});

describe('common', () => {
  const file = readFileSync(new URL('../../src/passwords/common-passwords.txt', import.meta.url));
  const list = file.toString().trimEnd().split('\n');

  test('the list that is shipped has 40,000 passwords at least', () => {
    expect(list.length).toBeGreaterThanOrEqual(40_000);
  });

  test('each of them is found, and no neighbour, part or run of lines', () => {
    const listed = new Set(list);
    const lines = new SortedLines(file);
    const near = list.flatMap((line) => [`${line}!`, `${line}~`, line.slice(0, -1), `!${line}`]);
    expect(list.filter((line) => !lines.has(line))).toEqual([]);
    expect(near.filter((text) => lines.has(text) !== listed.has(text))).toEqual([]);
    const strange = [
      '',
      '\n',
      `${list[0]}\n`,
      `${list[7]}\n${list[8]}`,
      '\u0000',
      'z\uffff',
      `${list.at(-1)}\n`,
    ];
    expect(strange.filter((text) => lines.has(text))).toEqual([]);
    expect(new SortedLines(Buffer.alloc(0)).has('a')).toBe(false);
  });

  test.each([
    'Password123456!',
    'qwertyuiop[]',
    'passwordpassword',
    'Password-Password',
    'P@$$w0rd12345',
    'P@ssw0rd2024!!',
    'we1come12345',
    'adm1n1strat0r',
    'Contraseña2024',
    'My-password-2024',
    'dragonDRAGON12',
    '1qaz2wsx3edc',
    '!QAZ@WSX3edc',
    '0987654321098',
    'zxcvbnm,./12',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'abcdefghijkl',
    '12345678900987654321',
  ])('%s is', async (password) => {
    expect(await faultOf(password)).toBe('common');
  });

  test.each([
    'Correct-Horse-7-Battery',
    'seven quiet herons wade',
    'correct horse battery staple',
    'violin teapot',
    'password for my old violin',
    'not-the-password-either',
    'battery-gum 7',
    'battery 7 93-20 18-44 6',
    'xK9#mQ2$vL7!',
    '839275018364',
    'Zürich im Regen',
    '日本語のパスワードです長い',
  ])('%s is not', async (password) => {
    expect(await faultOf(password)).toBeUndefined();
  });

  test('every listed password of eight characters or more is refused where eight are enough', async () => {
    const eight = policyOf(8);
    for (const password of ['password', 'football', '11223344', 'qazwsxedc', 'administrator']) {
      expect(await eight.check(password, {})).toEqual({ kind: 'common' });
    }
  });
});

describe('personal', () => {
  test.each([
    'dr.rivera2024',
    'Dr-Rivera-99!',
    'R1v3r4-r1v3r4',
    'AnaRivera+Tulip',
    'lakeside-2024!',
    'Lakeside Family Medicine',
    'medicinefamily',
    'clinica nandu 1',
    'northwind-77-a',
    'V3st1bul3-2024',
    'Vestibule password',
  ])('%s is, to dr.rivera', async (password) => {
    expect(await faultOf(password)).toBe('personal');
  });

  test('what stands alone without the personal part is not', async () => {
    expect(await faultOf('rivera tulip marathon kettle')).toBeUndefined();
    expect(await faultOf('rivera+tulip-kett')).toBe('personal');
    expect(await faultOf('rivera+tulip-kettle')).toBeUndefined();
  });

  test('parts of fewer than four characters count for nothing', async () => {
    expect(await faultOf('banana dromedary')).toBeUndefined();
    expect(await policy.check('io-tulip-gorge', { userId: 'io' })).toBeUndefined();
  });

  test('what is personal to one is not to another', async () => {
    expect(await policy.check('Dr-Rivera-gorge', {})).toBeUndefined();
  });
});

describe('composition', () => {
  const strict = policyOf(12, ['letters', 'numbers', 'symbols']);

  test('is off unless demanded', async () => {
    expect(await faultOf('violin teapot')).toBeUndefined();
  });

  test.each([
    ['violin teapot', ['numbers', 'symbols']],
    ['violin teapot 7', ['symbols']],
    ['8392-7501-8364', ['letters']],
    ['violín-teapot', ['numbers']],
  ])('%s misses %p', async (password, missing) => {
    expect(await strict.check(password, about)).toEqual({ kind: 'composition', missing });
  });

  test('letters, numbers and symbols of any script will do', async () => {
    expect(await strict.check('ñoquis verdes ٣…', about)).toBeUndefined();
  });

  test('composed letters bring no symbol with them', async () => {
    expect(await policyOf(12, ['symbols']).check('vioĺin téapot'.normalize('NFD'), {})).toMatchObject({
      missing: ['symbols'],
    });
  });
});

describe('a password that is used already', () => {
  test.each([
    ['monkey', true],
    ['Password123456!', true],
    ['violin teapot', false],
    ['gVb8-Qk', false],
    ['northwind-x7k', false],
    ['x'.repeat(5000), false],
  ])('%p has to be changed: %p', async (password, must) => {
    expect(await policy.mustChange(password)).toBe(must);
  });

  test('is let be when only the composition has become stricter', async () => {
    expect(await policyOf(20, ['numbers']).mustChange('violin teapot')).toBe(false);
  });
});

describe('whatever is typed', () => {
  const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' }));

  test('it is judged, never thrown at', async () => {
    const strict = policyOf(12, ['symbols']);
    await fc.assert(
      fc.asyncProperty(anything, anything, async (password, userId) => {
        const fault = await strict.check(password, { userId, names: [userId, password] });
        expect([undefined, 'string']).toContain(fault && typeof fault.kind);
        await policy.mustChange(password);
      }),
    );
    expect(await faultOf('\uD800'.repeat(13))).toBe('common');
  });

  test('all its compositions are judged alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
        const faults = await Promise.all(
          (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => policy.check(text.normalize(form), about)),
        );
        expect(new Set(faults.map((fault) => fault?.kind)).size).toBe(1);
      }),
    );
  });

  test('it passes where nothing common is in it, up to 256 characters', async () => {
    // Letters of which no listed word, keyboard run or alphabet is made, never thrice the same.
    const letter = fc.constantFrom(...'ΔΘΛΞΠΣΦΨΩЖЙЛФЦЧШЩЮЯ');
    const varied = fc
      .array(letter, { minLength: 12, maxLength: 256 })
      .map((letters) => letters.join(''))
      .filter((text) => !/(.{1,4}?)\1{2,}/u.test(text));
    await fc.assert(
      fc.asyncProperty(varied, async (password) => {
        expect(await policy.check(password, about)).toBeUndefined();
      }),
    );
  });

  test('it is judged in a moment', async () => {
    for (const password of [words(256), '1'.repeat(256), 'a1@!s'.repeat(51), '12'.repeat(128)]) {
      const begun = performance.now();
      await policy.check(password, about);
      expect(performance.now() - begun).toBeLessThan(2000);
    }
  });
});

/** Text without a rhythm, of so many characters. */
function words(length: number): string {
  return Array.from({ length }, (_, at) => 'bdfghjklmnprtvz'[(at * at * 7 + at * 3) % 13] ?? '').join('');
}
