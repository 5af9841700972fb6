import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { breachedListProblem } from '../../src/config/breached-list.ts';
import { BreachedList } from '../../src/passwords/breached.ts';
import { PasswordPolicy } from '../../src/passwords/policy.ts';

const STOLEN = 'violin teapot';
const PADDED = 'seen never at all';

let folder: string;
let reasons: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-breached-'));
});
beforeEach(() => {
  reasons = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();
const listAt = (path: string) => new BreachedList(path, (reason) => reasons.push(reason));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Lines of a file in order: `count` passwords that nobody asks for, and these. */
function lines(count: number, passwords: readonly string[]): string[] {
  const filler = Array.from({ length: count }, (_, index) => `${sha1(`filler ${index}`)}:${(index % 7) + 1}`);
  return [...filler, ...passwords.map((password) => `${sha1(password)}:12345678`)].sort();
}

function foldered(
  name: string,
  passwords: readonly string[],
  { extension = '.txt', count = '7' } = {},
): string {
  const path = join(folder, name);
  mkdirSync(path);
  const hashes = passwords.map(sha1);
  for (const prefix of new Set(['00000', '7FFFF', 'FFFFF', ...hashes.map((hash) => hash.slice(0, 5))])) {
    const suffixes = hashes.filter((hash) => hash.startsWith(prefix)).map((hash) => hash.slice(5));
    const all = [...suffixes, 'F'.repeat(35), '0'.repeat(35)].sort();
    writeFileSync(
      join(path, `${prefix}${extension}`),
      all.map((suffix) => `${suffix}:${count}`).join('\r\n'),
    );
  }
  return path;
}

describe('one file', () => {
  test.each([1, 2, 3, 10, 1000])('of %p lines: each is found, no other', async (count) => {
    const all = lines(count - 1, [STOLEN]);
    for (const end of ['\n', '\r\n']) {
      for (const last of ['', end]) {
        const path = file(`lines-${count}`, all.join(end) + last);
        const list = listAt(path);
        expect(breachedListProblem(path)).toBeUndefined();
        expect(await list.holds(STOLEN)).toBe(true);
        for (let index = 0; index < Math.min(count - 1, 100); index += 1) {
          expect(await list.holds(`filler ${index}`)).toBe(true);
          expect(await list.holds(`absent ${index}`)).toBe(false);
        }
      }
    }
    expect(reasons).toEqual([]);
  });

  test('hashes in lower case are found too', async () => {
    const list = listAt(file('lower', lines(50, [STOLEN]).join('\n').toLowerCase()));
    expect(await list.holds(STOLEN)).toBe(true);
    expect(await list.holds('gVb8-Qk2x-Pn')).toBe(false);
  });

  test('a count of 0 is padding', async () => {
    const padded = [...lines(20, []), `${sha1(PADDED)}:0`].sort().join('\n');
    expect(await listAt(file('padded', padded)).holds(PADDED)).toBe(false);
  });

  test('a file that is replaced is read as it is now', async () => {
    const path = file('replaced', lines(20, []).join('\n'));
    const list = listAt(path);
    expect(await list.holds(STOLEN)).toBe(false);
    file('replaced', lines(20, [STOLEN]).join('\n'));
    expect(await list.holds(STOLEN)).toBe(true);
  });

  const long = process.env.LONG ? test : test.skip;
  long('of 50 MB is searched with a few small reads', async () => {
    const path = join(folder, 'large');
    const output = openSync(path, 'w');
    const step = 2n ** 160n / 1_000_000n;
    const stolen = BigInt(`0x${sha1(STOLEN)}`);
    for (let thousand = 0n; thousand < 1000n; thousand += 1n) {
      const hashes = Array.from({ length: 1000 }, (_, index) => (thousand * 1000n + BigInt(index)) * step);
      const here = hashes.flatMap((hash) =>
        hash < stolen && stolen < hash + step ? [hash, stolen] : [hash],
      );
      writeSync(
        output,
        here.map((hash) => `${hash.toString(16).toUpperCase().padStart(40, '0')}:1234567\n`).join(''),
      );
    }
    closeSync(output);
    expect(breachedListProblem(path)).toBeUndefined();
    const list = listAt(path);
    const begun = performance.now();
    for (let index = 0; index < 1000; index += 1) expect(await list.holds(`absent ${index}`)).toBe(false);
    expect((performance.now() - begun) / 1000).toBeLessThan(20);
    expect(await list.holds(STOLEN)).toBe(true);
  });
});

describe('a folder', () => {
  test.each(['.txt', ''])('with files named PREFIX%s', async (extension) => {
    const path = foldered(`folder${extension}`, [STOLEN, 'quiet gorge'], { extension });
    expect(breachedListProblem(path)).toBeUndefined();
    expect(await listAt(path).holds(STOLEN)).toBe(true);
    expect(await listAt(path).holds('quiet gorge')).toBe(true);
    expect(reasons).toEqual([]);
  });

  test('a count of 0 is padding', async () => {
    expect(await listAt(foldered('folder-padded', [PADDED], { count: '0' })).holds(PADDED)).toBe(false);
  });
});

describe('at start', () => {
  test.each<[string, () => string, string]>([
    ['nothing', () => join(folder, 'nowhere'), 'is not there'],
    ['a device', () => '/dev/null', 'neither a file nor a folder'],
    ['an empty file', () => file('empty', ''), 'empty file'],
    ['words', () => file('words', 'password\nletmein\n'.repeat(50)), 'other lines than SHA1:COUNT'],
    ['NTLM hashes', () => file('ntlm', `${'A'.repeat(32)}:5\n`.repeat(50)), 'other lines than SHA1:COUNT'],
    ['bytes', () => file('bytes', '\0\u0001\u00ff'.repeat(5000)), 'other lines than SHA1:COUNT'],
    ['lines by count', () => file('by-count', lines(500, []).reverse().join('\n')), 'order of its hashes'],
    ['an empty folder', () => mkdtempSync(join(folder, 'bare-')), 'no file 00000.txt'],
    [
      'a folder of other files',
      () => {
        const path = foldered('other', []);
        writeFileSync(join(path, 'FFFFF.txt'), 'hello\n');
        return path;
      },
      'other lines than SUFFIX:COUNT',
    ],
  ])('%s is refused', (_what, make, problem) => {
    expect(breachedListProblem(make())).toContain(problem);
  });
});

describe('a list that goes away later', () => {
  test('is said once, without a piece of anybody’s hash, and keeps nobody out', async () => {
    const path = foldered('vanishing', [STOLEN]);
    const list = listAt(path);
    expect(await list.holds(STOLEN)).toBe(true);
    rmSync(path, { recursive: true });
    expect(await list.holds(STOLEN)).toBe(false);
    expect(await list.holds('quiet gorge')).toBe(false);
    expect(reasons).toEqual(['ENOENT']);
  });

  test('so does a folder with a file missing, and a file that became something else', async () => {
    expect(await listAt(foldered('partial', [])).holds(STOLEN)).toBe(false);
    expect(reasons).toEqual(['ENOENT']);
    expect(await listAt(file('garbage', 'x'.repeat(5000))).holds(STOLEN)).toBe(false);
    expect(await listAt(file('garbage', 'hello\n'.repeat(500))).holds(STOLEN)).toBe(false);
    expect(reasons.slice(1)).toEqual(['its lines cannot be read', 'its lines cannot be read']);
    for (const reason of reasons) expect(reason).not.toContain(sha1(STOLEN).slice(0, 5));
  });
});

test('the policy refuses a breached password, and asks for another at sign-in', async () => {
  const breached = listAt(file('policy', lines(20, [STOLEN]).join('\n')));
  const policy = new PasswordPolicy({ rules: { minimum: 12, composition: [] }, products: [], breached });
  expect(await policy.check(STOLEN, {})).toEqual({ kind: 'breached' });
  expect(await policy.check('ＶＩＯＬＩＮ teapot'.toLowerCase(), {})).toEqual({ kind: 'breached' });
  expect(await policy.check('violin teacup', {})).toBeUndefined();
  expect(await policy.mustChange(STOLEN)).toBe(true);
  expect(await policy.mustChange('violin teacup')).toBe(false);
});
