import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asset } from '../../src/html/static.ts';
import { type Preview, startPreview } from './preview.ts';

let preview: Preview;

beforeAll(async () => {
  preview = await startPreview();
});

afterAll(() => preview.close());

test.each([
  ['site.css', 'text/css; charset=utf-8'],
  ['page.js', 'text/javascript; charset=utf-8'],
  ['form-post.js', 'text/javascript; charset=utf-8'],
  ['mark.svg', 'image/svg+xml'],
  ['altcha.css', 'text/css; charset=utf-8'],
  ['altcha.js', 'text/javascript; charset=utf-8'],
  ['altcha-worker.js', 'text/javascript; charset=utf-8'],
])('%s is served under the hash of its content, for good', async (name, type) => {
  expect(asset(name)).toMatch(/^\/static\/[a-z-]+\.[0-9a-f]{12}\.[a-z]+$/);
  const answer = await fetch(preview.url + asset(name));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await answer.text()).length).toBeGreaterThan(50);
});

test('HEAD answers without a body', async () => {
  const answer = await fetch(preview.url + asset('page.js'), { method: 'HEAD' });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
});

test.each([
  '/static/site.css',
  '/static/site.000000000000.css',
  '/static/..%2fstatic.ts',
  '/static/%2e%2e/static.ts',
  '/static/',
  '/static/constructor',
  '/static/%00',
])('%s is not there', async (path) => {
  expect((await fetch(preview.url + path)).status).toBe(404);
});

test('a name that no file has is a mistake at once', () => {
  expect(() => asset('toString')).toThrow('no static file');
});
