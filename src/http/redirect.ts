import type { Context } from './context.ts';

/** Sends the browser on by a GET, also after a POST, so that a reload does not post again. (RFC 9110 §15.4.4) */
export function redirect(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.redirect(address);
}
