import { randomUUID } from 'node:crypto';
import { clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { rememberingOutages } from '../outage-memory.ts';
import { clientAddress, clientPlace } from './address.ts';
import type { Context, Middleware } from './context.ts';

/** One answered request, for metrics. */
export interface Answered {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface RequestLogOptions {
  log: Log;
  /** Trusted proxy hops, 0 to 16. */
  trustedProxies: number;
  /** The header in which those proxies say where a client is. */
  placeHeader?: string | undefined;
  /** Told of each answer; must not throw. */
  observe?: (answered: Answered) => void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The route's template, never the path: paths and queries carry uids, tokens and codes. */
export function routeOf(ctx: Context): string {
  const matched: unknown = Reflect.get(ctx, '_matchedRoute');
  return ctx.state.route ?? (typeof matched === 'string' ? matched : 'none');
}

/** Gives each request its id, its log and its client address, and writes one line when it is answered. */
export function requestLog({ log, trustedProxies, placeHeader, observe }: RequestLogOptions): Middleware {
  return async (ctx, next) => {
    const begin = clock.monotonic();
    ctx.state.requestId = randomUUID();
    ctx.state.log = log.child({ request: ctx.state.requestId });
    ctx.state.address = clientAddress(ctx.req, trustedProxies);
    const place = clientPlace(ctx.req, placeHeader, trustedProxies);
    if (place) ctx.state.place = place;
    try {
      await rememberingOutages(next);
    } finally {
      const ms = clock.monotonic() - begin;
      // The method is text from outside too: an invented one would be a new time series.
      const method = methods.has(ctx.method) ? ctx.method : 'other';
      const line = { method, route: routeOf(ctx), status: ctx.status };
      ctx.state.log.info({ ...line, ms: Math.round(ms * 10) / 10 }, 'answered');
      observe?.({ ...line, seconds: ms / 1000 });
    }
  };
}
