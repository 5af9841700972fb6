import '../no-proto.ts';
import { getPriority, setPriority } from 'node:os';
import { hashRawSync, hashSync, type Options, verifySync } from '@node-rs/argon2';

/** How much nicer a hashing thread is, so that answering requests always comes first; 19 is the nicest. */
const STEP_BACK = 10;

// On Linux the priority belongs to the calling thread. Elsewhere it is the process's, which must stay as it is.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + STEP_BACK, 19));

/** Hashes one password; `options` are the argon2id parameters. Runs in a worker of the pool. */
export function hash({ password, options }: { password: string; options: Options }): string {
  return hashSync(password, options);
}

/** True when `password` is the one `hash` was made of. Runs in a worker of the pool. */
export function verify({ password, hash }: { password: string; hash: string }): boolean {
  return verifySync(hash, password);
}

/** The raw digest of a text; `options` are the argon2id parameters, salt and length. Runs in a worker of the pool. */
export function derive({ text, options }: { text: string; options: Options }): Uint8Array {
  return hashRawSync(text, options);
}
