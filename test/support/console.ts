import { randomInt } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { Practices } from '../../src/accounts/practices.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { Team } from '../admin/team.ts';
import { until } from '../postgres/until.ts';
import { axe, desktop, layoutFaults, openPage, type Profile, type View } from './browser.ts';
import type { Somebody } from './enrolled.ts';
import type { Portal } from './portal.ts';
import { closeContexts, sharedChromium } from './shared.ts';
import { fillCode, fillSignIn } from './tour.ts';
import { Visitor } from './visitor.ts';

/** A real browser at the console of a real portal, and people at both ends. */
export class Console {
  readonly team: Team;
  readonly browser: Browser;

  private constructor(team: Team, browser: Browser) {
    this.team = team;
    this.browser = browser;
  }

  static async open(): Promise<Console> {
    const settings = { 'notices.transport': 'outbox', 'operator.support.text': 'Call us' };
    const [team, browser] = await Promise.all([
      Team.open({ issuer: 'loopback', settings }),
      sharedChromium(),
    ]);
    return new Console(team, browser);
  }

  async close(): Promise<void> {
    await closeContexts(this.browser);
    await this.team.close();
  }

  get portal(): Portal {
    return this.team.portal;
  }

  /** Somebody’s browser, which opens a page of the console and is signed in by password and code. */
  async enter(somebody: Somebody, path = '/admin', view: View = desktop): Promise<Profile> {
    const profile = await openPage(this.browser, view);
    await profile.page.goto(`${this.portal.issuer}${path}`);
    await this.signIn(profile.page, somebody);
    return profile;
  }

  /** Fills in the sign-in that the page asks for. */
  async signIn(page: Page, somebody: Somebody): Promise<void> {
    await fillSignIn(page, somebody);
    await page.locator('body[data-page="second-factor"]').waitFor();
    await fillCode(page, await this.team.people.freshCode(somebody));
    await page.locator('body[data-page^="admin-"]').waitFor();
  }

  async go(page: Page, path: string): Promise<void> {
    await page.goto(`${this.portal.issuer}${path}`);
  }

  /** Somebody without a role, signed in to Claims in a browser of their own. */
  async caught(): Promise<Caught> {
    const somebody = await this.team.people.plain();
    const visitor = new Visitor(this.portal);
    await visitor.signIn('claims', { userId: somebody.userId, password: somebody.password });
    const [uid = ''] = await this.team.people.openSessions(somebody);
    return { ...somebody, uid, visitor };
  }

  /** Gives somebody a mailbox, and another family name where one is given; the address. */
  async reachable({ sub, userId }: Somebody, familyName?: string): Promise<string> {
    const email = `${userId}@clinic.example`;
    const name = familyName === undefined ? {} : { family_name: familyName };
    const mine = this.portal.db.updateTable('accounts').where('sub', '=', sub);
    await mine.set({ email, email_verified: true, ...name }).execute();
    return email;
  }

  /** A practice with one member; its id. */
  async practice(name: string, account: string): Promise<string> {
    const { db } = this.portal;
    const practices = new Practices(db);
    const trail = new AuditTrail();
    const record: Parameters<Practices['create']>[2] = (tx, change) => trail.append(tx, change, {});
    const taxId = String(100_000_000 + randomInt(800_000_000));
    return db.transaction().execute(async (tx) => {
      const id = await practices.create(tx, { name, taxId, npis: [] }, record);
      await practices.addMember(tx, { account, practice: id, role: 'staff', grantedBy: 'test' }, record);
      return id;
    });
  }

  /** As if whoever uses this browser had signed in so long ago, s. */
  async age({ context }: Profile, seconds: number): Promise<void> {
    const cookies = await context.cookies();
    const cookie = (part: string) =>
      cookies.find(({ name }) => name.includes(part) && !name.endsWith('.sig'))?.value;
    await this.team.people.age({ cookie }, seconds);
  }

  /** What stands in the mail to an address, once it has come. */
  async mailTo(address: string, part: RegExp): Promise<string> {
    let found: string | undefined;
    await until(async () => {
      const answer = await fetch(`${this.portal.issuer}/dev/outbox`, {
        headers: { accept: 'application/json' },
      });
      const kept = (await answer.json()) as { to: string; text: string }[];
      found = kept.flatMap(({ to, text }) => (to === address ? (part.exec(text) ?? []) : []))[0];
      return found !== undefined;
    });
    return String(found);
  }
}

/** Somebody who is signed in, and what the security team sees of it. */
export interface Caught extends Somebody {
  readonly uid: string;
  readonly visitor: Visitor;
}

/** What is wrong with a page as it stands, for whoever sees it and whoever does not. */
export async function faults(page: Page): Promise<string[]> {
  return [...(await layoutFaults(page)), ...(await axe(page))];
}

/** Opens all that is folded away on a page. */
export async function unfold(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const each of all) each.setAttribute('open', '');
  });
}

/** The `data-row` of each row that the page's first table shows. */
export async function rowsOf(page: Page): Promise<string[]> {
  return page
    .locator('main table')
    .first()
    .locator('tr[data-row]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row') ?? ''));
}
