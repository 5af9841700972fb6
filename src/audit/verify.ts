import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../postgres/database.ts';
import { readEnd, type SignedEnd } from './export-end.ts';
import { type Line, linesOf } from './lines.ts';
import { type Entry, sealedEntries, strayRows, unsealedCount } from './log.ts';
import { readFullSeal, type SealKeys } from './seal.ts';
import { newestSeal } from './seals.ts';
import { Tampered } from './tampered.ts';
import { type AnchorCheck, type Extent, Verification, type Verified } from './verification.ts';

/**
 * Checks the log in the database.
 * @throws Tampered naming the first row or seal that is not as it was; AppError('store-away')
 */
export async function verifyLog(
  db: Database | Transaction,
  keys: SealKeys,
  anchors?: AnchorCheck,
): Promise<Verified> {
  const verification = new Verification(keys, anchors);
  try {
    for await (const entry of sealedEntries(db)) await verification.take(entry);
    for (const row of await strayRows(db)) await verification.take(row);
  } catch (error) {
    const newest = error instanceof Tampered ? await newestSeal(db) : undefined;
    throw (newest && verification.missing(newest.kept_from)) ?? error;
  }
  return { ...(await verification.end()), unsealed: await unsealedCount(db) };
}

/**
 * Checks an export, from nothing but its bytes.
 * @throws Tampered naming the first row, seal or line that is not as it was
 */
export async function verifyExport(
  content: AsyncIterable<Buffer>,
  keys: SealKeys,
  anchors?: AnchorCheck,
): Promise<Verified> {
  const verification = new Verification(keys, anchors);
  const reading = new ExportReading(verification, keys);
  for await (const line of linesOf(content)) await reading.take(line);
  return await reading.end();
}

/** Goes through an export's lines. What is wrong is told at its end, which says what retention dropped. */
class ExportReading {
  readonly #verification: Verification;
  readonly #keys: SealKeys;
  readonly #hash = createHash('sha256');
  #number = 0;
  #keptFrom: string | null = null;
  #end: SignedEnd | undefined;
  #failure: Tampered | undefined;

  constructor(verification: Verification, keys: SealKeys) {
    this.#verification = verification;
    this.#keys = keys;
  }

  async take(line: Line): Promise<void> {
    this.#number += 1;
    try {
      await this.#read(line);
    } catch (error) {
      if (!(error instanceof Tampered)) throw error;
      this.#failure ??= error;
    }
  }

  async end(): Promise<Verified> {
    const end = this.#end;
    if (this.#failure) {
      // Where its end is gone, nothing says with which seal it began.
      const first = end ? extentOf(end).first : Number.POSITIVE_INFINITY;
      throw this.#verification.missing(this.#keptFrom, first) ?? this.#failure;
    }
    const verified = await this.#verification.end(end ? extentOf(end) : {});
    if (!end) throw new Tampered('removed', {}, `The export is cut off after line ${this.#number}`);
    if (this.#hash.digest('hex') !== end.sha256) {
      throw new Tampered(
        'altered',
        {},
        'The export was altered where no seal covers it: rows not sealed yet',
      );
    }
    return verified;
  }

  async #read({ bytes, whole }: Line): Promise<void> {
    const number = this.#number;
    if (this.#end) {
      throw new Tampered('inserted', {}, `Line ${number} was inserted: it follows the end of the export`);
    }
    const value = parse(bytes, number);
    if (value.type === 'audit-export-end') {
      this.#end = readEnd(value, this.#keys);
      if (!this.#end || !whole) throw altered(number);
      return;
    }
    const entry = toEntry(value, bytes, number);
    if (entry.kind === 'seal') this.#keptFrom = entry.seal.kept_from;
    this.#hash.update(bytes).update('\n');
    if (!this.#failure) await this.#verification.take(entry);
  }
}

/** What an export says that it holds. */
function extentOf({ first_seal: first, seals, to, at }: SignedEnd): Extent {
  const range = { first: first ?? 0, last: first === null ? 0 : first + seals - 1 };
  // An export of a period may end before the newest anchor.
  return { ...range, until: to === null ? at : '' };
}

type Value = Readonly<Record<string, unknown>>;

function parse(bytes: Buffer, number: number): Value {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value === 'object' && value !== null) return value as Value;
  } catch {
    // As below.
  }
  throw altered(number);
}

function toEntry(value: Value, bytes: Buffer, number: number): Entry {
  if (value.type === 'audit-seal') {
    const seal = readFullSeal(value);
    if (seal) return { kind: 'seal', seal };
    throw altered(number, typeof value.number === 'number' ? { seal: value.number } : {});
  }
  const { position } = value;
  if (position !== null && !Number.isSafeInteger(position)) throw altered(number);
  return { kind: 'row', position: position as number | null, line: bytes };
}

function altered(line: number, place = {}): Tampered {
  return new Tampered('altered', place, `Line ${line} was altered: it is no row or seal`);
}
