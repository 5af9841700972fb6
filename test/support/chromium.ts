import { executableOn, installPackages, isExecutable } from '../../src/embedded/apt.ts';

/** The shell first: the same Chromium without the parts that draw a window, which take as much time as the pages. */
const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const PACKAGES = ['chromium-headless-shell', 'fonts-liberation'];

/**
 * The path of a Chromium: CHROMIUM_PATH, else from the PATH, else Debian's, which root installs.
 * @throws Error whose message is one line that says what to install
 */
export function findChromium(
  environment: { readonly PATH?: string | undefined; readonly CHROMIUM_PATH?: string | undefined },
  say: (line: string) => void,
): string {
  const named = environment.CHROMIUM_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not a program.`);
    return named;
  }
  const onPath = () => NAMES.map((name) => executableOn(environment.PATH, name)).find((file) => file);
  const found = onPath() ?? (installPackages(PACKAGES, environment.PATH, say) ? onPath() : undefined);
  if (found) return found;
  throw new Error(
    'Chromium is missing: install it (Debian: apt-get install chromium-headless-shell), or set CHROMIUM_PATH to a Chromium or Chrome binary.',
  );
}
