/**
 * Self-service: what people see and change of their own account. This folder owns the pages under /account;
 * each act belongs to its capability. The pages have no registration of their own: somebody who is not signed
 * in, or not lately enough, is sent through the same authorize endpoint as by any app, and comes back.
 */

import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { clock } from '../clock.ts';
import type { Authenticators } from '../factors/authenticators.ts';
import type { SessionEnding } from '../html/session-end.tsx';
import type { Context } from '../http/context.ts';
import { redirect } from '../http/redirect.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Sessions } from '../sessions/sessions.ts';

export const ACCOUNT_PAGES = 'vestibule-account';

/** Tells what a session has left, and takes “Stay signed in”. */
export const SESSION_END = '/account/session';

const PAGES = [
  '/account',
  '/account/password',
  '/account/second-factor',
  '/account/contact',
  '/account/sessions',
  '/account/apps',
  '/account/activity',
  '/account/not-me',
  '/account/practice',
] as const;
export type AccountPath = (typeof PAGES)[number];

/** The account pages as oidc-provider sees them: a client that gets a session and nothing else. */
export function accountMetadata(issuer: string) {
  return {
    client_id: ACCOUNT_PAGES,
    redirect_uris: PAGES.map((path) => `${issuer}${path}`),
    response_types: ['none'],
    grant_types: [],
    token_endpoint_auth_method: 'none',
    scope: 'openid',
    first_party: true,
    way_in: `${issuer}/account`,
  };
}

/** The owner of a page, and the session that it is shown on. */
export interface Owner {
  readonly sub: string;
  readonly userId: string;
  readonly name: string;
  /** IANA time zone. */
  readonly zone: string | null;
  readonly account: Account;
  readonly session: StoredSession;
  /** s that the session has if nothing happens. */
  readonly left: number;
}

export interface AccessDependencies {
  readonly issuer: string;
  readonly cookie: SessionCookie;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly authenticators: Pick<Authenticators, 'isEnrolled'>;
  readonly sessions: Pick<Sessions, 'left'>;
  /** The acr of a sign-in with a second factor. */
  readonly withFactor: string;
  /** Seconds for which a sign-in is fresh enough for sensitive acts. */
  readonly fresh: number;
  /** Notes that the session is in use. */
  readonly active: (ctx: Context, uid: string) => Promise<void>;
}

/** How much longer a page that was opened on a fresh sign-in may be filled in. */
const GRACE = 3;

export class Access {
  readonly #deps: AccessDependencies;

  constructor(deps: AccessDependencies) {
    this.#deps = deps;
  }

  /**
   * The owner of the page, signed in recently, with the second factor where there is one: a person who finds an
   * unlocked screen must not be able to take the account over. Undefined when the browser was sent to sign in.
   * @param factor whether the second factor counts; not for a person who has just set it up with its only code
   */
  async owner(ctx: Context, path: AccountPath, { factor = true } = {}): Promise<Owner | undefined> {
    const owner = await this.#signedIn(ctx);
    const enrolled = owner !== undefined && (await this.#deps.authenticators.isEnrolled(owner.sub));
    if (!owner || !this.#isFresh(ctx, owner.session, enrolled && factor)) {
      const { fresh, withFactor } = this.#deps;
      const request = { max_age: String(fresh) };
      redirect(ctx, this.signIn(path, enrolled ? { ...request, acr_values: withFactor } : request));
      return undefined;
    }
    return owner;
  }

  /** Like `owner`, however long ago they signed in: to look, and to end what an attacker may have opened. */
  async reader(ctx: Context, path: AccountPath): Promise<Owner | undefined> {
    const owner = await this.#signedIn(ctx);
    if (!owner) redirect(ctx, this.signIn(path));
    return owner;
  }

  /** The address that signs a person in and leads to a page. */
  signIn(path: AccountPath, more: Readonly<Record<string, string>> = {}): string {
    const request = {
      client_id: ACCOUNT_PAGES,
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${this.#deps.issuer}${path}`,
      ...more,
    };
    return `/oidc/authorize?${new URLSearchParams(request)}`;
  }

  async #signedIn(ctx: Context): Promise<Owner | undefined> {
    const { cookie, accounts, active, sessions } = this.#deps;
    const session = await cookie.session(ctx);
    const account = session && (await accounts.find(session.login.accountId));
    if (!session || account?.status !== 'active') return undefined;
    await active(ctx, session.uid);
    // The account's own language, unless another was chosen in this browser.
    if (account.locale) ctx.state.uiLocales ??= account.locale;
    const { sub, userId, name, zoneinfo: zone } = account;
    const left = await sessions.left(session.uid);
    return { sub, userId, name, zone, account, session, left };
  }

  #isFresh(ctx: Context, { login }: StoredSession, enrolled: boolean): boolean {
    const oldest = this.#deps.fresh * (ctx.method === 'POST' ? GRACE : 1);
    const now = Math.floor(clock.now() / 1000);
    const factorIsFresh = !enrolled || now - (login.factorAt ?? 0) <= oldest;
    return now - login.loginTs <= oldest && factorIsFresh;
  }
}

/** What a page says about the end of the session that it is shown on. */
export function endingOf({ left, userId: who }: Owner, csrf: string): SessionEnding {
  return { left, who, csrf, action: SESSION_END, signOutAction: '/sign-out' };
}
