/**
 * The home page: the apps that a person may open. It has no registration of its own; a person who is not
 * signed in is sent through the same authorize endpoint as by any app, for a response without a code.
 */

import type { Accounts } from '../accounts/accounts.ts';
import type { AppRegistry } from '../apps/registry.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import { GLOBAL_ROLES } from '../roles.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type LauncherApp, LauncherPage } from './page.tsx';

export const LAUNCHER = 'vestibule-launcher';

/** The launcher as oidc-provider sees it: a client that gets a session and nothing else. */
export function launcherMetadata(issuer: string) {
  return {
    client_id: LAUNCHER,
    redirect_uris: [`${issuer}/`],
    response_types: ['none'],
    grant_types: [],
    token_endpoint_auth_method: 'none',
    scope: 'openid',
    first_party: true,
    way_in: `${issuer}/`,
  };
}

export interface LauncherDependencies {
  readonly issuer: string;
  readonly accounts: Pick<Accounts, 'find' | 'everyRole'>;
  readonly apps: Pick<AppRegistry, 'list'>;
  readonly sessions: Pick<Sessions, 'left'>;
  readonly cookie: SessionCookie;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  /** Notes that the session is in use. */
  readonly active: (ctx: Context, uid: string) => Promise<void>;
  /** Tells what a session has left, and takes “Stay signed in”. */
  readonly sessionEnd: string;
}

export class Launcher {
  readonly #deps: LauncherDependencies;

  constructor(deps: LauncherDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page('/', (ctx) => this.#show(ctx));
  }

  async #show(ctx: Context): Promise<void> {
    const session = await this.#deps.cookie.session(ctx);
    const account = session && (await this.#deps.accounts.find(session.login.accountId));
    if (!session || !account) return this.#signIn(ctx);
    await this.#deps.active(ctx, session.uid);
    const [held, left] = await Promise.all([
      this.#deps.accounts.everyRole(session.login.accountId),
      this.#deps.sessions.left(session.uid),
    ]);
    const apps = await this.#appsFor(held);
    const csrf = this.#deps.csrf.token(ctx);
    const { userId } = account;
    const signOutAction = '/sign-out';
    renderPage(
      ctx,
      LauncherPage({
        ...this.#deps.page(ctx),
        userName: account.name,
        userId,
        apps,
        csrf,
        signOutAction,
        switchUserAction: '/switch-user',
        // The way there; the console itself asks who comes.
        console: GLOBAL_ROLES.some((role) => held.includes(role)),
        ending: { left, who: userId, action: this.#deps.sessionEnd, csrf, signOutAction },
      }),
    );
  }

  /** Those that have a start address and that these roles open. */
  async #appsFor(held: readonly string[]): Promise<LauncherApp[]> {
    const registered = await this.#deps.apps.list();
    return registered.flatMap(({ startUri, demands, clientId, name, description, iconUri }) => {
      const opens = !demands.roles || demands.roles.some((role) => held.includes(role));
      return startUri && opens ? [{ clientId, name, description, iconUri, startUri }] : [];
    });
  }

  #signIn(ctx: Context): void {
    redirect(ctx, signInAddress(this.#deps.issuer));
  }
}

/** The address that signs a person in to the launcher. */
function signInAddress(issuer: string, more: Readonly<Record<string, string>> = {}): string {
  const request = { client_id: LAUNCHER, response_type: 'none', scope: 'openid', redirect_uri: `${issuer}/` };
  return `/oidc/authorize?${new URLSearchParams({ ...request, ...more })}`;
}

/** The same, for a person other than the one whose session the browser may hold. */
export function freshSignIn(issuer: string): string {
  return signInAddress(issuer, { prompt: 'login' });
}
