import type { KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '../errors.ts';
import { safeWebAddress } from '../html/href.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { formActionOf } from './app-addresses.ts';
import { FormPostPage } from './pages/form-post.tsx';

/** The form_post response mode (OAuth 2.0 Form Post Response Mode), under a CSP without inline script. */
export function formPostMode(page: (ctx: Context) => PageProps) {
  return (ctx: KoaContextWithOIDC, action: string, payload: Record<string, unknown>): void => {
    // A private-use scheme takes no form: the app's mistake, not a fault of ours.
    if (!safeWebAddress(action)) {
      throw new AppError('bad-request', {
        cause: new Error('form_post needs an http or https redirect URI'),
      });
    }
    const { client } = ctx.oidc;
    const fields = Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
    if (client) ctx.state.formAction = formActionOf(client);
    const appName = client?.clientName;
    const status = 'error' in payload ? 400 : 200;
    renderPage(ctx, FormPostPage({ ...page(ctx), action, fields, ...(appName ? { appName } : {}) }), {
      status,
    });
  };
}
