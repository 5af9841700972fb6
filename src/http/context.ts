/**
 * The ground that every page and endpoint stands on: one error handler, request log, client address, headers,
 * CSRF, forms, and fetches on a client's behalf. Nothing here knows what a session or an account is.
 */
import type Koa from 'koa';
import type { Log } from '../log.ts';

/** What the first middlewares leave on `ctx.state`. */
export interface State {
  /** A random UUID of our own; one sent by the client is never believed. */
  requestId: string;
  /** A child log that carries the request id. */
  log: Log;
  /** The client's IP address by the trusted hops, IPv4-mapped addresses as plain IPv4. */
  address: string;
  /** Where that address is, by the proxy's word. */
  place?: string;
  /** The route's template, for logs and metrics: a path may carry secrets, a template cannot. */
  route?: string;
  /** Extra CSP form-action sources that this page needs: origins, or schemes with their colon. */
  formAction?: string[];
  /** Languages that the app asks for (OIDC `ui_locales`). */
  uiLocales?: string;
}

export type Context = Koa.ParameterizedContext<State>;
export type Next = Koa.Next;
export type Middleware = Koa.Middleware<State>;
