import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { addPerson } from '../sign-in/people.ts';
import { AuthenticatorApp } from './authenticator-app.ts';
import { arriveAt, holdFormPost } from './browser.ts';
import { DEMO_PASSWORD } from './portal.ts';
import { demandSecondFactor, type Site, startSite } from './site.ts';

/** Types a user ID and a password into the sign-in page and sends them. */
export async function fillSignIn(
  page: Page,
  { userId = 'dr.rivera', password = DEMO_PASSWORD }: { userId?: string; password?: string } = {},
): Promise<void> {
  await page.locator('#user-id').fill(userId);
  await page.locator('#password').fill(password);
  await page.locator('#submit').click();
}

/** Sends the code of the authenticator app, or a recovery code. */
export async function fillCode(page: Page, code: string): Promise<void> {
  await page.locator('#code').fill(code);
  await page.locator('#submit').click();
}

/** Says that new recovery codes are put away, and gives them. */
export async function keepRecoveryCodes(page: Page): Promise<string[]> {
  await arriveAt(page, 'recovery-codes');
  const codes = await page.locator('.recovery-code').allTextContents();
  await page.locator('#saved').check();
  await page.locator('#submit').click();
  return codes;
}

/** A site to tour: Eligibility demands a second factor, and the security check is soon done. */
export async function startTourSite(): Promise<Site> {
  const site = await startSite({ settings: { 'lockout.security_check_work': '1000' } });
  await demandSecondFactor(site);
  return site;
}

/** Says that the page now stands in the state `name`. */
export type Visit = (name: string) => Promise<void>;

/** A part of a tour, which needs no other before it; the browser runs JavaScript, which the security check needs. */
export type Leg<S = Site> = (page: Page, site: S, visit: Visit) => Promise<void>;

/** Through every page and state that a person can meet, in the flow that leads there, with a stop at each. */
export const legs: Readonly<Record<string, Leg>> = { everyDay, deadEnds, secondFactor, guessing };

/** Walks one leg in a browser in which nobody is signed in. */
export async function walk<S>(leg: Leg<S>, page: Page, site: S, look: Visit): Promise<void> {
  await page.context().clearCookies();
  await leg(page, site, async (name) => {
    await page.waitForLoadState();
    await look(name);
  });
}

async function everyDay(page: Page, site: Site, visit: Visit): Promise<void> {
  await signingIn(page, site, visit);
  await signedIn(page, site, visit);
  await signingOut(page, site, visit);
}

async function signingIn(page: Page, { claims }: Site, visit: Visit): Promise<void> {
  await page.goto(claims);
  await visit('app-welcome');
  await page.locator('#sign-in').click();
  await arriveAt(page, 'sign-in');
  await visit('sign-in');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await visit('sign-in-missing');
  await fillSignIn(page, { password: 'not-the-password' });
  await page.getByText('is incorrect').waitFor();
  await visit('sign-in-incorrect');
  await fillSignIn(page);
  await page.locator('#name').waitFor();
  await visit('app-home');
}

async function signedIn(page: Page, { issuer, claims }: Site, visit: Visit): Promise<void> {
  await page.goto(issuer);
  await visit('launcher');
  await page.goto(issuer + authorization('mobile', 'http://127.0.0.1/callback'));
  await visit('continue');
  await holdFormPost(page);
  await page.goto(`${issuer}${authorization('claims', `${claims}/callback`)}&response_mode=form_post`);
  await page.locator('#submit').waitFor();
  await visit('form-post');
}

async function signingOut(page: Page, { issuer, claims }: Site, visit: Visit): Promise<void> {
  await page.goto(`${issuer}/oidc/logout?client_id=claims`);
  await visit('sign-out-app');
  await page.goto(`${issuer}/oidc/logout`);
  await visit('sign-out');
  await page.locator('#submit').click();
  await arriveAt(page, 'signed-out');
  await visit('signed-out');
  await page.goto(`${issuer}/signed-out?app=claims`);
  await visit('signed-out-app');
  await page.goto(`${claims}/login`);
  await fillSignIn(page);
  await page.locator('#sign-out').click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await visit('app-signed-out');
  await page.goto(`${claims}/callback?state=unknown`);
  await visit('app-trouble');
}

async function deadEnds(page: Page, { issuer, claims }: Site, visit: Visit): Promise<void> {
  await page.goto(`${issuer}/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=claims`);
  await visit('session-expired');
  await page.goto(issuer + authorization('nobody', `${claims}/callback`));
  await visit('error-bad-request');
  await page.goto(`${issuer}/nowhere`);
  await visit('error-not-found');
}

/** A newcomer whose password is known to thieves comes in, sets up a second step, and looks after it. */
async function secondFactor(page: Page, site: Site, visit: Visit): Promise<void> {
  const { issuer, claims, eligibility } = site;
  const person = { userId: newUserId(), password: 'password1234' };
  await addPerson(site.portal, person.userId, person.password);
  await page.goto(`${claims}/login`);
  await fillSignIn(page, person);
  await arriveAt(page, 'new-password');
  await visit('new-password');
  await page.locator('#password').fill('Password-1234');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await visit('new-password-refused');
  await page.locator('#password').fill(DEMO_PASSWORD);
  await page.locator('#submit').click();
  await page.locator('#name').waitFor();
  const [recoveryCode = ''] = await settingUp(page, site, visit);
  await lookingAfter(page, issuer, visit);
  await ownAccount(page, issuer, visit);
  await page.goto(eligibility);
  await page.locator('#sign-out').click();
  await page.goto(`${claims}/login`);
  await fillSignIn(page, { userId: person.userId });
  await codes(page, recoveryCode, visit);
  await page.goto(`${issuer}/account/second-factor`);
  await visit('account-second-factor-device');
}

