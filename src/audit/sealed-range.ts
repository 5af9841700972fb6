import type { RowEntry } from './log.ts';
import { leafOf } from './merkle.ts';
import type { Seal } from './seal.ts';
import { Tampered } from './tampered.ts';

/**
 * Compares the rows of one seal with the hashes that it proves.
 * @throws Tampered naming the first row that was altered, removed, inserted or reordered
 */
export function checkRows(seal: Seal, leaves: readonly Buffer[], rows: readonly RowEntry[]): void {
  const positions = new Set(rows.map(({ position }) => position));
  let next = 0;
  for (const [index, leaf] of leaves.entries()) {
    const position = seal.first + index;
    const row = rows[next];
    if (row?.position !== position) throw misplaced(position, row, positions, seal);
    if (!leafOf(row.line).equals(leaf)) throw differing(seal, position, leaves, rows[next + 1], row);
    next += 1;
  }
  const extra = rows[next];
  if (extra) throw inserted(extra.position, seal);
}

function misplaced(
  expected: number,
  row: RowEntry | undefined,
  positions: ReadonlySet<number | null>,
  seal: Seal,
): Tampered {
  const within = (row?.position ?? 0) >= seal.first && (row?.position ?? 0) <= seal.last;
  if (row && !within) return inserted(row.position, seal);
  if (row && (row.position ?? 0) < expected) return inserted(row.position, seal);
  if (positions.has(expected)) {
    return new Tampered(
      'reordered',
      { row: expected },
      `Row ${expected} was reordered: it stands after row ${row?.position}`,
    );
  }
  return new Tampered('removed', { row: expected }, `Row ${expected} was removed (seal ${seal.number})`);
}

/** The row at its place is not the one that was sealed there. */
function differing(
  seal: Seal,
  position: number,
  leaves: readonly Buffer[],
  next: RowEntry | undefined,
  row: RowEntry,
): Tampered {
  if (next?.position === position) return inserted(position, seal);
  const origin = leaves.findIndex((leaf, index) =>
    leafOf(movedTo(row.line, seal.first + index)).equals(leaf),
  );
  if (origin >= 0) {
    const place = seal.first + origin;
    return new Tampered('reordered', { row: position }, `Row ${position} was reordered: it was row ${place}`);
  }
  return new Tampered('altered', { row: position }, `Row ${position} was altered (seal ${seal.number})`);
}

/** @param seal the one that covers the row; undefined for a row before the first seal */
export function inserted(position: number | null, seal: Seal | undefined): Tampered {
  const why = seal ? `seal ${seal.number} does not cover it` : 'no seal covers it';
  return new Tampered('inserted', { row: position ?? 0 }, `Row ${position ?? 0} was inserted: ${why}`);
}

/** The line as it would be at another position. */
function movedTo(line: string | Buffer, position: number): string {
  return line.toString().replace(/("position":)\d+(,"reason":)/, `$1${position}$2`);
}
