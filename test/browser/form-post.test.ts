import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { desktop, openPage } from '../support/browser.ts';
import { closeContexts, sharedChromium } from '../support/shared.ts';
import { type Site, startSite } from '../support/site.ts';
import { fillSignIn } from '../support/tour.ts';
import { flow, redeem } from '../support/visitor.ts';

let site: Site;
let browser: Browser;
/** An app that takes its answers as forms. */
let app: Server;
let callback: string;
const posts: URLSearchParams[] = [];
beforeAll(async () => {
  app = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'POST') posts.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    response.setHeader('content-type', 'text/html').end('<body data-page="ledgers">Welcome</body>');
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  callback = `http://localhost:${(app.address() as AddressInfo).port}/callback`;
  site = await startSite();
  await site.portal.register({
    client_id: 'ledgers',
    client_secret: 'ledgers-demo-secret',
    client_name: 'Ledgers',
    redirect_uris: [callback],
    first_party: true,
  });
  browser = await sharedChromium();
});
afterAll(async () => {
  await closeContexts(browser);
  await site?.stop();
  app?.closeAllConnections();
  app?.close();
});

test.each([true, false])('an answer goes to the app as a form, JavaScript on: %p', async (javaScript) => {
  const { context, page, complaints } = await openPage(browser, { ...desktop, javaScript });
  const started = flow('ledgers', { redirect_uri: callback, response_mode: 'form_post' });
  await page.goto(site.issuer + started.url);
  await fillSignIn(page);
  if (!javaScript) {
    await page.locator('[data-page=form-post] #submit').click();
  }
  await page.locator('[data-page=ledgers]').waitFor();
  expect(page.url()).toBe(callback);
  const sent = Object.fromEntries(posts.at(-1) ?? []);
  expect(sent).toMatchObject({
    iss: site.issuer,
    state: new URL(started.url, callback).searchParams.get('state'),
  });
  expect((await redeem(site.portal, { ...started, code: sent.code ?? '' })).status).toBe(200);
  expect(complaints).toEqual([]);
  await context.close();
});

test.each([true, false])('an error goes the same way, JavaScript on: %p', async (javaScript) => {
  const { context, page } = await openPage(browser, { ...desktop, javaScript });
  const started = flow('ledgers', { redirect_uri: callback, response_mode: 'form_post', prompt: 'none' });
  await page.goto(site.issuer + started.url, { waitUntil: 'commit' });
  if (!javaScript) await page.locator('[data-page=form-post] #submit').click();
  await page.locator('[data-page=ledgers]').waitFor();
  expect(posts.at(-1)?.get('error')).toBe('login_required');
  await context.close();
});
