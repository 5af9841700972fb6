import { readFileSync } from 'node:fs';
import type { Folded } from './text.ts';

/** Shorter ones would be found in everything, longer ones there are none. */
const SHORTEST_WORD = 5;
const LONGEST_WORD = 24;
/** A number of fewer digits turns up in many longer ones by chance. */
const SHORTEST_NUMBER = 8;
/** Letters and other characters beside a common password that do not make it another one. */
const SPARE_LETTERS = 2;
const SPARE_BESIDE_RUNS = 3;

/** The shipped list of passwords that people choose most often, and the variations of it that attackers try. */
export class CommonPasswords {
  readonly #listed = new SortedLines(readFileSync(new URL('./common-passwords.txt', import.meta.url)));

  /**
   * Whether a password is keyboard runs, or one listed password (in any case, with any accents and substitutes) with
   * so little added that an attacker who tries the list with the usual decorations finds it: at most two letters, and
   * fewer than `minimum` characters altogether. Two words or more never count: otherwise no passphrase would pass.
   * [NIST SP 800-63B-4 §3.1.1.2]
   */
  holds(password: Folded, minimum: number): boolean {
    if (password.without([]).characters <= SPARE_BESIDE_RUNS) return true;
    for (const word of password.parts(SHORTEST_WORD, LONGEST_WORD, (part) => this.#isWord(part))) {
      const left = password.without([word]);
      if (left.letters <= SPARE_LETTERS && left.characters < minimum) return true;
    }
    return false;
  }

  #isWord(part: string): boolean {
    return this.#listed.has(part) && (part.length >= SHORTEST_NUMBER || /[a-z].*[a-z].*[a-z]/.test(part));
  }
}

const NEWLINE = 10;

/**
 * A sorted list of ASCII texts, a line each, searched where it lies: as a Set of strings the common passwords
 * cost every start 25 ms and 5 MB.
 */
export class SortedLines {
  readonly #bytes: Buffer;

  /** @param bytes every line ends with a newline and comes after the one before it */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  has(text: string): boolean {
    let low = 0;
    let high = this.#bytes.length;
    while (low < high) {
      let begin = (low + high) >> 1;
      while (begin > low && this.#bytes[begin - 1] !== NEWLINE) begin -= 1;
      const order = this.#compare(begin, text);
      if (order === 0) return true;
      if (order > 0) high = begin;
      else low = this.#bytes.indexOf(NEWLINE, begin) + 1;
    }
    return false;
  }

  /** Below 0 where the line that begins here comes before the text, above 0 where after it. */
  #compare(begin: number, text: string): number {
    for (let at = 0; ; at += 1) {
      const byte = this.#bytes.readUInt8(begin + at);
      // Before the two are compared: a text that holds a newline is no line, and must not run on into the next.
      if (byte === NEWLINE) return at - text.length;
      // Beyond the text's end NaN, which is never equal: the line is the longer one.
      const code = text.charCodeAt(at);
      if (byte !== code) return byte < code ? -1 : 1;
    }
  }
}
