/** A browser as a User-Agent names it; the more particular ones first, since each claims to be its elders too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOPT\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b|\bMac OS X\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

/** The beginning is enough, and bounds what a header can cost. */
const READ = 512;

/**
 * What a person would call a device: “Chrome on Windows”, “Safari on iPhone”. Never any text of the header
 * itself; `''` where nothing is known, for which the page has its own words.
 */
export function deviceName(userAgent: string): string {
  const text = userAgent.slice(0, READ);
  const find = (names: typeof BROWSERS) => names.find(([form]) => form.test(text))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? '';
}

const NAMES: readonly string[] = BROWSERS.flatMap(([, browser]) => [
  browser,
  ...SYSTEMS.map(([, system]) => `${browser} on ${system}`),
]);

/**
 * The names that `deviceName` may give in which every word of a text occurs, ignoring case: `chrome mac`
 * finds “Chrome on Mac”. `unknown` stands for `''`.
 */
export function deviceNamesLike(text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  // Every name has all words of none: sessions to be ended by a blank would be all there are.
  if (words.length === 0) return [];
  if (words.length === 1 && words[0] === 'unknown') return [''];
  return NAMES.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
}
