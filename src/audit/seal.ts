import { type KeyObject, verify } from 'node:crypto';
import { canonical } from './canonical.ts';
import { HASH, sha256 } from './merkle.ts';

/** What a seal says of a range of rows. Hashes in hexadecimal, times in UTC with microseconds. */
export interface SealStatement {
  readonly type: 'audit-seal';
  readonly version: 1;
  /** From 1, without a gap. */
  readonly number: number;
  /** Positions. */
  readonly first: number;
  readonly last: number;
  /** Times of the earliest and the latest row; both in one month. */
  readonly from: string;
  readonly to: string;
  /** Of the Merkle tree over the rows' lines. */
  readonly root: string;
  /** The hash of the seal before; null in the first. */
  readonly previous: string | null;
  readonly at: string;
  /** Rows of earlier months were dropped by retention; null while none were. */
  readonly kept_from: string | null;
  /** The id of the key that signs. */
  readonly key: string;
}

/** A statement, signed: what an anchor is given. */
export interface Seal extends SealStatement {
  /** Ed25519 over the statement's canonical bytes, in base64url. */
  readonly signature: string;
}

/** A seal with the hashes of its rows, which tell the altered row from the others. */
export interface FullSeal extends Seal {
  /** One after another, in base64. They prove nothing themselves: `root` does. */
  readonly leaves: string;
}

/** The public keys of seals, by id. */
export type SealKeys = ReadonlyMap<string, KeyObject>;

/** What signs seals. */
export interface SealSigner {
  readonly id: string;
  sign(data: Buffer): Buffer;
}

/** Rows that a seal covers at most. */
export const MOST_ROWS = 1000;

export function signSeal(statement: SealStatement, signer: SealSigner): Seal {
  return { ...statement, signature: signer.sign(bytesOf(statement)).toString('base64url') };
}

/** Whether the signature is that of one of the keys. */
export function isSigned({ signature, ...statement }: Seal, keys: SealKeys): boolean {
  const key = keys.get(statement.key);
  return key !== undefined && verify(null, bytesOf(statement), key, Buffer.from(signature, 'base64url'));
}

/** What the next seal, and an anchor, hold of a seal. */
export function hashOf({ signature: _, ...statement }: Seal): string {
  return sha256(bytesOf(statement)).toString('hex');
}

const TEXTS = ['from', 'to', 'root', 'at', 'key', 'signature'] as const;
const NUMBERS = ['number', 'first', 'last'] as const;

/** The seal that a JSON value is; undefined when it is none. */
export function readSeal(value: unknown): Seal | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Record<string, unknown>;
  if (given.type !== 'audit-seal' || given.version !== 1) return undefined;
  if (!TEXTS.every((name) => typeof given[name] === 'string')) return undefined;
  if (!NUMBERS.every((name) => Number.isSafeInteger(given[name]))) return undefined;
  const { previous, kept_from } = given;
  if (previous !== null && typeof previous !== 'string') return undefined;
  if (kept_from !== null && typeof kept_from !== 'string') return undefined;
  const { type, version, number, first, last, from, to, root, at, key, signature } = given as unknown as Seal;
  return { type, version, number, first, last, from, to, root, previous, at, kept_from, key, signature };
}

/** The same with its leaves; undefined when it is none. */
export function readFullSeal(value: unknown): FullSeal | undefined {
  const seal = readSeal(value);
  const leaves = seal && (value as { leaves?: unknown }).leaves;
  if (!seal || typeof leaves !== 'string') return undefined;
  return leaves.length <= Math.ceil((MOST_ROWS * HASH) / 3) * 4 ? { ...seal, leaves } : undefined;
}

function bytesOf(statement: SealStatement): Buffer {
  return Buffer.from(canonical(statement));
}
