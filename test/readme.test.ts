import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseRegistration } from '../src/apps/metadata.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('the example in the README is the one that the interop tests run', () => {
  expect(read('README.md')).toContain(read('docs/examples/app.mjs').trim());
});

test('the registration in the examples is one that may be registered', () => {
  const registration = JSON.parse(read('docs/examples/app.json'));
  expect(parseRegistration(registration).redirect_uris).toEqual(['http://localhost:4000/callback']);
});

test('every file that the README and docs link to is there', () => {
  for (const page of [
    ...['README.md', 'CONTRIBUTING.md', 'docs/apps.md', 'docs/operations.md', 'docs/security.md'],
    ...['docs/commands.md', 'docs/deploying.md', 'docs/audit.md', 'docs/sessions.md'],
  ]) {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    for (const link of links) {
      expect(() => readFileSync(new URL(link, new URL(`../${page}`, import.meta.url)))).not.toThrow();
    }
  }
});
