import compose from 'koa-compose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { library, type VestibuleProvider } from './internals.ts';

type Step = (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>;

export interface EndpointOptions {
  readonly path: string;
  /** Of the library's events; protocol-errors.ts logs it. */
  readonly failed: string;
  /** Parameters beside those of the app's authentication. */
  readonly params: readonly string[];
  readonly answer: (ctx: KoaContextWithOIDC) => Promise<void>;
}

/**
 * An endpoint of ours as the library has its own: CORS, refusals in OAuth's words, and the caller made out before
 * `answer` runs: by a bearer token, or by the app's authentication. (RFC 6750 §2.1, RFC 6749 §2.3)
 */
export function serveEndpoint(provider: VestibuleProvider, options: EndpointOptions): Step {
  const cors = library.cors({
    allowMethods: 'GET,POST',
    clientBased: true,
    maxAge: 3600,
    exposeHeaders: 'WWW-Authenticate',
  });
  const serve = compose([cors, library.errorHandler(options.failed), library.noCache, callers(options)]);
  return async (ctx, next) => {
    // The library's router ignores case and a slash at the end, and so does ours.
    if (ctx.path.toLowerCase().replace(/\/$/, '') !== options.path) return next();
    ctx.state.route = options.path;
    if (!['GET', 'HEAD', 'POST', 'OPTIONS'].includes(ctx.method)) {
      ctx.status = 405;
      return;
    }
    Object.defineProperty(ctx, 'oidc', { value: new provider.OIDCContext(ctx) });
    await library.als.run(ctx, () => serve(ctx, async () => {}));
  };
}

function callers({ params, answer }: EndpointOptions): Step {
  const last: Step = (ctx) => answer(ctx);
  const { urlencoded, assembleParams, rejectDupes } = library;
  const read =
    (allowed: (ctx: KoaContextWithOIDC) => Iterable<string>): Step =>
    (ctx, next) =>
      assembleParams(new Set([...params, ...allowed(ctx)]), ctx, next);
  const single: Step = (ctx, next) => rejectDupes({}, ctx, next);
  const { bearer, validateAccessToken, loadClient, loadAccount, loadGrant } = library;
  const token = [bearer(), urlencoded, read(() => []), single, validateAccessToken()];
  const byToken = compose([...token, loadClient, loadAccount, loadGrant, last]);
  // A secret or an assertion in an address would be in the log of every proxy. [9]
  const proof = (ctx: KoaContextWithOIDC) =>
    ctx.method === 'POST' ? library.getClientAuthParams(ctx) : ['client_id'];
  const byApp = compose([urlencoded, read(proof), single, ...library.clientAuth, last]);
  return (ctx, next) => (/^bearer /i.test(ctx.get('Authorization')) ? byToken : byApp)(ctx, next);
}
