import type { Accounts } from '../accounts/accounts.ts';
import type { AppRegistry } from '../apps/registry.ts';
import { wayIn } from '../apps/way-in.ts';
import type { Authenticators } from '../factors/authenticators.ts';
import { safeHref } from '../html/href.ts';
import type { PageProps } from '../html/page.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { LinkCookie } from '../http/link-cookie.ts';
import type { Barred } from '../lockout/attempt-limiter.ts';
import type { AttemptPages, Caller } from '../lockout/attempt-pages.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import { mayBeReset } from '../use-cases/reset-password.ts';
import { type Next, nextStep, type Person } from './flow.ts';
import type { ReadReset, Resets } from './resets.ts';

/** One request to a page of recovery that needs to know nobody. */
export interface AnonymousRequest extends Caller {
  /** The app that the person came from, as the address names it. */
  readonly app: string | undefined;
  /** That app's name, where the way back leads there. */
  readonly appName: string | undefined;
}

interface Facts extends AnonymousRequest {
  /** Of whom no code is taken from this browser, if so. */
  readonly locked: { readonly subject: string; readonly barred: Barred } | undefined;
}

/** One request to the pages of a reset: what was proved so far, and what there is to do next. */
export type RecoveryRequest = Facts & Next;
/** One whose step knows the person. */
export type IdentifiedRequest = Extract<RecoveryRequest, { readonly person: Person }>;
export type CodeRequest = Extract<RecoveryRequest, { readonly step: 'code' | 'dead' }>;

export interface RecoveryRequestsDependencies {
  readonly resets: Pick<Resets, 'read'>;
  readonly cookie: LinkCookie;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly authenticators: Pick<Authenticators, 'isEnrolled'>;
  readonly fold: (userId: string) => string;
  readonly attemptPages: Pick<AttemptPages, 'barred'>;
  readonly apps: Pick<AppRegistry, 'find'>;
  readonly session: Pick<SessionCookie, 'session'>;
  readonly issuer: string;
  /** Where a person signs in as themselves, even if someone else is signed in in this browser. */
  readonly signIn: string;
}

/** Characters of an app's name in an address that are looked at. */
const LONGEST_APP = 128;

export class RecoveryRequests {
  readonly #deps: RecoveryRequestsDependencies;

  constructor(deps: RecoveryRequestsDependencies) {
    this.#deps = deps;
  }

  /**
   * Reads everything anew for each request, the lock and the account's status too. [rule 15] Before the address on
   * file is proved no account is looked up: nothing may take longer for a user ID that exists. [rule 7]
   */
  async open(ctx: Context, path: string): Promise<RecoveryRequest> {
    const { resets, cookie } = this.#deps;
    const token = cookie.token(ctx);
    const read = token === undefined ? undefined : await resets.read(token);
    const [person, locked] = await Promise.all([this.#person(read), this.#locked(ctx, read)]);
    return { ...(await this.anonymous(ctx, path)), locked, ...nextStep(read, person) };
  }

  /** What every page of recovery is given. Its way back leads to the app that the person came from. */
  async anonymous(ctx: Context, path: string): Promise<AnonymousRequest> {
    const { csrf, page, signIn } = this.#deps;
    const token = csrf.token(ctx);
    const { app } = ctx.query;
    const named = typeof app === 'string' && app !== '' ? app.slice(0, LONGEST_APP) : undefined;
    const own = named === undefined ? undefined : await this.#wayBack(ctx, named);
    return {
      ctx,
      app: named,
      appName: own?.name,
      binding: String(csrf.browserId(ctx)),
      page: { ...page(ctx), action: addressOf(path, named), csrf: token, signIn: own?.href ?? signIn },
    };
  }

  /** None where somebody is signed in: the app would let that person in, who may not be the one at the keyboard. */
  async #wayBack(ctx: Context, clientId: string): Promise<{ name: string; href: string } | undefined> {
    const { apps, session, issuer } = this.#deps;
    const app = await apps.find(clientId);
    const href = safeHref(app && wayIn(app, issuer));
    if (!app || !href || (await session.session(ctx))) return undefined;
    return { name: app.name, href };
  }

  /** Still active, and nothing revoked since the reset began: another reset, or a disabling, ends it. */
  async #person(read: ReadReset | undefined): Promise<Person | undefined> {
    const { accounts, authenticators } = this.#deps;
    const proved = read?.reset.proved;
    const account = proved && (await accounts.find(proved.account));
    if (!account || !mayBeReset(account, read.reset.begunAt)) return undefined;
    const { sub, userId, name } = account;
    return { sub, userId, name, enrolled: await authenticators.isEnrolled(sub) };
  }

  async #locked(ctx: Context, read: ReadReset | undefined): Promise<Facts['locked']> {
    // The holder of the mailbox guesses at no code: what strangers spend of those is not theirs. [rule 37]
    if (!read || read.reset.proved?.by === 'link') return undefined;
    const subject = this.#deps.fold(read.reset.userId);
    const barred = await this.#deps.attemptPages.barred(ctx, { subject, secret: 'sent-code' });
    // The code was right: failures in a row end nothing that it began, a lock does. [rule 15]
    if (!barred || (barred.verdict === 'shut' && read.reset.proved)) return undefined;
    return { subject, barred };
  }
}

/** An address of ours that carries the app on. */
export function addressOf(path: string, app: string | undefined): string {
  return app === undefined ? path : `${path}?${new URLSearchParams({ app })}`;
}
