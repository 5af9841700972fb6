type Rgb = readonly [number, number, number];

/** Backgrounds of site.css in one colour scheme, and what an accent is mixed with there. */
interface Scheme {
  readonly card: Rgb;
  readonly page: Rgb;
  /** Where an accent goes that has too little contrast. */
  readonly away: Rgb;
  readonly soft: number;
  readonly ink: string;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const LIGHT: Scheme = { card: WHITE, page: [0xf4, 0xf7, 0xf8], away: BLACK, soft: 0.12, ink: '#ffffff' };
const DARK: Scheme = {
  card: [0x17, 0x23, 0x2a],
  page: [0x0f, 0x18, 0x1c],
  away: WHITE,
  soft: 0.16,
  ink: '#06181c',
};
/** WCAG 2.2 AA for text. */
const ENOUGH = 4.5;

/**
 * The operator's colour (`#rrggbb`) as a stylesheet over site.css. Where it would be too pale to read in the
 * light scheme it is darkened, where too dark in the dark scheme lightened, until it has AA contrast.
 */
export function accentStyles(colour: string): string {
  const given = parse(colour);
  return `:root{${variables(given, LIGHT)}}@media (prefers-color-scheme:dark){:root{${variables(given, DARK)}}}`;
}

function variables(given: Rgb, scheme: Scheme): string {
  const accent = readable(given, scheme);
  return [
    `--accent:${text(accent)}`,
    `--accent-strong:${text(mix(accent, scheme.away, 0.25))}`,
    `--accent-ink:${scheme.ink}`,
    `--accent-soft:${text(softOf(accent, scheme))}`,
  ].join(';');
}

function readable(given: Rgb, scheme: Scheme): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const tried = mix(given, scheme.away, share);
    const papers = [scheme.card, scheme.page, softOf(tried, scheme)];
    if (papers.every((paper) => contrast(tried, paper) >= ENOUGH)) return tried;
  }
  return scheme.away;
}

function softOf(accent: Rgb, scheme: Scheme): Rgb {
  return mix(scheme.card, accent, scheme.soft);
}

function mix([r, g, b]: Rgb, [r2, g2, b2]: Rgb, share: number): Rgb {
  const blend = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [blend(r, r2), blend(g, g2), blend(b, b2)];
}

/** The WCAG contrast ratio, 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [first, second] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return Math.max(first, second) / Math.min(first, second);
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function parse(colour: string): Rgb {
  // This text goes into a stylesheet, so nothing but a colour may pass.
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw new Error('a colour is # and six hexadecimal digits');
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function text(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
