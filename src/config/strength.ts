/** Bits below which a key is refused; random text of 32 digits, decimal or not, has more. */
const ENOUGH = 60;

/**
 * How many bits a key may have at most, for all that its text shows: what repeats itself or counts on adds none.
 * A random key of 32 hexadecimal digits has about 100 by this measure, of 128; letters in a row have a few.
 */
export function apparentBits(key: string): number {
  const letters = [...key];
  const triples = new Set(letters.map((_, index) => letters.slice(index, index + 3).join('')));
  const steps = letters.slice(1).map((letter, index) => code(letter) - code(letters[index]));
  return triples.size * Math.min(Math.log2(new Set(letters).size), entropy(steps));
}

/** What is wrong with a key that a person made up; undefined for one that looks random. */
export function weakness(key: string): string | undefined {
  if (apparentBits(key) >= ENOUGH) return undefined;
  const different = new Set(key).size;
  return `can be guessed: ${key.length} characters, ${different} of them different, in a pattern`;
}

function code(letter: string | undefined): number {
  return letter?.codePointAt(0) ?? 0;
}

/** Shannon's, in bits for each value. */
function entropy(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / values.length;
    return sum - share * Math.log2(share);
  }, 0);
}
