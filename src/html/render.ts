import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The part of Koa's context that a page needs. */
export interface PageResponse {
  status: number;
  type: string;
  body: unknown;
  set(field: string, value: string): void;
}

/** A whole document. Preact escapes all text and attributes; link targets from data go through safeHref. */
export function htmlOf(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** Answers with a page, with status 200 unless given. */
export function renderPage(ctx: PageResponse, page: VNode, options: { status?: number } = {}): void {
  ctx.status = options.status ?? 200;
  ctx.type = 'text/html; charset=utf-8';
  // On a shared computer the next person's Back button must not bring up this person's page.
  ctx.set('Cache-Control', 'no-store');
  ctx.body = htmlOf(page);
}
