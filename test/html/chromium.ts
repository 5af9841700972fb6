import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, or the one that CHROMIUM_PATH names. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ARGS });
}

export interface View {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly javaScript: boolean;
}

export const views: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [320, 1280].map((width) => ({ scheme, width, javaScript: true })),
);

/** A fresh browser profile with one page, seen as `view` says. */
export async function openPage(
  browser: Browser,
  view: View,
  options: { bypassCSP?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    colorScheme: view.scheme,
    viewport: { width: view.width, height: view.width < 500 ? 640 : 800 },
    javaScriptEnabled: view.javaScript,
    bypassCSP: options.bypassCSP ?? false,
  });
  return { context, page: await context.newPage() };
}

/** Opens a state of a page to be looked at. The form_post page would be gone at once: its script is held. */
export async function openState(page: Page, preview: string, name: string): Promise<void> {
  if (name === 'form-post') await page.route('**/static/form-post.*.js', (route) => route.abort());
  await page.goto(`${preview}/${name}`);
  if (name === 'form-post') await page.locator('#submit').waitFor();
}
