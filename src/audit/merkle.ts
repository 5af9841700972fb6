import { createHash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH = 32;

// Set leaves and nodes apart, lest a node's two hashes pass for the data of a leaf (RFC 9162 §2.1.1).
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
  if (leaves.length === 0) return sha256();
  // Level by level, the odd one out going up as it is: the same tree as RFC 6962's split at a power of two.
  let level: Buffer[] = leaves.map((leaf) => Buffer.from(leaf));
  while (level.length > 1) {
    const pairs: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index] as Buffer, level[index + 1]];
      pairs.push(right ? sha256(NODE, left, right) : left);
    }
    level = pairs;
  }
  return level[0] as Buffer;
}

/** Hashes that were written one after another. */
export function splitHashes(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / HASH) }, (_, index) =>
    bytes.subarray(index * HASH, (index + 1) * HASH),
  );
}
