import type { Entry, RowEntry } from './log.ts';
import { merkleRoot, splitHashes } from './merkle.ts';
import { type FullSeal, hashOf, isSigned, type Seal, type SealKeys } from './seal.ts';
import { checkRows, inserted } from './sealed-range.ts';
import { Tampered } from './tampered.ts';

/** What was found where nothing was wrong. */
export interface Verified {
  /** Sealed rows that were checked. */
  readonly rows: number;
  readonly seals: number;
  /** Numbers of the first and the last seal; 0 where there are none. */
  readonly first: number;
  readonly last: number;
  /** Rows that nothing proves yet. */
  readonly unsealed: number;
  /** Rows before were dropped by retention, as the last seal says; null where none were. */
  readonly keptFrom: string | null;
  /** The newest seal that an anchor knows too; 0 without one. */
  readonly anchored: number;
}

/** Heads that were kept outside, asked as the seals come by. */
export interface AnchorCheck {
  /** @throws Tampered where an anchor knows another seal of this number */
  see(seal: Seal, hash: string): Promise<void>;
  /**
   * @param until the moment up to which the log must hold all; undefined for now
   * @throws Tampered where an anchor knows a newer seal
   */
  end(last: number, until: string | undefined): Promise<void>;
  /** The newest seal that matched. */
  readonly matched: number;
}

export const NO_ANCHOR: AnchorCheck = { see: async () => {}, end: async () => {}, matched: 0 };

/** Where a log's rows stand: under the last seal that came by. */
interface Current {
  readonly seal: Seal;
  readonly hash: string;
  readonly leaves: readonly Buffer[];
  readonly rows: RowEntry[];
}

/** What a log must hold. */
export interface Extent {
  /** The number of its first seal; 1 if it has any, unless given. */
  readonly first?: number;
  readonly last?: number;
  /** The moment up to which it must hold what an anchor does; now, unless given. */
  readonly until?: string;
}

/** Checks a log, entry by entry, in memory that does not grow with it. */
export class Verification {
  readonly #keys: SealKeys;
  readonly #anchors: AnchorCheck;
  #current: Current | undefined;
  #first = 0;
  #seals = 0;
  #rows = 0;
  #unsealed = 0;
  /** By month, the first seal none of whose rows are there: right only if retention dropped that month. */
  readonly #rowless = new Map<string, Seal>();

  constructor(keys: SealKeys, anchors: AnchorCheck = NO_ANCHOR) {
    this.#keys = keys;
    this.#anchors = anchors;
  }

  /** The next entry, in the log's order. @throws Tampered */
  async take(entry: Entry): Promise<void> {
    if (entry.kind === 'seal') await this.#seal(entry.seal);
    else if (entry.position === null) this.#unsealed += 1;
    else this.#row(entry);
  }

