import type { Page } from 'playwright-core';
import { expire, linkIn, NEW_PASSWORD } from '../recovery/recovering.ts';
import { arriveAt } from './browser.ts';
import {
  addPerson,
  askForCode,
  chooseNew,
  invite,
  mailWith,
  needHelp,
  type ReachableSite,
  send,
  startReachableSite,
} from './recovery-walk.ts';
import { demandSecondFactor } from './site.ts';
import type { Leg, Visit } from './tour.ts';

/** As startTourSite, with servers for mail and SMS. */
export async function startReachableTourSite(): Promise<ReachableSite> {
  const site = await startReachableSite({ 'lockout.security_check_work': '1000' });
  await demandSecondFactor(site);
  return site;
}

/** As `legs`, through the pages of getting back in. */
export const recoveryLegs: Readonly<Record<string, Leg<ReachableSite>>> = {
  forgottenPassword,
  lockedCodes,
  forgottenUserId,
  activation,
};

async function forgottenPassword(page: Page, site: ReachableSite, visit: Visit): Promise<void> {
  const person = await addPerson(site);
  await site.people.addAuthenticator(person);
  await needHelp(page, site, 'forgot-password');
  await visit('recover');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await visit('recover-missing');
  const code = await askForCode(page, site, person, 'email');
  await visit('recover-code');
  await refused(page, 'code', '123');
  await visit('recover-code-too-short');
  await refused(page, 'code', code === '000000' ? '000001' : '000000');
  await visit('recover-code-wrong');
  await send(page, 'code', code);
  await secondFactor(page, visit);
  await send(page, 'second-factor', await site.people.freshCode(person));
  await page.locator('#password').waitFor();
  await visit('recover-new');
  await refused(page, 'password', 'Password-1234');
  await visit('recover-new-refused');
  await chooseNew(page);
  await visit('recover-done');
  const { text } = await mailWith(site, person.email, 'Your code for Northwind Health Plan');
  await page.goto(site.issuer + linkIn(text));
  await arriveAt(page, 'link-dead');
  await visit('recover-dead');
}

async function secondFactor(page: Page, visit: Visit): Promise<void> {
  await page.locator('#use-recovery-code').click();
  await page.locator('#use-app').waitFor();
  await visit('recover-recovery-code');
  await page.locator('#use-app').click();
  await page.locator('#use-recovery-code').waitFor();
  await visit('recover-factor');
  await refused(page, 'second-factor', '12');
  await visit('recover-factor-too-short');
}

/** Of text messages: the code expires, another is sent, and then strangers have tried too many. */
async function lockedCodes(page: Page, site: ReachableSite, visit: Visit): Promise<void> {
  const person = await addPerson(site);
  await needHelp(page, site, 'forgot-password');
  const code = await askForCode(page, site, person, 'sms');
  await visit('recover-code-sms');
  await expire(site.portal, 'reset-code');
  await refused(page, 'code', code);
  await visit('recover-code-expired');
  await expire(site.portal, 'reset-wait');
  await page.reload();
  await page.locator('#resend').click();
  await page.getByText('another code is on its way').waitFor();
  await visit('recover-code-resent');
  await site.people.lock(person, 'sent-code');
  await page.locator('#submit').click();
  await arriveAt(page, 'locked');
  await visit('locked-code');
}

async function forgottenUserId(page: Page, site: ReachableSite, visit: Visit): Promise<void> {
  await needHelp(page, site, 'forgot-user-id');
  await visit('recover-user-id');
  await refused(page, 'contact', 'ana');
  await visit('recover-user-id-wrong');
  await page.locator('#contact').fill('nobody@lakeside.example');
  await page.locator('#submit').click();
  await page.locator('#again').waitFor();
  await visit('recover-user-id-sent');
}

async function activation(page: Page, site: ReachableSite, visit: Visit): Promise<void> {
  const [link, { userId }] = [await invite(site), await addPerson(site)];
  await page.goto(link);
  await arriveAt(page, 'activate');
  await visit('activate');
  await page.locator('#password').fill(NEW_PASSWORD);
  await refused(page, 'user-id', userId);
  await visit('activate-taken');
  await page.locator('#password').fill(NEW_PASSWORD);
  await page.locator('#user-id').fill(`new.${userId}`);
  await page.locator('#submit').click();
  await arriveAt(page, 'activated');
  await visit('activated');
  await page.goto(link);
  await arriveAt(page, 'link-dead');
  await visit('link-dead');
}

/** Types what is not taken; the page says why. */
async function refused(page: Page, field: string, typed: string): Promise<void> {
  await page.locator(`#${field}`).fill(typed);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('#submit').click();
  await answered;
  await page.getByRole('alert').waitFor();
}
