import type { Context } from './context.ts';

/** Characters kept of a User-Agent: a header may have 16 KB, and sessions are kept for years. */
const LONGEST = 512;

/** Where a request came from, for the ledger and the audit log. */
export function originOf(ctx: Pick<Context, 'state' | 'get'>): {
  address: string;
  place?: string;
  userAgent: string;
  request: string;
} {
  const userAgent = ctx.get('user-agent').slice(0, LONGEST);
  const { address, place, requestId: request } = ctx.state;
  return { address, userAgent, request, ...(place ? { place } : {}) };
}
