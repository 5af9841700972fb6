import type { AppRegistry } from '../apps/registry.ts';
import { bare } from '../bare.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { readForm } from '../http/forms.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Logout, LogoutRequest } from './logout.ts';
import { SignedOutPage } from './pages/signed-out.tsx';
import type { ResumeGuard } from './resume-guard.ts';

export interface OidcRoutesDependencies {
  readonly resumeGuard: ResumeGuard;
  readonly logout: Logout;
  readonly apps: Pick<AppRegistry, 'find'>;
  readonly page: (ctx: Context) => PageProps;
}

/** Our own endpoints around the library's; what is not answered here goes on to it. */
export function mountOidc(router: Router, deps: OidcRoutesDependencies): void {
  const { resumeGuard, logout } = deps;
  router.endpoint('post', '/oidc/authorize', (ctx) => asGet(ctx, '/oidc/authorize'));
  router.endpoint('get', '/oidc/authorize/:uid', (ctx, next) =>
    resumeGuard.check(ctx, String(ctx.params.uid), next),
  );
  router.page('/oidc/logout', (ctx) => logout.request(ctx, singles(ctx.query)));
  router.endpoint('post', '/oidc/logout', (ctx) => asGet(ctx, '/oidc/logout'));
  // Our pages replace the library's own for confirmation and farewell: nothing may lead to those.
  router.endpoint('all', ['/oidc/logout/confirm', '/oidc/logout/success'], () => {});
  router.form('/sign-out', (ctx, form) => logout.confirm(ctx, form));
  router.form('/switch-user', (ctx) => logout.switchUser(ctx));
  router.page('/signed-out', (ctx) => showSignedOut(ctx, deps));
}

/** A cross-site POST comes without our Lax cookies; the same request as a GET brings them along. */
async function asGet(ctx: Context, path: string): Promise<void> {
  const form = await readForm(ctx);
  redirect(ctx, `${path}?${new URLSearchParams(form)}`);
}

async function showSignedOut(ctx: Context, { apps, page }: OidcRoutesDependencies): Promise<void> {
  const { app: clientId } = singles(ctx.query);
  // Signed out is signed out, also while PostgreSQL is away and nobody knows the app.
  const app = clientId ? await apps.find(clientId).catch(() => undefined) : undefined;
  const props = app ? { appName: app.name, ...(app.startUri ? { returnUri: app.startUri } : {}) } : {};
  renderPage(ctx, SignedOutPage({ ...page(ctx), ...props }));
}

/** Parameters that came once; of a repeated one nobody knows which is meant, so it counts as absent. */
function singles(query: Context['query']): LogoutRequest & { app?: string } {
  return bare(
    Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
