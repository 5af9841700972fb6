import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { AppError, classify } from '../errors.ts';
import type { Context, Next } from '../http/context.ts';
import { routeOf } from '../http/request-log.ts';
import { failedCheck } from './client-assertion.ts';
import type { VestibuleProvider } from './internals.ts';

/** Events by which the library says that it answered with an error. Listeners must not throw: they break the request. */
const EVENTS = [
  'activity.error',
  'authorization.error',
  'grant.error',
  'introspection.error',
  'jwks.error',
  'discovery.error',
  'pushed_authorization_request.error',
  'revocation.error',
  'userinfo.error',
  'server_error',
] as const;

const failures = new WeakMap<object, AppError>();
/** What an app's developer has to mend in its assertion. */
const checks = new WeakMap<object, string>();

/** Logs what the library refused and what went wrong inside it, and remembers that for `answerFailures`. */
export function watchErrors(provider: VestibuleProvider): void {
  for (const event of EVENTS) {
    provider.on(event as 'server_error', (ctx: KoaContextWithOIDC, error: Error) => {
      const { state } = ctx;
      const failure = classify(error);
      // One of ours is told in OAuth's words by `answerFailures`.
      if (error instanceof AppError) failures.set(ctx.req, failure);
      const check = failedCheck(ctx, error);
      if (check) checks.set(ctx.req, check);
      if (isSilentAnswer(error))
        state.log.info(refusalFacts(ctx, error), 'silent sign-on: a person is needed');
      else if (failure.status < 500) state.log.info(refusalFacts(ctx, error), 'protocol refusal');
      else {
        failures.set(ctx.req, failure);
        state.log.warn({ err: failure.cause ?? failure }, 'protocol failure');
      }
    });
  }
}

/** What a refusal's line says: which app, where, and why. The app only where it is one: else it is any text. */
export function refusalFacts(ctx: KoaContextWithOIDC, error: Error) {
  const text = (name: string) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    client: ctx.oidc?.client?.clientId,
    route: routeOf(ctx),
    error: error.message,
    detail: text('error_detail') ?? text('error_description'),
  };
}

/** The answer that prompt=none asks for where nobody is signed in: no failure. The library gives it a redirect's status. */
function isSilentAnswer(error: Error): boolean {
  return error instanceof errors.OIDCProviderError && error.statusCode === 303;
}

/**
 * An error of ours in a JSON endpoint leaves the library as if it were OAuth's: says instead, in OAuth's own
 * words, that it is temporary, and when to come again. And to an app whose assertion is refused, which check failed.
 */
export async function answerFailures(ctx: Context, next: Next): Promise<void> {
  await next();
  if (typeof ctx.body !== 'object' || ctx.body === null) return;
  const check = checks.get(ctx.req);
  if (check) ctx.body = { ...ctx.body, error_description: `client authentication failed: ${check}` };
  const failure = failures.get(ctx.req);
  if (!failure) return;
  ctx.status = failure.status;
  if (failure.retryAfter) ctx.set('Retry-After', String(failure.retryAfter));
  ctx.body = {
    error: failure.retryAfter ? 'temporarily_unavailable' : 'server_error',
    error_description: failure.message,
  };
}
