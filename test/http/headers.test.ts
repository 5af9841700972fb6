import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentSecurityPolicy } from '../../src/http/headers.ts';
import { serve, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve(async (ctx) => {
    ctx.set('Content-Security-Policy', "script-src 'unsafe-inline'");
    if (ctx.path === '/page')
      ctx.state.formAction = ['https://claims.test', 'org.vestibule.demo:', 'https://claims.test'];
    if (ctx.path === '/static/a.css') ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.body = 'x';
  });
});
afterAll(() => server.close());

async function headers(path: string): Promise<Headers> {
  return (await fetch(server.url + path)).headers;
}

test('a page says where its forms lead, after the handler ran; ours wins over a policy set before', async () => {
  const policy = (await headers('/page')).get('content-security-policy');
  expect(policy).toMatch(/; form-action 'self' https:\/\/claims\.test org\.vestibule\.demo:$/);
  expect(policy).not.toContain('unsafe');
});

test('no-store, except where the handler decided, and on discovery and the keys', async () => {
  expect((await headers('/page')).get('cache-control')).toBe('no-store');
  expect((await headers('/static/a.css')).get('cache-control')).toContain('immutable');
  for (const path of ['/.well-known/openid-configuration', '/OIDC/JWKS/']) {
    expect((await headers(path)).get('cache-control')).toBeNull();
  }
});

test('no HSTS without TLS', async () => {
  expect((await headers('/page')).get('strict-transport-security')).toBeNull();
});

test('no source can end the directive or allow everything', () => {
  const bad = [
    '*',
    'https:',
    'https://*',
    "'unsafe-inline'",
    "https://a.test; script-src 'unsafe-inline'",
    'https://a.test https://b.test',
    'javascript:',
    'data:',
    'https://a.test\r\nX: y',
    'https://a.test,b',
  ];
  expect(contentSecurityPolicy(bad)).toBe(contentSecurityPolicy());
  fc.assert(
    fc.property(fc.array(fc.string()), (sources) => {
      const policy = contentSecurityPolicy(sources);
      expect(policy.split(';')).toHaveLength(10);
      expect(policy).not.toMatch(/[\r\n,*]/);
    }),
  );
});
