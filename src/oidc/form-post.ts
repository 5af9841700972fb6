import type { KoaContextWithOIDC } from 'oidc-provider';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { formActionOf } from './form-action.ts';
import { FormPostPage } from './pages/form-post.tsx';

/** The form_post response mode (OAuth 2.0 Form Post Response Mode), under a CSP without inline script. */
export function formPostMode(page: (ctx: Context) => PageProps) {
  return (oidcCtx: KoaContextWithOIDC, action: string, payload: Record<string, unknown>): void => {
    const ctx = oidcCtx as unknown as Context;
    const { client } = oidcCtx.oidc;
    const fields = Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
    if (client) ctx.state.formAction = formActionOf(client);
    const appName = client?.clientName;
    const status = 'error' in payload ? 400 : 200;
    renderPage(ctx, FormPostPage({ ...page(ctx), action, fields, ...(appName ? { appName } : {}) }), {
      status,
    });
  };
}
