import { AppError } from '../errors.ts';
import { visible } from '../http/visible.ts';
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

/**
 * The form that a user ID is compared in: NFC, case kept. None that is stored has an invisible character, so one that
 * came along with a copy is never part of it.
 */
export function plainUserId(userId: string): string {
  return visible(userId).normalize('NFC');
}

/** A user ID as a person typed or pasted it, without the spaces around it. */
export function typedUserId(text: string): string {
  return plainUserId(text).trim();
}

/** `malformed`: not 1 to 64 characters, or one of them a space, a control or invisible. `reserved`: see below. */
export type UserIdFault = 'malformed' | 'reserved';

/**
 * Why nobody may have this user ID; undefined when it is allowed. Reserved in any spelling: what could be a `sub`,
 * which every app is told, so that an act by it would hit the wrong person; the audit log's names for what is no
 * person, behind which a person would hide; and the names that every JavaScript object answers to. [rule 34]
 */
export function userIdFault(userId: string): UserIdFault | undefined {
  const normal = userId.normalize('NFC');
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
  return userId.normalize('NFC');
}
