import { createHash } from 'node:crypto';

/** A cookie key, the same each time: one of equal letters is refused. */
export function cookieKey(name: string): string {
  return createHash('sha256').update(`cookie key ${name}`).digest('hex');
}

/** A master key with its id, the same each time. */
export function masterKeyOf(id: string): string {
  return `${id}:${createHash('sha256').update(`master key ${id}`).digest('base64url')}`;
}
