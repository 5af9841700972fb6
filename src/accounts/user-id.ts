import { AppError } from '../errors.ts';
import { isActor, isOfObjects, looksLikeId } from '../names.ts';

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

/** `malformed`: not 1 to 64 characters, or one of them a space, a control or invisible. `reserved`: see below. */
export type UserIdFault = 'malformed' | 'reserved';

/**
 * Why nobody may have this user ID; undefined when somebody may. Reserved is, in whatever spelling, what could be
 * somebody's `sub`, which every app is told: whoever acts by it would act on the wrong person; what something other
 * than a person is called in the audit log: it would hide behind them; and what every object answers to. [rule 34]
 */
export function userIdFault(userId: string): UserIdFault | undefined {
  const normal = normaliseUserId(userId);
  const length = [...normal].length;
  if (length < 1 || length > LONGEST || UNTYPABLE.test(normal)) return 'malformed';
  const isReserved = [normal, foldUserId(normal)].some(
    (text) => looksLikeId(text) || isActor(text) || isOfObjects(text),
  );
  return isReserved ? 'reserved' : undefined;
}

/**
 * A user ID fit to be stored, in NFC.
 * @throws AppError('bad-request')
 */
export function checkUserId(userId: string): string {
  const fault = userIdFault(userId);
  if (fault) throw new AppError('bad-request', { cause: new Error(`the user ID is ${fault}`) });
  return normaliseUserId(userId);
}
