import { createHash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH = 32;

// Prefixes keep a node's two hashes from being passed off as the data of a leaf (RFC 9162 §2.1.1).
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function leafOf(data: string | Uint8Array): Buffer {
  return sha256(LEAF, data);
}

/** The root of a Merkle tree over hashed leaves, as RFC 6962 §2.1 builds it. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  let level: Buffer[] = leaves.map((leaf) => Buffer.from(leaf));
  while (level.length > 1) level = levelAbove(level);
  return level[0] ?? sha256();
}

// The odd one out goes up as it is: the same tree as RFC 6962's split at a power of two.
function levelAbove(level: readonly Buffer[]): Buffer[] {
  const odd = level.length % 2 === 1 ? level.slice(-1) : [];
  const pairs = Array.from({ length: Math.floor(level.length / 2) }, (_, index) =>
    sha256(NODE, ...level.slice(2 * index, 2 * index + 2)),
  );
  return [...pairs, ...odd];
}

/** A neighbour on the way from a leaf to the root: `left` or `right` of what is known so far, and its hash in hex. */
export type Step = readonly ['left' | 'right', string];

/** What a leaf needs to show that it is under the root that merkleRoot makes of the leaves. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Step[] {
  const path: Step[] = [];
  let level: Buffer[] = leaves.map((leaf) => Buffer.from(leaf));
  for (let place = index; level.length > 1; place = Math.floor(place / 2)) {
    const isLeft = place % 2 === 0;
    const neighbour = level[isLeft ? place + 1 : place - 1];
    if (neighbour) path.push([isLeft ? 'right' : 'left', neighbour.toString('hex')]);
    level = levelAbove(level);
  }
  return path;
}

/** The root that a leaf and its path lead to, in hex. */
export function rootBy(leaf: Uint8Array, path: readonly Step[]): string {
  let hash: Buffer = Buffer.from(leaf);
  for (const [side, hex] of path) {
    const other = Buffer.from(hex, 'hex');
    hash = side === 'left' ? sha256(NODE, other, hash) : sha256(NODE, hash, other);
  }
  return hash.toString('hex');
}

/** Hashes that were written one after another. */
export function splitHashes(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / HASH) }, (_, index) =>
    bytes.subarray(index * HASH, (index + 1) * HASH),
  );
}