  /** After the last entry. @throws Tampered */
  async end({ first, last: expected, until }: Extent = {}): Promise<Verified> {
    const keptFrom = this.#current?.seal.kept_from ?? null;
    try {
      this.#finish(undefined);
    } catch (error) {
      throw this.missing(keptFrom, first) ?? error;
    }
    const beginning = first ?? (this.#seals > 0 ? 1 : 0);
    if (this.#first !== beginning) throw misbegun(this.#first, beginning);
    const last = this.#current?.seal.number ?? 0;
    if (expected !== undefined && last < expected) throw removedSeal(last + 1);
    const missing = this.missing(keptFrom, first);
    if (missing) throw missing;
    await this.#anchors.end(last, until);
    return {
      rows: this.#rows,
      seals: this.#seals,
      first: this.#first,
      last,
      unsealed: this.#unsealed,
      keptFrom,
      anchored: this.#anchors.matched,
    };
  }

  /**
   * What is gone before the place where something was wrong, known for certain only at the end: the first seals, or
   * all rows of a seal, unless retention dropped them.
   * @param first the number of the log's first seal; 0 where it has none
   */
  missing(keptFrom: string | null, first = 1): Tampered | undefined {
    if (first > 0 && this.#first > first) return removedSeal(first);
    for (const [month, seal] of this.#rowless) {
      if (keptFrom === null || month >= keptFrom.slice(0, 7)) return removedRows(seal);
    }
    return undefined;
  }

  #row(row: RowEntry): void {
    const current = this.#current;
    if (!current) throw uncovered(row, undefined);
    current.rows.push(row);
    // Already wrong: reading on would let inserted rows fill the memory.
    if (current.rows.length > current.leaves.length) this.#finish(undefined);
  }

  async #seal(seal: FullSeal): Promise<void> {
    this.#finish(seal);
    const previous = this.#current;
    checkNumber(seal, previous?.seal.number ?? seal.number - 1);
    const leaves = splitHashes(Buffer.from(seal.leaves, 'base64'));
    const current = { seal: withoutLeaves(seal), hash: hashOf(withoutLeaves(seal)), leaves, rows: [] };
    this.#checkStatement(current, previous);
    if (Buffer.concat(leaves).toString('base64') !== seal.leaves)
      throw altered(seal, 'its leaves do not fit');
    await this.#anchors.see(current.seal, current.hash);
    this.#first ||= seal.number;
    this.#seals += 1;
    this.#current = current;
  }

  #checkStatement({ seal, leaves }: Current, previous: Current | undefined): void {
    if (!this.#keys.has(seal.key)) throw altered(seal, `no key is known with the id ${seal.key}`);
    if (!isSigned(seal, this.#keys)) throw altered(seal, 'its signature does not fit');
    if (merkleRoot(leaves).toString('hex') !== seal.root || leaves.length !== seal.last - seal.first + 1) {
      throw altered(seal, 'the hashes of its rows do not fit');
    }
    if (previous && (seal.previous !== previous.hash || seal.first !== previous.seal.last + 1)) {
      throw altered(seal, `it does not follow seal ${previous.seal.number}`);
    }
    if (!previous && (seal.previous === null) !== (seal.number === 1))
      throw altered(seal, 'it is not the first');
  }

  /** All rows under the current seal have come; `next` is the seal that follows. */
  #finish(next: Seal | undefined): void {
    if (!this.#current) return;
    const { seal, leaves, rows } = this.#current;
    const covered = rows.filter(({ position }) => (position ?? 0) <= seal.last);
    const beyond = rows[covered.length];
    if (covered.length > 0) checkRows(seal, leaves, covered);
    else if (!this.#rowless.has(seal.to.slice(0, 7))) this.#rowless.set(seal.to.slice(0, 7), seal);
    if (beyond && next?.number !== seal.number + 1) throw uncovered(beyond, seal);
    if (beyond) throw inserted(beyond.position, seal);
    this.#rows += covered.length;
    rows.length = 0;
  }
}

function checkNumber({ number }: Seal, previous: number): void {
  if (number > previous + 1) throw removedSeal(previous + 1);
  if (number > previous) return;
  const what = `Seal ${number} stands after seal ${previous}: it was moved or inserted`;
  throw new Tampered('reordered', { seal: number }, what);
}

function altered({ number }: Seal, how: string): Tampered {
  return new Tampered('altered', { seal: number }, `Seal ${number} was altered: ${how}`);
}

/** A row that no seal covers: its seal is gone, or it was added. */
function uncovered({ position }: RowEntry, seal: Seal | undefined): Tampered {
  if (position !== (seal?.last ?? 0) + 1) return inserted(position, seal);
  const number = (seal?.number ?? 0) + 1;
  const what = `Seal ${number} was removed, or row ${position} inserted: no seal covers row ${position}`;
  return new Tampered('removed', { seal: number, row: position }, what);
}

function withoutLeaves({ leaves: _, ...seal }: FullSeal): Seal {
  return seal;
}

function removedSeal(number: number): Tampered {
  return new Tampered('removed', { seal: number }, `Seal ${number} was removed`);
}

/** The log begins with another seal than it says. @param beginning 0 where it says that it has none */
function misbegun(found: number, beginning: number): Tampered {
  if (found === 0 || (beginning > 0 && found > beginning)) return removedSeal(beginning);
  return new Tampered('inserted', { seal: found }, `Seal ${found} was inserted: the log begins after it`);
}

function removedRows({ first, last, number }: Seal): Tampered {
  const rows = first === last ? `Row ${first} was` : `Rows ${first} to ${last} were`;
  return new Tampered('removed', { row: first, seal: number }, `${rows} removed (seal ${number})`);
}
