import type { AppRegistry } from '../apps/registry.ts';
import { wayIn } from '../apps/way-in.ts';
import { ErrorPage } from '../html/error-page.tsx';
import type { PageProps } from '../html/page.ts';
import { htmlOf } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { PublicError } from '../http/errors.ts';
import type { StalePageRecovery } from './stale-page-recovery.ts';

type Apps = Pick<AppRegistry, 'find'>;
type Finished = Pick<StalePageRecovery, 'finishedFor'>;

/** The error page, with the way back to the app that the address names, where there is one. */
export function renderError(
  apps: Apps,
  finished: Finished,
  issuer: string,
  page: (ctx: Context) => PageProps,
) {
  return async (ctx: Context, error: PublicError): Promise<string> => {
    const { code, errorId } = error;
    // While a store is away nobody knows the app; the page is shown all the same.
    const wayOn = await wayBack(ctx, { apps, finished, issuer }, page(ctx)).catch(() => undefined);
    return htmlOf(ErrorPage({ ...page(ctx), code, errorId, ...(wayOn ? { wayOn } : {}) }));
  };
}

/** Only to the address that the app registered, whatever the request says. [19] */
async function wayBack(
  ctx: Context,
  { apps, finished, issuer }: { apps: Apps; finished: Finished; issuer: string },
  { t }: PageProps,
) {
  const [, interaction] = /^\/(?:sign-in|oidc\/authorize)\/([\w-]+)\/?$/i.exec(ctx.path) ?? [];
  if (!interaction) return undefined;
  const named = typeof ctx.query.app === 'string' ? ctx.query.app : await finished.finishedFor(interaction);
  const app = named ? await apps.find(named) : undefined;
  const href = app && wayIn(app, issuer);
  return app && href ? { href, label: t('error.back-to-app', { app: app.name }) } : undefined;
}
