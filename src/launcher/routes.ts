/**
 * The home page: the apps that a person may open. It has no registration of its own; somebody who is not
 * signed in is sent through the same authorize endpoint as by any app, for a response without a code.
 */
import type Router from '@koa/router';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import { type LauncherApp, LauncherPage } from './page.tsx';

export const LAUNCHER = 'vestibule-launcher';

/** The launcher as oidc-provider sees it: a client that gets a session and nothing else. */
export function launcherMetadata(issuer: string) {
  return {
    client_id: LAUNCHER,
    client_name: 'your tools',
    redirect_uris: [`${issuer}/`],
    response_types: ['none'],
    grant_types: [],
    token_endpoint_auth_method: 'none',
    scope: 'openid',
  };
}

export interface LauncherParts {
  readonly issuer: string;
  readonly accounts: { find(sub: string): Promise<{ name: string; userId: string } | undefined> };
  readonly apps: { list(): Promise<(Omit<LauncherApp, 'startUri'> & { startUri: string | null })[]> };
  readonly cookie: SessionCookie;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  /** Notes that the session is in use. */
  readonly active: (uid: string) => Promise<void>;
}

export class Launcher {
  readonly #parts: LauncherParts;

  constructor(parts: LauncherParts) {
    this.#parts = parts;
  }

  mount(router: Router): void {
    router.get('/', (ctx) => this.#show(ctx as unknown as Context));
  }

  async #show(ctx: Context): Promise<void> {
    const session = await this.#parts.cookie.session(ctx);
    const account = session && (await this.#parts.accounts.find(session.login.accountId));
    if (!session || !account) return this.#signIn(ctx);
    await this.#parts.active(session.uid);
    const apps = (await this.#parts.apps.list()).flatMap((app) =>
      app.startUri ? [{ ...app, startUri: app.startUri }] : [],
    );
    renderPage(
      ctx,
      LauncherPage({
        ...this.#parts.page(ctx),
        userName: account.name,
        userId: account.userId,
        apps,
        csrf: this.#parts.csrf.token(ctx),
        signOutAction: '/sign-out',
      }),
    );
  }

  #signIn(ctx: Context): void {
    const request = new URLSearchParams({
      client_id: LAUNCHER,
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${this.#parts.issuer}/`,
    });
    ctx.status = 303;
    ctx.redirect(`/oidc/authorize?${request}`);
  }
}
