import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { linkIn } from '../recovery/recovering.ts';
import { arriveAt, desktop, openPage, scripting } from '../support/browser.ts';
import {
  addPerson,
  askForCode,
  chooseNew,
  isInClaims,
  mailWith,
  needHelp,
  nextSms,
  type ReachableSite,
  send,
  signInAgain,
  startReachableSite,
} from '../support/recovery-walk.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { fillCode, fillSignIn } from '../support/tour.ts';

let site: ReachableSite;
let browser: Browser;
beforeAll(async () => {
  site = await startReachableSite({ 'lockout.failures': '3', 'lockout.device_failures': '3' });
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
});

describe.each(scripting)('JavaScript on: %p', (javaScript) => {
  const view = { ...desktop, javaScript };

  test.each([
    { channel: 'email', factor: 'none' },
    { channel: 'sms', factor: 'none' },
    { channel: 'email', factor: 'app' },
    { channel: 'sms', factor: 'recovery code' },
  ] as const)(
    'a forgotten password: a code by $channel, second factor: $factor, and into the app',
    async ({ channel, factor }) => {
      const person = await addPerson(site);
      if (factor !== 'none') await site.people.addAuthenticator(person);
      const [recoveryCode = ''] =
        factor === 'recovery code' ? await site.people.giveRecoveryCodes(person) : [];
      const { context, page, complaints } = await openPage(browser, view);
      await needHelp(page, site, 'forgot-password');
      await send(page, 'code', await askForCode(page, site, person, channel));
      if (factor === 'recovery code') {
        await page.locator('#use-recovery-code').click();
        await page.locator('#use-app').waitFor();
        await send(page, 'second-factor', recoveryCode);
      } else if (factor === 'app') {
        await send(page, 'second-factor', await site.people.freshCode(person));
      }
      await chooseNew(page);
      await signInAgain(page, person);
      if (factor !== 'none') {
        await arriveAt(page, 'second-factor');
        await fillCode(page, await site.people.freshCode(person));
      }
      await isInClaims(page);
      // The other channel hears of it.
      if (channel === 'sms') {
        await mailWith(site, person.email, 'Your password for Northwind Health Plan was changed');
      } else {
        expect(await nextSms(site, person.phone, 0)).toContain('your password was changed');
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('the link in the mail, which a scanner has fetched, goes on in another browser', async () => {
    const person = await addPerson(site);
    const first = await openPage(browser, view);
    await needHelp(first.page, site, 'forgot-password');
    const code = await askForCode(first.page, site, person, 'email');
    const [mail] = site.mail.to(person.email);
    const link = site.issuer + linkIn(String(mail?.text));
    expect(mail?.text).toContain(link);
    for (const method of ['HEAD', 'GET', 'GET']) {
      const fetched = await fetch(link, { method });
      expect(fetched.ok).toBe(true);
    }
    const { context, page, complaints } = await openPage(browser, view);
    await page.goto(link);
    await chooseNew(page);
    await signInAgain(page, person);
    await isInClaims(page);
    // Where it began it is over, and leads on.
    await send(first.page, 'code', code);
    await arriveAt(first.page, 'link-dead');
    await first.page.locator('#way-on').click();
    await arriveAt(first.page, 'recover-password');
    await first.page.locator('#user-id').waitFor();
    expect([...complaints, ...first.complaints]).toEqual([]);
    await Promise.all([context.close(), first.context.close()]);
  });

  test.each([
    { device: 'new', said: 'use a device where you have signed in before' },
    { device: 'known', said: 'The attempts were made in this browser' },
  ])('somebody locked out on a $device device resets the password and is in', async ({ device, said }) => {
    const person = await addPerson(site);
    const { context, page, complaints } = await openPage(browser, view);
    await page.goto(`${site.claims}/login`);
    if (device === 'known') {
      await fillSignIn(page, { userId: person.userId });
      await page.locator('#sign-out').click();
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      await page.goto(`${site.claims}/login`);
    }
    for (const word of ['first', 'second']) {
      await fillSignIn(page, { userId: person.userId, password: `${word} guess of mine` });
      await page.getByRole('alert').waitFor();
    }
    await fillSignIn(page, { userId: person.userId, password: 'third guess of mine' });
    await arriveAt(page, 'locked');
    expect(await page.locator('main').textContent()).toContain(said);
    await page.locator('#forgot-password').click();
    await arriveAt(page, 'recover-password');
    await send(page, 'code', await askForCode(page, site, person, 'email'));
    await chooseNew(page);
    await signInAgain(page, person);
    await isInClaims(page);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
