import { readFileSync } from 'node:fs';
import type { Folded } from './folded.ts';
import { SortedLines } from './sorted-lines.ts';

/** Shorter ones would be found in everything, longer ones there are none. */
const SHORTEST_WORD = 5;
const LONGEST_WORD = 24;
/** A number of fewer digits turns up in many longer ones by chance. */
const SHORTEST_NUMBER = 8;
/** Letters and other characters beside a common password that do not make it another one. */
const SPARE_LETTERS = 2;
const SPARE_BESIDE_RUNS = 3;

/** The shipped list of passwords that people choose most often, and what is as good as being on it. */
export class CommonPasswords {
  readonly #listed = new SortedLines(readFileSync(new URL('./common-passwords.txt', import.meta.url)));

  /**
   * Whether a password is keyboard runs, or one listed password (whatever its case, accents and substitutes)
   * with so little beside it that whoever tries the list with the usual decorations arrives at it: at most two
   * letters, and fewer than `minimum` characters altogether. Two words or more never are: otherwise no
   * passphrase would pass. [NIST SP 800-63B-4 §3.1.1.2]
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
