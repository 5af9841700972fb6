import type Router from '@koa/router';
import { bare } from '../bare.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context, Next } from '../http/context.ts';
import { readForm } from '../http/forms.ts';
import type { Logout, LogoutRequest } from './logout.ts';
import { SignedOutPage } from './pages/signed-out.tsx';
import type { ResumeGuard } from './resume-guard.ts';

export interface OidcRoutesDependencies {
  readonly resumeGuard: ResumeGuard;
  readonly logout: Logout;
  readonly apps: { find(clientId: string): Promise<{ name: string; startUri: string | null } | undefined> };
  readonly page: (ctx: Context) => PageProps;
}

/** Our own endpoints around the library's; what is not answered here goes on to it. */
export function mountOidc(router: Router, deps: OidcRoutesDependencies): void {
  const { resumeGuard, logout } = deps;
  router.post('/oidc/authorize', (ctx) => asGet(ctx as unknown as Context, '/oidc/authorize'));
  router.get('/oidc/authorize/:uid', (ctx, next) =>
    resumeGuard.check(ctx as unknown as Context, String(ctx.params.uid), next as Next),
  );
  router.get('/oidc/logout', (ctx) => logout.request(ctx as unknown as Context, singles(ctx.query)));
  router.post('/oidc/logout', (ctx) => asGet(ctx as unknown as Context, '/oidc/logout'));
  // The library's own confirmation and farewell: ours stand in their place, so nothing may lead there.
  router.all(['/oidc/logout/confirm', '/oidc/logout/success'], () => {});
  router.post('/sign-out', async (ctx) => {
    const form = await readForm(ctx as unknown as Context);
    await logout.confirm(ctx as unknown as Context, form);
  });
  router.post('/switch-user', async (ctx) => {
    const form = await readForm(ctx as unknown as Context);
    await logout.switchUser(ctx as unknown as Context, form.csrf);
  });
  router.get('/signed-out', (ctx) => showSignedOut(ctx as unknown as Context, deps));
}

/** A cross-site POST comes without our Lax cookies; the same request as a GET brings them along. */
async function asGet(ctx: Context, path: string): Promise<void> {
  const form = await readForm(ctx);
  ctx.status = 303;
  ctx.redirect(`${path}?${new URLSearchParams(form)}`);
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
