import { randomBytes } from 'node:crypto';

/**
 * An id for a row: 128 random bits in 22 base64url characters, so that guessing one is hopeless and none comes
 * twice. None begins with a hyphen: a command would take it for an option, a spreadsheet for a formula.
 */
export function newRowId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
