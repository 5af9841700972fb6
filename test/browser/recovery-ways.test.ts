import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { HelpDesk, origin } from '../help-desk/help-desk.ts';
import { codeIn, NEW_PASSWORD, nextMail } from '../recovery/recovering.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { arriveAt, desktop, openPage, scripting } from '../support/browser.ts';
import {
  addPerson,
  invite,
  needHelp,
  nextSms,
  type Person,
  type ReachableSite,
  startReachableSite,
} from '../support/recovery-walk.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { fillCode, fillSignIn, keepRecoveryCodes } from '../support/tour.ts';

let site: ReachableSite;
let browser: Browser;
let desk: HelpDesk;
beforeAll(async () => {
  site = await startReachableSite({ 'second_factor.roles': '[security-analyst]' });
  desk = HelpDesk.on(site.portal);
  await desk.stores.redis.ready(5);
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await desk?.close();
  await site?.stop();
});

/** A reset of somebody's second factor that waits, asked for at the help desk; the link that stops it. */
async function heldReset({ sub, email }: Person): Promise<string> {
  const by = await desk.person({ role: 'support' });
  await desk.resets.start(sub, { by }, origin);
  const code = codeIn((await nextMail(site, email, 0)).text);
  await desk.resets.verify(sub, { by, code }, origin);
  await desk.resets.request(sub, { by }, origin);
  return linkIn((await nextMail(site, email, 1)).text);
}

function linkIn(text: string): string {
  const [link] = text.split(/\s/).filter((word) => word.startsWith(`${site.issuer}/`));
  if (!link) throw new Error(`no link in ${text}`);
  return link;
}

async function isAtHome(page: Page, userId: string): Promise<void> {
  await arriveAt(page, 'launcher');
  expect(await page.locator('body').textContent()).toContain(userId);
}

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test.each(['email', 'sms'] as const)(
    'a forgotten user ID: told by %s, whose link leads in',
    async (channel) => {
      const person = await addPerson(site);
      const { context, page, complaints } = await openPage(browser, view);
      await needHelp(page, site, 'forgot-user-id');
      const national = person.phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
      await page.locator('#contact').fill(channel === 'email' ? person.email : national);
      await page.locator('#submit').click();
      await page.locator('#again').waitFor();
      const text =
        channel === 'email'
          ? (await nextMail(site, person.email, 0)).text
          : await nextSms(site, person.phone, 0);
      const userId = String(/Person\.\d{5}/.exec(text)?.[0]);
      expect(userId).toBe(person.userId);
      await page.goto(linkIn(text));
      await arriveAt(page, 'sign-in');
      await fillSignIn(page, { userId });
      await isAtHome(page, userId);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([
    { what: 'an account', role: [] },
    { what: 'an account whose role must have a second factor', role: ['--role', 'security-analyst'] },
  ])('$what is activated by its link, and its person comes in', async ({ what, role }) => {
    const link = await invite(site, ...role);
    const userId = `nia.${role.length}.${javaScript}`;
    const { context, page, complaints } = await openPage(browser, view);
    await page.goto(link);
    await arriveAt(page, 'activate');
    await page.locator('#user-id').fill(userId);
    await page.locator('#password').fill(NEW_PASSWORD);
    await page.locator('#submit').click();
    await arriveAt(page, 'activated');
    await page.locator('#sign-in').click();
    await arriveAt(page, 'sign-in');
    await fillSignIn(page, { userId, password: NEW_PASSWORD });
    if (role.length > 0) {
      await arriveAt(page, 'enrol-second-factor');
      await fillCode(page, await (await AuthenticatorApp.scan(page)).code());
      await keepRecoveryCodes(page);
    }
    await isAtHome(page, userId);
    expect({ what, complaints }).toEqual({ what, complaints: [] });
    await context.close();
  });

  test('the owner of a second factor stops its reset, and signs in with it as before', async () => {
    const person = await addPerson(site);
    await site.people.addAuthenticator(person);
    const link = await heldReset(person);
    const { context, page, complaints } = await openPage(browser, view);
    await page.goto(link);
    await arriveAt(page, 'stop-reset');
    await page.locator('#submit').click();
    await arriveAt(page, 'stop-reset-done');
    await page.locator('#sign-in').click();
    await arriveAt(page, 'sign-in');
    await fillSignIn(page, { userId: person.userId });
    await arriveAt(page, 'second-factor');
    await fillCode(page, await site.people.freshCode(person));
    await isAtHome(page, person.userId);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
