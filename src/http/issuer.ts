import type { Middleware } from './context.ts';

/**
 * The first middleware of all: every URL is built from the issuer, never from Host or forwarded headers.
 * Needs `proxy = true` on the app (and on oidc-provider), which then reads what is written here.
 */
export function underIssuer(issuer: string): Middleware {
  const { host, protocol } = new URL(issuer);
  return (ctx, next) => {
    const { headers } = ctx.req;
    headers.host = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    delete headers.forwarded;
    // A request line may carry a whole URL (RFC 9112 §3.2.2), from which koa and oidc-provider would take the host.
    if (!ctx.originalUrl.startsWith('/')) {
      const path = ctx.originalUrl.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*\/?/i, '');
      ctx.originalUrl = ctx.request.originalUrl = ctx.url = `/${path}`;
    }
    return next();
  };
}
