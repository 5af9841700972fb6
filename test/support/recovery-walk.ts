import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { until } from '../postgres/until.ts';
import {
  addReached,
  codeIn,
  findTransports,
  NEW_PASSWORD,
  type Reachable,
  type Reached,
} from '../recovery/recovering.ts';
import { arriveAt } from './browser.ts';
import { People } from './enrolled.ts';
import type { ReceivedMail } from './mail-server.ts';
import { DEMO_PASSWORD } from './portal.ts';
import { type Site, startSite } from './site.ts';
import { fillSignIn } from './tour.ts';

/** A site whose mail and SMS go to servers of the test, and the people on it. */
export interface ReachableSite extends Site, Omit<Reachable, 'stop' | 'portal'> {
  readonly people: People;
}

/** Somebody with an address, a number and the demo's password. */
export type Person = Reached & { readonly password: string };

/** @param settings by their paths, beside those of the transports */
export async function startReachableSite(
  settings: Readonly<Record<string, string>> = {},
): Promise<ReachableSite> {
  const { mail, sms, settings: transports } = await findTransports();
  const site = await startSite({
    settings: { 'notices.transport': 'live', ...transports, ...settings },
  });
  const people = await People.of(site.portal);
  return {
    ...site,
    mail,
    sms,
    people,
    async stop() {
      await people.close();
      await site.stop();
    },
  };
}

export async function addPerson(site: ReachableSite): Promise<Person> {
  return { ...(await addReached(site)), password: DEMO_PASSWORD };
}

/** The first click: into the app, on to sign-in, and there to the link that helps. */
export async function needHelp(
  page: Page,
  { claims }: Site,
  link: 'forgot-password' | 'forgot-user-id',
): Promise<void> {
  await page.goto(claims);
  await page.locator('#sign-in').click();
  await arriveAt(page, 'sign-in');
  await page.locator(`#${link}`).click();
  await arriveAt(page, link === 'forgot-password' ? 'recover-password' : 'recover-user-id');
}

/** Says whose password is forgotten and has a code sent; the code that arrives. */
export async function askForCode(
  page: Page,
  site: ReachableSite,
  { userId, email, phone }: Person,
  channel: 'email' | 'sms',
): Promise<string> {
  const before = site.sms.to(phone).length;
  await page.locator('#user-id').fill(userId);
  await page.locator(`#channel-${channel}`).check();
  await page.locator('#submit').click();
  await page.locator('#code').waitFor();
  if (channel === 'sms') return codeIn(await nextSms(site, phone, before));
  return codeIn((await mailWith(site, email, 'Your code for Northwind Health Plan')).text);
}

/** The mail with that subject to somebody who gets one of them; others may come before it. */
export async function mailWith({ mail }: ReachableSite, to: string, subject: string): Promise<ReceivedMail> {
  const found = () => mail.to(to).find((each) => each.subject === subject);
  await until(() => found() !== undefined);
  return found() as ReceivedMail;
}

/** The text message that comes to a number after those that were there. */
export async function nextSms({ sms }: Reachable | ReachableSite, to: string, before: number) {
  await until(() => sms.to(to).length > before);
  return String(sms.to(to)[before]?.body);
}

/** Types the code, or what stands for it, and goes on. */
export async function send(page: Page, field: 'code' | 'second-factor', code: string): Promise<void> {
  await page.locator(`#${field}`).fill(code);
  await page.locator('#submit').click();
}

/** Chooses the new password; the page that says that it is changed stands there then. */
export async function chooseNew(page: Page): Promise<void> {
  await page.locator('#password').fill(NEW_PASSWORD);
  await page.locator('#submit').click();
  await arriveAt(page, 'recover-password-done');
}

/** From the last page of a reset to the app's own, by the new password. */
export async function signInAgain(page: Page, { userId }: Person): Promise<void> {
  await page.locator('#sign-in').click();
  await arriveAt(page, 'sign-in');
  await fillSignIn(page, { userId, password: NEW_PASSWORD });
}

/** An operator makes an account; the link that activates it. @param more of the command's options */
export async function invite({ portal, issuer }: Site, ...more: string[]): Promise<string> {
  const command = join(import.meta.dirname, '../../dist/cli.js');
  const words = ['accounts', 'create', '--given-name', 'Nia', '--family-name', 'Osei', ...more, '--json'];
  // Operators' commands refuse an issuer without https; the link's path is the same.
  const env = { ...portal.environment, ISSUER: 'https://signin.example.test' } as NodeJS.ProcessEnv;
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...words], { env });
  const { activation_link } = JSON.parse(stdout) as { activation_link: string };
  return issuer + new URL(activation_link).pathname;
}

/** The app greets the person. */
export async function isInClaims(page: Page): Promise<void> {
  await page.getByText('Signed in to Claims as Mei Chen').waitFor();
}
