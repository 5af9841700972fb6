import type { Account } from '../accounts/account.ts';
import { clock } from '../clock.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import { GLOBAL_ROLES, type GlobalRole } from '../roles.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Person } from './operation.ts';

export const CONSOLE = 'vestibule-console';

/** Where a sign-in comes back to; `state` says which page was wanted. */
const BACK = '/admin/signed-in';
/** A page of the console: nothing that a browser could read as another host. */
const PLACE = /^\/admin(?:[/?](?!\/)[\w.~%/?&=+:@,-]*)?$/;
const LONGEST_PLACE = 1500;

/**
 * The console as oidc-provider sees it: a client that gets a session and nothing else, for those with a global
 * role alone, who always prove a second factor; a remembered device does not replace it.
 */
export function consoleMetadata(issuer: string) {
  return {
    client_id: CONSOLE,
    redirect_uris: [`${issuer}${BACK}`],
    response_types: ['none'],
    grant_types: [],
    token_endpoint_auth_method: 'none',
    scope: 'openid',
    first_party: true,
    way_in: `${issuer}/admin`,
    demands: { roles: [...GLOBAL_ROLES], second_factor: true, remembered_device: false },
  };
}

/** Somebody at the console. */
export interface Visitor {
  readonly actor: Person;
  /** The session's uid. */
  readonly session: string;
  readonly account: Account;
}

export interface AccessDependencies {
  readonly issuer: string;
  readonly cookie: SessionCookie;
  readonly accounts: {
    find(sub: string): Promise<Account | undefined>;
    roles(sub: string): Promise<GlobalRole[]>;
  };
  /** The acr of a sign-in with a second factor. */
  readonly withFactor: string;
  /** Seconds for which a sign-in is fresh enough for acts that cannot be undone. */
  readonly fresh: number;
  /** Notes that the session is in use. */
  readonly active: (ctx: Context, uid: string) => Promise<void>;
}

/** How much longer a page that was opened on a fresh sign-in may be filled in. */
const GRACE = 3;

/** Decides at every request who may enter the console, by the stores and not by what the session remembers. */
export class Access {
  readonly #deps: AccessDependencies;

  constructor(deps: AccessDependencies) {
    this.#deps = deps;
  }

  /**
   * Somebody with a global role now, who proved a second factor in this session; undefined when sent to do so.
   * @param how.filled the posted form is from a page that needed a fresh sign-in to open
   */
  async visitor(ctx: Context, { filled = false } = {}): Promise<Visitor | undefined> {
    const { cookie, accounts, active } = this.#deps;
    const session = await cookie.session(ctx);
    const account = session && (await accounts.find(session.login.accountId));
    const roles = account?.status === 'active' ? await accounts.roles(account.sub) : [];
    if (!session || !account || roles.length === 0 || session.login.factorAt === undefined) {
      this.#signIn(ctx, {});
      return undefined;
    }
    await active(ctx, session.uid);
    if (account.locale) ctx.state.uiLocales ??= account.locale;
    const actor = {
      kind: 'person',
      name: account.sub,
      roles,
      fresh: this.#isFresh(session, filled ? GRACE : 1),
      origin: originOf(ctx),
    } as const;
    return { actor, account, session: session.uid };
  }

  /** Sends the browser to prove password and second factor now, and back to this very page. */
  signInAgain(ctx: Context): void {
    const { fresh, withFactor } = this.#deps;
    this.#signIn(ctx, { max_age: String(fresh), acr_values: withFactor });
  }

  /** The page that was wanted before the sign-in. Anybody can make a link with another `state`: it stays here. */
  back(state: unknown): string {
    const place = typeof state === 'string' && state.length <= LONGEST_PLACE ? state : '';
    return PLACE.test(place) ? place : '/admin';
  }

  #signIn(ctx: Context, more: Readonly<Record<string, string>>): void {
    const { issuer } = this.#deps;
    // The posted fields are lost; the address is that of the page with the form.
    const request = {
      client_id: CONSOLE,
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${issuer}${BACK}`,
      state: this.back(ctx.url),
      ...more,
    };
    redirect(ctx, `/oidc/authorize?${new URLSearchParams(request)}`);
  }

  #isFresh({ login }: StoredSession, times: number): boolean {
    const oldest = this.#deps.fresh * times;
    const now = Math.floor(clock.now() / 1000);
    return now - login.loginTs <= oldest && now - (login.factorAt ?? 0) <= oldest;
  }
}
