import type { Context } from './context.ts';

/** Where a request came from, for the ledger and the audit log. */
export function originOf(ctx: Pick<Context, 'state' | 'get'>): {
  address: string;
  userAgent: string;
  request: string;
} {
  return { address: ctx.state.address, userAgent: ctx.get('user-agent'), request: ctx.state.requestId };
}
