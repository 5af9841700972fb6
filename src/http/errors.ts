import { randomBytes } from 'node:crypto';
import { AppError, classify, type ErrorCode } from '../errors.ts';
import type { Context, Middleware } from './context.ts';
import { routeOf } from './request-log.ts';

/** What an error page shows: nothing of the cause. */
export interface PublicError {
  readonly code: ErrorCode;
  /** The English sentence; pages may say it in another language by the code. */
  readonly message: string;
  /** Stands in the log too. */
  readonly errorId: string;
  readonly status: number;
}

export type RenderErrorPage = (ctx: Context, error: PublicError) => string | Promise<string>;

type RefusalLevel = 'info' | 'warn';

export interface ErrorOptions {
  readonly renderErrorPage: RenderErrorPage;
  /** How a refusal is logged whose id a person is shown; `info` unless given, since any stranger can cause one. */
  readonly refusedPages?: RefusalLevel;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An id that can be read out over the telephone, such as 7KQ2-M0XD (40 random bits). */
export function newErrorId(): string {
  const letters = Array.from(randomBytes(8), (byte) => alphabet[byte % 32]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** What the handler had begun to say about a body that will not come. */
const staleHeaders = ['ETag', 'Last-Modified', 'Content-Encoding', 'Content-Disposition', 'Location', 'Link'];

function unanswered(ctx: Context): AppError | undefined {
  if (ctx.body !== undefined && ctx.body !== null) return undefined;
  if (ctx.status === 404) return new AppError('not-found');
  return ctx.status === 405 || ctx.status === 501 ? new AppError('method-not-allowed') : undefined;
}

function prefersHtml(ctx: Context): boolean {
  return ctx.accepts('application/problem+json', 'application/json', 'text/html') === 'text/html';
}

function logError(ctx: Context, error: AppError, errorId: string, refusals: RefusalLevel): void {
  const facts = { errorId, reason: error.code, route: routeOf(ctx), ...error.facts };
  const record = { ...facts, err: error.cause ?? error };
  const { log } = ctx.state;
  if (error.code === 'internal') log.error(record, 'failed');
  else if (error.status >= 500) log.warn(record, 'not available');
  else log[refusals]({ ...facts, cause: String(error.cause ?? '') || undefined }, 'refused');
}

async function answer(ctx: Context, error: AppError, options: ErrorOptions): Promise<void> {
  const { code, message, status } = error;
  const shown: PublicError = { code, message, errorId: newErrorId(), status };
  logError(ctx, error, shown.errorId, (prefersHtml(ctx) && options.refusedPages) || 'info');
  // Half an answer is out: the only honest end is a broken connection.
  if (ctx.headerSent) {
    ctx.res.destroy();
    return;
  }
  for (const name of staleHeaders) ctx.remove(name);
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.vary('Accept');
  if (error.retryAfter !== undefined) ctx.set('Retry-After', String(error.retryAfter));
  if (prefersHtml(ctx)) {
    try {
      ctx.body = await options.renderErrorPage(ctx, shown);
      ctx.type = 'text/html; charset=utf-8';
      return;
    } catch (failure) {
      ctx.state.log.error({ errorId: shown.errorId, err: failure }, 'the error page failed');
    }
  }
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title: message,
    status,
    code,
    instance: `urn:error:${shown.errorId}`,
  });
  ctx.type = 'application/problem+json';
}

/**
 * The one error handler: anything thrown below, and an unanswered 404 or 405, becomes a page for
 * those who prefer HTML and RFC 9457 problem details for the rest, with an id that the log has too.
 */
export function handleErrors(options: ErrorOptions): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      const error = unanswered(ctx);
      if (error) throw error;
    } catch (error) {
      await answer(ctx, classify(error), options);
    }
  };
}
