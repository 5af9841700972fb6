import { sha256 } from './merkle.ts';

/** A neighbour on the way from a leaf to the root: `left` or `right` of what is known so far, and its hash in hex. */
export type Step = readonly ['left' | 'right', string];

// As in merkle.ts (RFC 9162 §2.1.1).
const NODE = Buffer.from([1]);

/** What a leaf needs to show that it is under the root that merkleRoot makes of the leaves. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Step[] {
  const path: Step[] = [];
  let level: Buffer[] = leaves.map((leaf) => Buffer.from(leaf));
  for (let place = index; level.length > 1; place = Math.floor(place / 2)) {
    const neighbour = level[place % 2 === 0 ? place + 1 : place - 1];
    if (neighbour) path.push([place % 2 === 0 ? 'right' : 'left', neighbour.toString('hex')]);
    const pairs: Buffer[] = [];
    for (let each = 0; each < level.length; each += 2) {
      const [left, right] = [level[each] as Buffer, level[each + 1]];
      pairs.push(right ? sha256(NODE, left, right) : left);
    }
    level = pairs;
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
