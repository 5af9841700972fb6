// What is typed as a password, as a text: its normal form, its length, and how somebody who guesses reads it.

/** The longest password, in code points. The bound keeps a 1 MB field from costing anything. */
export const MAXIMUM_LENGTH = 256;

/** No 256 code points need more UTF-16 units than this, however they were composed by the keyboard. */
const MAXIMUM_RAW_LENGTH = 4096;

/**
 * The one form in which a password is counted, hashed and compared: Unicode NFKC, so that the same password
 * typed on two keyboards is the same password. [NIST SP 800-63B-4 §3.1.1.2]
 */
export function normalise(password: string): string {
  return password.normalize('NFKC');
}

/** What is wrong with a password's length; undefined when nothing is. */
export type LengthFault = 'too-short' | 'too-long' | undefined;

/**
 * Judges a new password's length in code points after NFKC: at least `minimum` (a setting, 12 unless
 * configured), at most {@link MAXIMUM_LENGTH}.
 */
export function checkLength(password: string, minimum: number): LengthFault {
  if (isTooLong(password)) return 'too-long';
  return codePoints(normalise(password)) < minimum ? 'too-short' : undefined;
}

/** True for what no hash was ever made of; cheap however long the text is. */
export function isTooLong(password: string): boolean {
  return password.length > MAXIMUM_RAW_LENGTH || codePoints(normalise(password)) > MAXIMUM_LENGTH;
}

function codePoints(text: string): number {
  return [...text].length;
}

/** What people write for a letter. 1 is read both ways. */
const SUBSTITUTES: ReadonlyMap<string, string> = new Map(
  [
    ...(['@a', '4a', '8b', '3e', '6g', '9g', '1i', '!i', '|l'] as const),
    ...(['0o', '5s', '$s', '7t', '+t', '2z'] as const),
  ].map(([sign = '', letter = '']) => [sign, letter]),
);

/** Rows, columns, alphabet and digits as fingers run over them; each forwards and backwards. */
const RUNS = [
  ...['`1234567890-=', '~!@#$%^&*()_+', '01234567890123456789', 'abcdefghijklmnopqrstuvwxyzabc'],
  ...['qwertyuiop[]\\', "asdfghjkl;'", 'zxcvbnm,./', 'qwertzuiop', 'azertyuiop'],
  ...['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'],
  ...['!qaz', '@wsx', '#edc', '$rfv', '%tgb', '^yhn', '&ujm', '*ik,'],
].flatMap((run) => [run, [...run].reverse().join('')]);

const SHORTEST_RUN = 3;
/** One to four characters over and over: aaa, 121212, abcdabcdabcd. */
const REPEATED = /(.{1,4}?)\1{2,}/gsu;
const LETTER = /\p{L}/u;

/** Lower case without accents. Not all lengths are kept: places belong to the folded text. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFKC');
}

export interface Left {
  readonly characters: number;
  /** How many of them are letters. */
  readonly letters: number;
}

/**
 * A password as an attacker sees it: without case and accents, with the letters that digits and signs stand for. Parts
 * that are easy to guess are struck out; what is left has to be long enough.
 */
export class Folded {
  readonly #text: string;
  /** The text itself and as it reads with substitutes undone, all of one length. */
  readonly #readings: readonly string[];

  /** @param password at most 256 characters, in NFKC */
  constructor(password: string) {
    this.#text = fold(password);
    this.#readings = [...new Set([this.#text, undo(this.#text, 'i'), undo(this.#text, 'l')])];
  }

  /** What is left when runs, repetitions and these parts (folded) are taken away wherever they stand. */
  without(parts: Iterable<string>): Left {
    const struck = new Array<boolean>(this.#text.length).fill(false);
    for (const part of parts) this.#strike(part, struck);
    for (const { index, 0: repetition } of this.#text.matchAll(REPEATED)) {
      struck.fill(true, index, index + repetition.length);
    }
    for (let at = 0; at < this.#text.length; at += 1) struck.fill(true, at, at + runAt(this.#text, at));
    const left = this.#text
      .split('')
      .filter((_, at) => !struck[at])
      .join('');
    return { characters: [...left].length, letters: [...left].filter((each) => LETTER.test(each)).length };
  }

  /** Whether it contains a part (folded), in any reading. */
  holds(part: string): boolean {
    return this.#readings.some((reading) => reading.includes(part));
  }

  /** Every part of `shortest` to `longest` characters, in every reading, that is listed. */
  parts(shortest: number, longest: number, isListed: (part: string) => boolean): Set<string> {
    const found = new Set<string>();
    for (const reading of this.#readings) {
      for (let at = 0; at + shortest <= reading.length; at += 1) {
        const last = Math.min(at + longest, reading.length);
        for (let end = at + shortest; end <= last; end += 1) {
          const part = reading.slice(at, end);
          if (isListed(part)) found.add(part);
        }
      }
    }
    return found;
  }

  #strike(part: string, struck: boolean[]): void {
    for (const reading of this.#readings) {
      for (let at = reading.indexOf(part); at >= 0; at = reading.indexOf(part, at + 1)) {
        struck.fill(true, at, at + part.length);
      }
    }
  }
}

function undo(text: string, one: 'i' | 'l'): string {
  return text.replace(/[^\p{L}]/gu, (sign) =>
    sign === '1' || sign === '!' ? one : (SUBSTITUTES.get(sign) ?? sign),
  );
}

/** The length of the run that begins here; 0 where there is none. */
function runAt(text: string, at: number): number {
  let longest = 0;
  for (const run of RUNS) {
    for (let length = Math.max(longest + 1, SHORTEST_RUN); at + length <= text.length; length += 1) {
      if (!run.includes(text.slice(at, at + length))) break;
      longest = length;
    }
  }
  return longest;
}
