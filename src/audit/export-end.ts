import { verify } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { SealKeys, SealSigner } from './seal.ts';

/** The last line of an export: that it is whole, as far as it goes, and nothing in it was touched. */
export interface ExportEnd {
  readonly type: 'audit-export-end';
  readonly version: 1;
  /** When it was begun. */
  readonly at: string;
  /** The period that was asked for; null for no bound. */
  readonly from: string | null;
  readonly to: string | null;
  readonly first_seal: number | null;
  readonly seals: number;
  readonly rows: number;
  /** Rows among them that were not sealed yet. */
  readonly unsealed: number;
  /** Of all lines before, with their newlines. */
  readonly sha256: string;
  readonly key: string;
}

export interface SignedEnd extends ExportEnd {
  /** Ed25519 over the canonical bytes of the rest, in base64url. */
  readonly signature: string;
}

export function signEnd(end: ExportEnd, signer: SealSigner): SignedEnd {
  return { ...end, signature: signer.sign(Buffer.from(canonical(end))).toString('base64url') };
}

/** The end that a JSON value is, signed by one of the keys; undefined when it is none. */
export function readEnd(value: object, keys: SealKeys): SignedEnd | undefined {
  const { signature, ...end } = value as SignedEnd;
  const key = keys.get(end.key);
  if (!key || typeof signature !== 'string') return undefined;
  const data = Buffer.from(canonical(end));
  return verify(null, data, key, Buffer.from(signature, 'base64url')) ? { ...end, signature } : undefined;
}
