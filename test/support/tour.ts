import type { Page } from 'playwright-core';
import { arriveAt, holdFormPost } from './browser.ts';
import { DEMO_PASSWORD } from './portal.ts';
import type { Site } from './site.ts';

/** Types a user ID and a password into the sign-in page and sends them. */
export async function fillSignIn(
  page: Page,
  { userId = 'dr.rivera', password = DEMO_PASSWORD }: { userId?: string; password?: string } = {},
): Promise<void> {
  await page.locator('#user-id').fill(userId);
  await page.locator('#password').fill(password);
  await page.locator('#submit').click();
}

/** The addresses of the site's parts; the tour needs no more of it. */
export type Places = Pick<Site, 'issuer' | 'claims' | 'eligibility'>;

/** Says that the page now stands in the state `name`. */
export type Visit = (name: string) => Promise<void>;

/**
 * Walks a fresh browser through every page and state that a person can meet, in the flow that leads there, and
 * stops at each. JavaScript on or off.
 */
export async function tour(page: Page, places: Places, look: Visit): Promise<void> {
  const visit: Visit = async (name) => {
    await page.waitForLoadState();
    await look(name);
  };
  await signingIn(page, places, visit);
  await signedIn(page, places, visit);
  await signingOut(page, places, visit);
  await deadEnds(page, places, visit);
}

async function signingIn(page: Page, { claims }: Places, visit: Visit): Promise<void> {
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

async function signedIn(page: Page, { issuer, claims }: Places, visit: Visit): Promise<void> {
  await page.goto(issuer);
  await visit('launcher');
  await page.goto(issuer + authorization('mobile', 'http://127.0.0.1/callback'));
  await visit('continue');
  await holdFormPost(page);
  await page.goto(`${issuer}${authorization('claims', `${claims}/callback`)}&response_mode=form_post`);
  await page.locator('#submit').waitFor();
  await visit('form-post');
}

async function signingOut(page: Page, { issuer, claims, eligibility }: Places, visit: Visit): Promise<void> {
  await page.goto(`${issuer}/oidc/logout?client_id=claims`);
  await visit('sign-out-app');
  await page.goto(`${issuer}/oidc/logout`);
  await visit('sign-out');
  await page.locator('#submit').click();
  await arriveAt(page, 'signed-out');
  await visit('signed-out');
  await page.goto(`${issuer}/signed-out?app=claims`);
  await visit('signed-out-app');
  await page.goto(`${eligibility}/login`);
  await fillSignIn(page);
  await page.locator('#sign-out').click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await visit('app-signed-out');
  await page.goto(`${claims}/callback?state=unknown`);
  await visit('app-trouble');
}

async function deadEnds(page: Page, { issuer, claims }: Places, visit: Visit): Promise<void> {
  await page.goto(`${issuer}/sign-in/AAAAAAAAAAAAAAAAAAAAA?app=claims`);
  await visit('session-expired');
  await page.goto(issuer + authorization('nobody', `${claims}/callback`));
  await visit('error-bad-request');
  await page.goto(`${issuer}/nowhere`);
  await visit('error-not-found');
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
