import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Cookie } from 'playwright-core';
import { openPage } from '../support/browser.ts';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { closeContexts, sharedChromium, sharedPortal } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { fillSignIn } from '../support/tour.ts';
import { type Answer, flow, Visitor } from '../support/visitor.ts';

describe('over http, as a browser keeps them', () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await startSite();
    browser = await sharedChromium();
  });
  afterAll(async () => {
    await closeContexts(browser);
    await site?.stop();
  });

  test('scripts and foreign forms get none; only the session has its name; the interaction goes with it', async () => {
    const { context, page } = await openPage(browser);
    const ours = async () => (await context.cookies()).filter(({ name }) => name.startsWith('vestibule'));
    const names = (cookies: Cookie[]) => cookies.map(({ name }) => name).sort();
    await page.goto(`${site.claims}/login`);
    const before = await ours();
    expect(names(before)).toEqual(['vestibule_csrf', 'vestibule_interaction', 'vestibule_open']);
    const { pathname } = new URL(page.url());
    expect(before.find(({ name }) => name === 'vestibule_interaction')?.path).toBe(pathname);
    await fillSignIn(page);
    await page.locator('#sign-out').waitFor();
    const after = await ours();
    expect(names(after)).toEqual([
      ...['vestibule_csrf', 'vestibule_device', 'vestibule_session', 'vestibule_session.sig'],
    ]);
    for (const cookie of [...before, ...after]) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    }
    expect(after.find(({ name }) => name === 'vestibule_session')?.expires).toBe(-1);
    await context.close();
  });
});

interface SetCookie {
  readonly name: string;
  readonly attributes: string[];
  readonly path: string | undefined;
}

function setCookies(answers: Answer[]): SetCookie[] {
  return answers
    .flatMap((answer) => answer.headers.getSetCookie())
    .map((line) => {
      const [pair = '', ...rest] = line.split(/; ?/);
      const attributes = rest.map((text) => text.toLowerCase());
      const path = rest.find((text) => /^path=/i.test(text))?.slice(5);
      return { name: pair.slice(0, pair.indexOf('=')), attributes, path };
    });
}

describe('under https, as they are set', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await sharedPortal();
  });
  afterAll(() => portal?.stop());

  test('prefixes keep other hosts from planting them, and paths keep each where it belongs', async () => {
    const answers: Answer[] = [];
    const visitor = new (class extends Visitor {
      override async request(...asked: Parameters<Visitor['request']>): Promise<Answer> {
        const answer = await super.request(...asked);
        answers.push(answer);
        return answer;
      }
    })(portal);
    const page = await visitor.open(flow('claims').url);
    await visitor.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
    const uid = page.url.pathname.split('/').at(-1);
    const set = setCookies(answers);
    const where = Object.fromEntries(set.map(({ name, path }) => [name, path]));
    expect(where).toEqual({
      '__Host-vestibule_csrf': '/',
      '__Host-vestibule_device': '/',
      '__Host-vestibule_session': '/',
      '__Host-vestibule_session.sig': '/',
      '__Secure-vestibule_interaction': `/sign-in/${uid}`,
      '__Secure-vestibule_open': '/oidc/authorize',
    });
    for (const { name, attributes } of set) {
      expect({ name, attributes }).toMatchObject({
        attributes: expect.arrayContaining(['secure', 'httponly', 'samesite=lax']),
      });
      expect(attributes.filter((text) => text.startsWith('domain='))).toEqual([]);
    }
  });
});
