import { AppError } from '../errors.ts';

/** Characters of a user ID at most. */
const LONGEST = 64;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{White_Space}]/gu;
/** No control, format, private or unassigned character, no lone surrogate and no space can be in one. */
const UNTYPABLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/**
 * One form for all spellings of a user ID: case, Unicode forms, spaces and invisible characters fall away.
 * Two accounts never share one, and locks are keyed by it whether or not the account exists. Idempotent.
 */
export function foldUserId(userId: string): string {
  const once = fold(userId.toWellFormed());
  // A compatibility form can appear only after case is folded; the second pass catches it.
  return fold(once);
}

// Upper case first: it unites letters that lower case keeps apart (ß and ss, the two small sigmas).
function fold(text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').toUpperCase().toLowerCase().normalize('NFKC');
}

/** The form that a user ID is stored and compared in: NFC, case kept. */
export function normaliseUserId(userId: string): string {
  return userId.normalize('NFC');
}

/**
 * A user ID fit to be stored: 1 to 64 characters, none of them a space, a control or invisible; in NFC.
 * @throws AppError('bad-request')
 */
export function checkUserId(userId: string): string {
  const normal = normaliseUserId(userId);
  const length = [...normal].length;
  if (length < 1 || length > LONGEST || UNTYPABLE.test(normal)) {
    throw new AppError('bad-request', {
      cause: new Error(`a user ID has 1 to ${LONGEST} visible characters and no space`),
    });
  }
  return normal;
}

/** Whether a text can be stored as a user ID. */
export function isUserId(text: string): boolean {
  try {
    return checkUserId(text) !== '';
  } catch {
    return false;
  }
}
