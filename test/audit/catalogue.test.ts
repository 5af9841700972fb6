import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CATALOGUE } from '../../src/audit/catalogue.ts';
import { cataloguePage, exampleOf } from '../../src/audit/catalogue-page.ts';
import { EVENTS, type EventName } from '../../src/audit/events.ts';
import { readSources } from '../support/imports.ts';

const root = join(import.meta.dirname, '../..');
const NAMES = Object.keys(EVENTS) as EventName[];

test('docs/audit-events.md is what the taxonomy says: vestibule audit events --markdown', () => {
  expect(readFileSync(join(root, 'docs/audit-events.md'), 'utf8')).toBe(cataloguePage());
});

test.each(NAMES)('%s is described with every field that it needs', (event) => {
  const row = exampleOf(event);
  for (const field of EVENTS[event].needs) expect(row[field]).not.toBeNull();
  expect(CATALOGUE[event].when).toMatch(/^[a-z"].*[^.]$/);
});

test('an event that the source writes with a reason is described with that reason', () => {
  const written = readSources(join(root, 'src')).flatMap(({ text }) =>
    [...text.matchAll(/event: '([\w.-]+)'[^}]*?\breason: ('[\w-]+'(?: \| '[\w-]+')*)/g)].flatMap((match) =>
      [...(match[2] ?? '').matchAll(/'([\w-]+)'/g)].map((word) => [match[1], word[1]] as const),
    ),
  );
  expect(written.length).toBeGreaterThan(15);
  for (const [event, reason] of written) {
    expect([event, CATALOGUE[event as EventName]?.reasons ?? []]).toEqual([
      event,
      expect.arrayContaining([reason]),
    ]);
  }
});
