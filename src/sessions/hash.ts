import { createHash } from 'node:crypto';

/** What is stored of a bearer value: its SHA-256, so that a reader of the stores cannot use what it reads. */
export function hashId(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
