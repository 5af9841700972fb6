import type { Browser, Page } from 'playwright-core';
import { Household, PASSWORD, type Person } from '../account/household.ts';
import { arriveAt, desktop, openPage, type Profile, type View } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { fillSignIn } from '../support/tour.ts';

/** People with accounts, and real browsers of theirs, on a portal with a mail server and Twilio's stand-in. */
export class AccountWalk {
  readonly household: Household;
  readonly #browser: Browser;

  private constructor(household: Household, browser: Browser) {
    this.household = household;
    this.#browser = browser;
  }

  static async open(settings: Record<string, string> = {}): Promise<AccountWalk> {
    return new AccountWalk(await Household.open(settings, 'loopback'), await sharedChromium());
  }

  async close(): Promise<void> {
    await closeContexts(this.#browser);
    await this.household.close();
  }

  get issuer(): string {
    return this.household.portal.issuer;
  }

  /** A browser in which nobody is signed in. */
  fresh(view: View = desktop): Promise<Profile> {
    return openPage(this.#browser, view);
  }

  /** A new browser of somebody's, signed in at the launcher. */
  async signedIn(person: Person, view: View = desktop): Promise<Profile> {
    const profile = await this.fresh(view);
    await profile.page.goto(this.issuer);
    await fillSignIn(profile.page, { userId: person.userId, password: PASSWORD });
    await arriveAt(profile.page, 'launcher');
    return profile;
  }

  /** As `signedIn`, gone on to one of the account's pages by its name in the menu. */
  async at(person: Person, name: string, view: View = desktop): Promise<Profile> {
    const profile = await this.signedIn(person, view);
    await profile.page.locator('#account').click();
    await arriveAt(profile.page, 'account');
    if (name !== 'Profile') await choose(profile.page, name);
    return profile;
  }

  /** Whether the person is in at the launcher, as a browser of theirs finds it now. */
  async isIn({ page }: Profile): Promise<boolean> {
    await page.goto(this.issuer);
    return (await page.locator('body').getAttribute('data-page')) === 'launcher';
  }
}

/** Goes on to another page of the account by its name in the menu. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Your account' }).getByRole('link', { name }).click();
}

/** The digits of a message. */
export function codeIn(text: string): string {
  return String(/\b\d{6}\b/.exec(text)?.[0]);
}

/** What the page says was done. */
export async function done(page: Page): Promise<string> {
  return (await page.locator('.success').textContent()) ?? '';
}
