import type { Context } from './context.ts';

/** Characters kept of a User-Agent: a header may have 16 KB, and sessions are kept for years. */
const LONGEST = 512;

/** Where a request came from, for the ledger of sessions and the audit log; empty for what we do by ourselves. */
export interface Origin {
  /** The client's IP address, as trusted proxies tell it. */
  readonly address?: string;
  /** Where the address is, as the proxy tells it. */
  readonly place?: string;
  readonly userAgent?: string;
  /** The request's id, as in the service's log. */
  readonly request?: string;
}

export function originOf(ctx: Pick<Context, 'state' | 'get'>): Origin & { address: string } {
  const userAgent = ctx.get('user-agent').slice(0, LONGEST);
  const { address, place, requestId: request } = ctx.state;
  return { address, userAgent, request, ...(place ? { place } : {}) };
}
