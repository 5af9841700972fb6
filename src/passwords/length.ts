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