async function settingUp(page: Page, { eligibility }: Site, visit: Visit): Promise<string[]> {
  await page.goto(`${eligibility}/login`);
  await arriveAt(page, 'enrol-second-factor');
  await visit('enrol-second-factor');
  const phone = await AuthenticatorApp.scan(page);
  await fillCode(page, '123');
  await page.getByRole('alert').waitFor();
  await visit('enrol-second-factor-too-short');
  await fillCode(page, await phone.code());
  await arriveAt(page, 'recovery-codes');
  await visit('recovery-codes');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await visit('recovery-codes-unsaved');
  const codes = await keepRecoveryCodes(page);
  await page.locator('#name').waitFor();
  return codes;
}

async function lookingAfter(page: Page, issuer: string, visit: Visit): Promise<void> {
  const address = `${issuer}/account/second-factor`;
  await page.goto(address);
  await visit('account-second-factor');
  await page.getByRole('link', { name: 'Rename' }).click();
  await page.locator('#name').fill('');
  await page.locator('#submit').click();
  await page.getByRole('alert').waitFor();
  await visit('account-second-factor-rename');
  await page.goto(address);
  await page.getByRole('link', { name: 'Remove' }).click();
  await page.locator('.asked').waitFor();
  await visit('account-second-factor-remove');
  await page.goto(address);
  await page.locator('#regenerate').click();
  await page.locator('#recovery-codes form').waitFor();
  await visit('account-second-factor-regenerate');
}

/** The other pages of the account, with what they ask before something is done, and a mistake of each kind. */
async function ownAccount(page: Page, issuer: string, visit: Visit): Promise<void> {
  for (const [name, path] of [
    ['account', ''],
    ['account-apps', '/apps'],
    ['account-activity', '/activity'],
    ['account-not-me', '/not-me'],
    ['account-sessions', '/sessions'],
  ] as const) {
    await page.goto(`${issuer}/account${path}`);
    await arriveAt(page, name);
    await visit(name);
  }
  await page.getByRole('link', { name: 'End session' }).first().click();
  await page.locator('.asked').waitFor();
  await visit('account-sessions-end');
  for (const name of ['account-password', 'account-contact']) {
    await page.goto(`${issuer}/account/${name.slice(8)}`);
    await arriveAt(page, name);
    await visit(name);
    await page.locator('#submit').click();
    await page.getByRole('alert').waitFor();
    await visit(`${name}-missing`);
  }
  await page.locator('#contact').fill(`${newUserId()}@clinic.example`);
  await page.locator('#submit').click();
  await page.locator('#code').waitFor();
  await visit('account-contact-code');
}

async function codes(page: Page, recoveryCode: string, visit: Visit): Promise<void> {
  await arriveAt(page, 'second-factor');
  await visit('second-factor');
  await fillCode(page, '000000');
  await page.getByRole('alert').waitFor();
  await visit('second-factor-wrong');
  await page.locator('#use-recovery-code').click();
  await page.locator('#use-app').waitFor();
  await visit('recovery-code');
  await fillCode(page, 'AAAA-AAAA-AAAA-AAAA');
  await page.getByRole('alert').waitFor();
  await visit('recovery-code-wrong');
  await page.locator('#remember-device').check();
  await fillCode(page, recoveryCode);
  await page.locator('#name').waitFor();
}

/** A user ID that nobody has is guessed at until nothing goes. */
async function guessing(page: Page, { claims }: Site, visit: Visit): Promise<void> {
  const guess = { userId: newUserId(), password: 'not-the-password' };
  await page.goto(`${claims}/login`);
  for (let tries = 1; tries < 3; tries += 1) {
    await fillSignIn(page, guess);
    await page.getByRole('alert').waitFor();
  }
  await fillSignIn(page, guess);
  await passSecurityCheck(page, () => visit('security-check'));
  await fillSignIn(page, guess);
  await passSecurityCheck(page);
  await fillSignIn(page, guess);
  await arriveAt(page, 'locked');
  await visit('locked');
}

/** Waits until the browser has done the work, and goes on. */
async function passSecurityCheck(page: Page, done = async () => {}): Promise<void> {
  await arriveAt(page, 'security-check');
  await page.getByText('The check is complete').waitFor();
  await done();
  await page.locator('#submit').click();
  await arriveAt(page, 'sign-in');
}

function newUserId(): string {
  return `person.${randomBytes(6).toString('hex')}`;
}

/** An app's request, as far as the portal sees it before the app redeems the code. */
export function authorization(clientId: string, redirectUri: string): string {
  return `/oidc/authorize?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'tour',
  })}`;
}
