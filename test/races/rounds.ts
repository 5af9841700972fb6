/** Whether each thing is to be seen once, and no more: npm test. */
const brief = process.env.TEST_TIER === 'tests';

/**
 * Races are won and lost by chance, so they are run many times: how many in the long run, in test:faults, and in
 * npm test (where that is less, the file is one of both tiers: see jest.config.js).
 */
export function rounds(long: number, faults: number, once = faults): number {
  if (process.env.LONG) return long;
  return brief ? once : faults;
}

/** One line of figures, for long runs. */
export function figures(title: string, counted: Readonly<Record<string, unknown>>): void {
  if (process.env.LONG) process.stdout.write(`${title}: ${JSON.stringify(counted)}\n`);
}

/** Calls `one` with 0 … count-1 at once. */
export function atOnce<T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => one(index)));
}

/** How often each thing was seen. */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(thing: string): void {
    this.counts[thing] = (this.counts[thing] ?? 0) + 1;
  }
}
