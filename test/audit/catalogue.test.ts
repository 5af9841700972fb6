import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CATALOGUE } from '../../src/audit/catalogue.ts';
import { cataloguePage, exampleOf } from '../../src/audit/catalogue-page.ts';
import { EVENT_NAMES, EVENTS } from '../../src/audit-events.ts';

const root = join(import.meta.dirname, '../..');

test('docs/audit-events.md is what the taxonomy says: vestibule audit events --markdown', () => {
  expect(readFileSync(join(root, 'docs/audit-events.md'), 'utf8')).toBe(cataloguePage());
});

test.each(EVENT_NAMES)('%s is described with every field that it needs', (event) => {
  const row = exampleOf(event);
  for (const field of EVENTS[event].needs) expect(row[field]).not.toBeNull();
  expect(CATALOGUE[event].when).toMatch(/^[a-z"].*[^.]$/);
});
