import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { Page } from 'playwright-core';
import { renderPage } from '../../src/html/render.ts';
import { serveStatic } from '../../src/html/static.ts';
import { contentSecurityPolicy } from '../../src/http/headers.ts';
import { holdFormPost } from '../support/browser.ts';
import { colouredBrand, states } from './states.tsx';

export interface Preview {
  readonly url: string;
  /** What was posted, in order: path and body. */
  readonly posts: { path: string; body: string }[];
  close(): Promise<void>;
}

/** Serves every state of every page at `/NAME` on a free loopback port. A POST is noted and answered late. */
export async function startPreview(): Promise<Preview> {
  const posts: Preview['posts'] = [];
  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set('Content-Security-Policy', contentSecurityPolicy());
    ctx.set('Referrer-Policy', 'same-origin');
    if (ctx.method !== 'POST') return next();
    const chunks: Buffer[] = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    posts.push({ path: ctx.path, body: Buffer.concat(chunks).toString() });
    ctx.status = 204;
  });
  app.use(serveStatic(colouredBrand.styles));
  app.use(async (ctx) => {
    const state = states[ctx.path.slice(1)];
    if (state) return renderPage(ctx, state());
    if (ctx.path === '/account/session') ctx.body = sessions[ctx.querystring];
    if (ctx.path !== '/icon.svg') return;
    ctx.type = 'image/svg+xml';
    ctx.body =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>';
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What session-end.js is told in its states. */
const sessions: Readonly<Record<string, object>> = {
  soon: { left: 110, last: false, who: 'dr.rivera' },
  last: { left: 110, last: true, who: 'dr.rivera' },
  over: { left: 0 },
};

/** Opens a state of a page to be looked at. */
export async function openState(page: Page, preview: string, name: string): Promise<void> {
  if (name === 'form-post') await holdFormPost(page);
  await page.goto(`${preview}/${name}`);
  if (name === 'form-post') await page.locator('#submit').waitFor();
  if (/^(es-)?session-end/.test(name)) await page.getByRole('dialog').waitFor();
}
