import type { Migration } from 'kysely/migration';
import * as ground from './0001-ground.ts';

/** In order of name. A migration that has run anywhere is never edited: add the next one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ground': ground,
};
