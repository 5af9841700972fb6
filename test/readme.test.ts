import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('the example in the README is the one that the interop tests run', () => {
  expect(read('README.md')).toContain(read('docs/examples/app.mjs').trim());
});

test('every file that the README and docs link to is there', () => {
  for (const page of ['README.md', 'docs/apps.md', 'docs/operations.md', 'docs/security.md']) {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    for (const link of links) {
      expect(() => readFileSync(new URL(link, new URL(`../${page}`, import.meta.url)))).not.toThrow();
    }
  }
});
