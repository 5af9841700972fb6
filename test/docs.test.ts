import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parseRegistration } from '../src/apps/metadata.ts';
import { mutants } from './mutants/list.ts';
import { readSources } from './support/imports.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
/** An administrator never sees or sets a password: no page, operation or command takes one. */
const NOTHING_TO_BREAK = 29;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];

test('the example in the README is the one that the interop tests run', () => {
  expect(read('README.md')).toContain(read('docs/examples/app.mjs').trim());
});

test('the registration in the examples is one that may be registered', () => {
  const registration = JSON.parse(read('docs/examples/app.json'));
  expect(parseRegistration(registration).redirect_uris).toEqual(['http://localhost:4000/callback']);
});

test('every link of every page leads somewhere, to a heading too', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/apps.md', 'docs/decisions/README.md']));
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link]) => ({
      page,
      link: String(link),
    })),
  );
  expect(links.filter(({ page, link }) => !leadsSomewhere(page, link))).toEqual([]);
});

test('every rule that the code and the seeded faults cite is one of docs/rules.md, and every rule has a fault', () => {
  const rules = [...read('docs/rules.md').matchAll(/<a id="rule-(\d+)"><\/a>(\d+)\. /g)];
  const numbers = rules.map(([, anchor]) => Number(anchor));
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(rules.filter(([, anchor, number]) => anchor !== number)).toEqual([]);
  const cited = readSources(join(root, 'src')).flatMap(({ text }) => citedIn(text));
  expect(cited.length).toBeGreaterThan(10);
  expect(cited.filter((rule) => !numbers.includes(rule))).toEqual([]);
  const planted = new Set(mutants.flatMap(({ breaks }) => citedIn(breaks)));
  expect(numbers.filter((rule) => !planted.has(rule))).toEqual([NOTHING_TO_BREAK]);
});

test('every file that a page names is there', () => {
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:src|test|config|scripts|docs)\/[\w./-]+)`/g)].map(([, path]) => ({
      page,
      path: String(path),
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
});

function citedIn(text: string): number[] {
  return [...text.matchAll(/\brules? (\d+(?:, \d+)*)/g)].flatMap(([, numbers]) =>
    String(numbers).split(', ').map(Number),
  );
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  try {
    return anchor === undefined
      ? readFileSync(join(root, target)) !== undefined
      : anchors(read(target)).includes(anchor);
  } catch {
    return false;
  }
}

/** As GitHub makes them from headings, and those that are written out. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    String(heading)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => String(id))];
}
