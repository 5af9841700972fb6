import type { Context } from './context.ts';

/**
 * Whether a person sees the answer: it is a page's, not a frame's, a picture's or a script's, which an app may ask
 * for repeatedly while nobody is there. A browser that does not send the header is believed.
 */
export function isNavigation(ctx: Pick<Context, 'get'>): boolean {
  return ['', 'document'].includes(ctx.get('Sec-Fetch-Dest'));
}
