import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import createError from 'http-errors';
import { AppError } from '../../src/errors.ts';
import { raw, serve, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve(
    async (ctx) => {
      ctx.state.route = '/things/:secret';
      if (ctx.path === '/internal') throw new Error('hidden cause');
      if (ctx.path === '/not-an-error') throw 'text';
      if (ctx.path === '/away') throw new AppError('store-away', { cause: new Error('hidden cause') });
      if (ctx.path === '/teapot') throw createError(418, 'hidden cause');
      if (ctx.path === '/half') {
        ctx.set('ETag', '"x"');
        ctx.set('Location', '/elsewhere');
        ctx.set('Cache-Control', 'public, max-age=99');
        ctx.body = 'begun';
        throw new AppError('bad-request');
      }
      if (ctx.path === '/sent') {
        ctx.respond = false;
        ctx.res.writeHead(200, { 'content-length': '10' }).write('half');
        throw new Error('hidden cause');
      }
      if (ctx.path === '/stream') {
        ctx.body = Readable.from(['x']);
      }
      if (ctx.path === '/own-404') {
        ctx.status = 404;
        ctx.body = { error: 'mine' };
      }
      if (ctx.path === '/method') ctx.status = 405;
      if (ctx.path === '/where')
        ctx.body = {
          href: ctx.href,

          secure: ctx.secure,
          address: ctx.state.address,
          id: ctx.state.requestId,
        };
    },
    { issuer: 'https://signin.test', hops: 1 },
  );
});
afterAll(() => server.close());

function get(path: string, accept: string, headers = {}): Promise<Response> {
  return fetch(server.url + path, { headers: { accept, ...headers } });
}

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('one error handler', () => {
  test.each([
    ['/internal', 500, 'internal'],
    ['/not-an-error', 500, 'internal'],
    ['/away', 503, 'store-away'],
    ['/teapot', 400, 'bad-request'],
    ['/nothing', 404, 'not-found'],
    ['/method', 405, 'method-not-allowed'],
    ['/half', 400, 'bad-request'],
  ])(
    '%s is %i, as a page or as problem details, its id in the log, its cause nowhere else',
    async (path, status, code) => {
      const page = await get(path, browser);
      const html = await page.text();
      expect(page.status).toBe(status);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).toContain(code);
      const problem = await get(path, '*/*');
      const details = (await problem.json()) as Record<string, string>;
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      expect(details).toMatchObject({ type: 'about:blank', status, code, title: expect.any(String) });
      for (const response of [page, problem]) {
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('location')).toBeNull();
        expect(response.headers.get('etag')).toBeNull();
        expect(response.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
      }
      const ids = [/error-id">([^<]+)/.exec(html)?.[1], details.instance?.split(':').at(-1)];
      for (const id of ids)
        expect(server.records().filter((record) => record.errorId === id)).toHaveLength(1);
      expect(html + JSON.stringify(details)).not.toContain('hidden');
    },
  );

  test('an answer of our own with 404 is left alone', async () => {
    expect(await (await get('/own-404', '*/*')).json()).toEqual({ error: 'mine' });
  });

  test('half an answer ends in a broken connection, not in a whole one', async () => {
    const answer = await raw(server.port, 'GET /sent HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer).toMatch(/half$/);
    expect((await get('/where', '*/*')).status).toBe(200);
  });
});

describe('headers', () => {
  test.each(['/where', '/internal', '/nothing', '/own-404', '/half'])('%s has them all', async (path) => {
    const { headers } = await get(path, browser);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    );
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('what the request says about itself', () => {
  test('a forged Host, forwarded headers and request id change nothing', async () => {
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      'x-request-id': 'mine',
      'x-forwarded-for': '6.6.6.6, 203.0.113.7',
    };
    const told = (await (await get('/where', '*/*', forged)).json()) as Record<string, string>;
    expect(told).toMatchObject({
      href: 'https://signin.test/where',
      secure: true,
      address: '203.0.113.7',
    });
    expect(told.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the log has one line a request: the template, never the path or the query', async () => {
    const before = server.records().length;
    await get('/own-404?code=hush-hush', '*/*', { 'x-request-id': 'hush-hush' });
    const lines = server.records().slice(before);
    expect(lines).toEqual([
      expect.objectContaining({
        method: 'GET',
        route: '/things/:secret',
        status: 404,
        ms: expect.any(Number),
        request: expect.any(String),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/hush|own-404/);
  });
});
