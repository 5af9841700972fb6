import { type WayIn, wayIn } from '../apps/way-in.ts';
import { safeHref } from '../html/href.ts';
import type { PageProps } from '../html/page.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { LinkCookie } from '../http/link-cookie.ts';
import type { Barred } from '../lockout/attempt-limiter.ts';
import type { Caller } from '../lockout/attempt-pages.ts';
import { nextStep, type Step } from './flow.ts';
import type { ReadReset, Resets } from './resets.ts';

/** Whose password it is, once that is proved. */
export interface Person {
  readonly sub: string;
  readonly userId: string;
  readonly name: string;
  readonly enrolled: boolean;
}

/** One request to a page of recovery. */
export interface Arrival extends Caller {
  /** The app that the person came from, as the address names it. */
  readonly app: string | undefined;
  /** That app's name, where the way back leads there. */
  readonly appName: string | undefined;
}

/** What was proved so far, and what there is to do next. */
export interface Visit extends Arrival {
  readonly read: ReadReset | undefined;
  readonly person: Person | undefined;
  /** Of whom no code is taken from this browser, if so. */
  readonly locked: { readonly subject: string; readonly barred: Barred } | undefined;
  readonly step: Step;
}

/** An app, and where it begins. */
interface OwnApp extends WayIn {
  readonly name: string;
}

interface Account {
  readonly sub: string;
  readonly userId: string;
  readonly name: string;
  readonly status: string;
  readonly sessionsNotBefore: Date | null;
}

export interface VisitDependencies {
  readonly resets: Pick<Resets, 'read'>;
  readonly cookie: LinkCookie;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
  readonly isEnrolled: (sub: string) => Promise<boolean>;
  readonly fold: (userId: string) => string;
  readonly barred: (ctx: Context, subject: string) => Promise<Barred | undefined>;
  readonly appOf: (clientId: string) => Promise<OwnApp | undefined>;
  readonly issuer: string;
  /** Whether somebody is signed in in this browser. */
  readonly isSignedIn: (ctx: Context) => Promise<boolean>;
  /** Where a person signs in as themselves, whoever else is signed in in this browser. */
  readonly signIn: string;
}

/** Characters of an app's name in an address that are looked at. */
const LONGEST_APP = 128;

export class Visits {
  readonly #deps: VisitDependencies;

  constructor(deps: VisitDependencies) {
    this.#deps = deps;
  }

  /**
   * Reads everything anew for each request, the lock and the account's status too. Before the address on file
   * is proved no account is looked up: there is nothing that could take longer for somebody.
   */
  async open(ctx: Context, path: string): Promise<Visit> {
    const { resets, cookie } = this.#deps;
    const token = cookie.token(ctx);
    const read = token === undefined ? undefined : await resets.read(token);
    const [person, locked] = await Promise.all([this.#person(read), this.#locked(ctx, read)]);
    const reset = read?.reset;
    const progress = reset && { proved: reset.proved !== undefined, factor: reset.factor !== undefined };
    const step = nextStep(progress, person);
    return { ...(await this.caller(ctx, path)), read, person, locked, step };
  }

  /** What every page of recovery is given. Its way back leads to the app that the person came from. */
  async caller(ctx: Context, path: string): Promise<Arrival> {
    const { csrf, page, signIn } = this.#deps;
    const token = csrf.token(ctx);
    const { app } = ctx.query;
    const named = typeof app === 'string' && app !== '' ? app.slice(0, LONGEST_APP) : undefined;
    const action = addressOf(path, named);
    const own = named === undefined ? undefined : await this.#wayBack(ctx, named);
    return {
      ctx,
      app: named,
      appName: own?.name,
      binding: String(csrf.browserId(ctx)),
      page: { ...page(ctx), action, csrf: token, signIn: own?.href ?? signIn },
    };
  }

  /** None where somebody is signed in: the app would let that person in, whoever has just proved to be another. */
  async #wayBack(ctx: Context, clientId: string): Promise<{ name: string; href: string } | undefined> {
    const app = await this.#deps.appOf(clientId);
    const href = safeHref(app && wayIn(app, this.#deps.issuer));
    if (!app || !href || (await this.#deps.isSignedIn(ctx))) return undefined;
    return { name: app.name, href };
  }

  /** Still active, and nothing revoked since the reset began: another reset, or a disabling, ends it. */
  async #person(read: ReadReset | undefined): Promise<Person | undefined> {
    const { accounts, isEnrolled } = this.#deps;
    const proved = read?.reset.proved;
    const account = proved && (await accounts.find(proved.account));
    if (!account || !stands(account, read.reset.begunAt)) return undefined;
    const { sub, userId, name } = account;
    return { sub, userId, name, enrolled: await isEnrolled(sub) };
  }

  async #locked(ctx: Context, read: ReadReset | undefined): Promise<Visit['locked']> {
    // Whoever has the mailbox guesses at no code: what strangers spend of those is not theirs. [rule 37]
    if (!read || read.reset.proved?.by === 'link') return undefined;
    const subject = this.#deps.fold(read.reset.userId);
    const barred = await this.#deps.barred(ctx, subject);
    // The code was right: failures in a row end nothing that it began, a lock does. [rule 15]
    if (!barred || (barred.verdict === 'shut' && read.reset.proved)) return undefined;
    return { subject, barred };
  }
}

/** Whether an account may be reset by what began then (epoch ms). */
export function stands(account: Pick<Account, 'status' | 'sessionsNotBefore'>, begunAt: number): boolean {
  return account.status === 'active' && (account.sessionsNotBefore?.getTime() ?? 0) <= begunAt;
}

/** An address of ours that carries the app on. */
export function addressOf(path: string, app: string | undefined): string {
  return app === undefined ? path : `${path}?${new URLSearchParams({ app })}`;
}
