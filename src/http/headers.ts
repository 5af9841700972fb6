import type { Context, Middleware } from './context.ts';

/** An origin or a scheme with its colon; anything else could end the directive and begin another. */
const source =
  /^(?:https?:\/\/[a-z0-9.\-_[\]:]+(?::\*)?|(?!(?:https?|wss?|javascript|data|blob|filesystem|vbscript|file|about):$)[a-z][a-z0-9+.-]*:)$/i;

/** The Content-Security-Policy for a page whose forms may lead to these origins and schemes besides us. */
export function contentSecurityPolicy(formAction: readonly string[] = []): string {
  const allowed = [...new Set(formAction)].filter((entry) => source.test(entry));
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ["form-action 'self'", ...allowed].join(' '),
  ].join('; ');
}

const fixed = {
  // Not `no-referrer`: browsers without Sec-Fetch-Site then send `Origin: null` with our own forms.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Discovery and JWKS are public and may be kept by caches; the router ignores case and a last slash. */
const cacheable = /^\/(?:\.well-known\/(?:openid-configuration|oauth-authorization-server)|oidc\/jwks)\/?$/i;

/** What every answer carries; `formAction` as in contentSecurityPolicy. */
export function headersOf(secure: boolean, formAction?: readonly string[]): Record<string, string> {
  return {
    ...fixed,
    'Content-Security-Policy': contentSecurityPolicy(formAction),
    ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

function setHeaders(ctx: Context, secure: boolean): void {
  ctx.set(headersOf(secure, ctx.state.formAction));
  const mayKeep = cacheable.test(ctx.path) && ctx.status === 200;
  if (!mayKeep && !ctx.response.get('Cache-Control')) ctx.set('Cache-Control', 'no-store');
}

/**
 * Security headers on every response. They are set after the handler ran, since only it knows where its forms
 * lead (`ctx.state.formAction`), and so that they win over what oidc-provider's own pages set. Mount it
 * outside handleErrors, so that error pages have them too. [ASVS 3.4.x]
 */
export function securityHeaders({ secure }: { secure: boolean }): Middleware {
  return async (ctx, next) => {
    await next();
    if (!ctx.headerSent) setHeaders(ctx, secure);
  };
}
