import { ErrorPage } from '../html/error-page.tsx';
import type { PageProps } from '../html/page.ts';
import { htmlOf } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { PublicError } from '../http/errors.ts';

interface Apps {
  find(clientId: string): Promise<{ name: string; startUri: string | null } | undefined>;
}

/** The error page, with the way back to the app that the address names, where there is one. */
export function renderError(apps: Apps, page: (ctx: Context) => PageProps) {
  return async (ctx: Context, error: PublicError): Promise<string> => {
    const { code, errorId } = error;
    const wayOn = await wayBack(ctx, apps, page(ctx));
    return htmlOf(ErrorPage({ ...page(ctx), code, errorId, ...(wayOn ? { wayOn } : {}) }));
  };
}

/** Only to the start address that the app registered, whatever the request says. [19] */
async function wayBack(ctx: Context, apps: Apps, { t }: PageProps) {
  const { app: clientId } = ctx.query;
  if (!ctx.path.startsWith('/sign-in/') || typeof clientId !== 'string' || clientId === '') return undefined;
  // While PostgreSQL is away nobody knows the app; the page is shown all the same.
  const app = await apps.find(clientId).catch(() => undefined);
  return app?.startUri ? { href: app.startUri, label: t('error.back-to-app', { app: app.name }) } : undefined;
}
