import type { KoaContextWithOIDC } from 'oidc-provider';
import { AppError, classify } from '../errors.ts';
import type { Context, Next } from '../http/context.ts';
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

/** Logs what went wrong inside the library, and remembers it for `answerFailures`. */
export function watchErrors(provider: VestibuleProvider): void {
  for (const event of EVENTS) {
    provider.on(event as 'server_error', (ctx: KoaContextWithOIDC, error: Error) => {
      const failure = classify(error);
      const { log } = (ctx as unknown as Context).state;
      // One of ours is told in OAuth's words by `answerFailures`.
      if (error instanceof AppError) failures.set(ctx.req, failure);
      if (failure.status < 500)
        log.info(
          { error: error.message, detail: String(Reflect.get(error, 'error_detail') ?? '') || undefined },
          'protocol error',
        );
      else {
        failures.set(ctx.req, failure);
        log.warn({ err: failure.cause ?? failure }, 'protocol failure');
      }
    });
  }
}

/**
 * An error of ours in a JSON endpoint leaves the library as if it were OAuth's: says instead, in OAuth's own
 * words, that it is temporary, and when to come again.
 */
export async function answerFailures(ctx: Context, next: Next): Promise<void> {
  await next();
  const failure = failures.get(ctx.req);
  if (!failure || typeof ctx.body !== 'object' || ctx.body === null) return;
  ctx.status = failure.status;
  if (failure.retryAfter) ctx.set('Retry-After', String(failure.retryAfter));
  ctx.body = {
    error: failure.retryAfter ? 'temporarily_unavailable' : 'server_error',
    error_description: failure.message,
  };
}
