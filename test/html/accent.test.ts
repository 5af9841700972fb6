import { describe, expect, test } from '@jest/globals';
import { accentStyles } from '../../src/html/accent.ts';
import { brandOf } from '../../src/html/brand.ts';

/** Written apart from the code under test: WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function schemes(accent: string): Record<string, string>[] {
  return accentStyles(accent)
    .split('@media')
    .map((part) =>
      Object.fromEntries([...part.matchAll(/(--[a-z-]+):(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]])),
    );
}

describe.each(['#ffffff', '#000000', '#ff8a3d', '#0b6470', '#ffff00', '#0000ff', '#7f7f7f'])(
  '%s',
  (accent) => {
    test('can be read as text and as a button in both schemes', () => {
      const [light, dark] = schemes(accent) as [Record<string, string>, Record<string, string>];
      for (const [scheme, papers] of [
        [light, ['#ffffff', '#f4f7f8']],
        [dark, ['#17232a', '#0f181c']],
      ] as const) {
        const worn = scheme['--accent'] ?? '';
        for (const paper of [...papers, scheme['--accent-soft'] ?? '', scheme['--accent-ink'] ?? '']) {
          expect(contrast(worn, paper)).toBeGreaterThanOrEqual(4.5);
        }
        expect(
          contrast(scheme['--accent-strong'] ?? '', scheme['--accent-ink'] ?? ''),
        ).toBeGreaterThanOrEqual(4.5);
      }
    });
  },
);

test('a colour that reads well as it is stays as it is', () => {
  expect(schemes('#0b6470')[0]?.['--accent']).toBe('#0b6470');
});

test('nothing but a colour gets into the stylesheet', () => {
  expect(() => accentStyles('red;}body{display:none')).toThrow('six hexadecimal digits');
});

test('without an accent in the settings there is no extra stylesheet', () => {
  const operator = { name: 'Plan', support: { text: 'Call us' } };
  expect(brandOf(operator).styles).toEqual([]);
  expect(brandOf({ ...operator, accent: '#ff8a3d' }).styles[0]?.url).toMatch(
    /^\/static\/accent\.[0-9a-f]{12}\.css$/,
  );
});
