import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { weakness } from './strength.ts';

/** Refuses a key that a person made up: one that is guessed can forge cookies and open what is sealed. */
function looksRandom(key: string, context: { addIssue(problem: string): void }): void {
  // A short one is refused for its length.
  if (key.length < 32) return;
  const problem = weakness(key);
  if (problem) context.addIssue(problem);
}

const keyId = '[A-Za-z0-9_.-]{1,32}';
const masterKey = z
  .string('is not text')
  .refine((value) => {
    const keys = value.split(',').map((key) => new RegExp(`^(${keyId}):([A-Za-z0-9_-]{43})=?$`).exec(key));
    return keys.every(Boolean) && new Set(keys.map((key) => key?.[1])).size === keys.length;
  }, 'is not a list of id:key with different ids and keys of 32 bytes')
  // The others only decrypt: what a weak one sealed can still be sealed anew.
  .superRefine((value, context) => looksRandom(String(value.split(',')[0]?.split(':')[1]), context))
  .describe(
    'id:key[,id:key…], each key 32 random bytes in base64url (openssl rand 32 | basenc --base64url); the first encrypts',
  );

const cookieKeys = z
  .array(
    z
      .string('is not text')
      .min(32, 'is shorter than 32 characters')
      .max(1024, 'is longer than 1024 characters')
      .superRefine(looksRandom),
    'is not a list of keys',
  )
  .min(1, 'is empty')
  .refine((keys) => new Set(keys).size === keys.length, 'names a key twice')
  .describe('random keys of at least 32 characters (openssl rand -hex 32), comma separated; the first signs');

export const secrets = z.strictObject({ master_key: masterKey, cookie_keys: cookieKeys });

/** Random secrets for where nobody sets any. @param id of the master key */
export function newSecrets(id: string) {
  return {
    master_key: `${id}:${randomBytes(32).toString('base64url')}`,
    cookie_keys: [randomBytes(32).toString('hex')],
  };
}
