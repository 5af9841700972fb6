import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The Chromium that CHROMIUM_PATH names; npm test finds one. */
export function launchChromium(): Promise<Browser> {
  const executablePath = String(process.env.CHROMIUM_PATH);
  return chromium.launch({ executablePath, args: ARGS });
}

export interface View {
  readonly scheme: 'light' | 'dark';
  /** CSS pixels. */
  readonly width: number;
  readonly javaScript: boolean;
}

export const desktop: View = { scheme: 'light', width: 1280, javaScript: true };

/** Each width and each scheme once: contrast hardly depends on the width, nor the layout on the scheme. */
export const views: readonly View[] = [
  { scheme: 'light', width: 320, javaScript: true },
  { scheme: 'dark', width: 1280, javaScript: true },
];

export interface Profile {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What any page of this browser logged as an error: a broken content policy, a failed script. */
  readonly complaints: string[];
}

/**
 * Whether pages' scripts run on a walk through whole flows. The short form walks with them alone: the tests that
 * send forms over HTTP go the same ways without any.
 */
export const scripting: readonly boolean[] = process.env.LONG ? [true, false] : [true];

/** Shows the page that stands in another view. */
export async function turnTo(page: Page, view: View): Promise<void> {
  await page.emulateMedia({ colorScheme: view.scheme });
  await page.setViewportSize(viewport(view));
}

function viewport({ width }: View) {
  return { width, height: width < 500 ? 640 : 800 };
}

/** A fresh browser profile with one page, seen as `view` says. */
export async function openPage(
  browser: Browser,
  view: View = desktop,
  options: BrowserContextOptions = {},
): Promise<Profile> {
  const context = await browser.newContext({
    colorScheme: view.scheme,
    viewport: viewport(view),
    javaScriptEnabled: view.javaScript,
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  context.on('console', (message) => {
    const { url } = message.location();
    // A page that is shown with an error status is what it should be.
    const ownStatus = message.text().startsWith('Failed to load resource') && url === message.page()?.url();
    if (message.type() === 'error' && !ownStatus) complaints.push(`${url} ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return { context, page: await context.newPage(), complaints };
}

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds wrong with the page as it stands. Asked from outside, so the page's content policy holds. */
export async function axe(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axeSource);
  const findings = await page.evaluate<Finding[]>(
    `(async () => (await axe.run(document, { resultTypes: ['violations'] })).violations)()`,
  );
  return findings.map(
    ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html} ${n.failureSummary}`).join()}`,
  );
}

/** What is wrong with the layout: scrolling sideways, targets under 44 px. Works with the page's scripts off too. */
export async function layoutFaults(page: Page): Promise<string[]> {
  const { overflow, small } = await page.locator('html').evaluate((html) => {
    const targets = [...html.querySelectorAll('a, button, input:not([type=hidden])')];
    const small = targets.filter((target) => {
      // A checkbox or radio button is chosen by its label as well: the two together are the target.
      const whole = target.matches('[type=checkbox], [type=radio]') ? target.parentElement : target;
      const { width, height } = (whole ?? target).getBoundingClientRect();
      return target.checkVisibility() && Math.min(width, height) < 43.5;
    });
    return {
      overflow: html.scrollWidth - html.clientWidth,
      small: small.map((target) => target.outerHTML),
    };
  });
  return [
    ...(overflow > 0 ? [`${overflow} px too wide`] : []),
    ...small.map((target) => `under 44 px: ${target}`),
  ];
}

/** `data-page` of what the browser shows; after a click, wait with `arriveAt` instead. */
export async function pageShown(page: Page): Promise<string | null> {
  return page.locator('body').getAttribute('data-page');
}

/** Waits for the page that `data-page` names. */
export async function arriveAt(page: Page, name: string): Promise<void> {
  await page.locator(`body[data-page="${name}"]`).waitFor();
}

/** Keeps form_post pages standing, which would be gone at once: their script does nothing. */
export async function holdFormPost(page: Page): Promise<void> {
  await page.route('**/static/form-post.*.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: '' }),
  );
}
