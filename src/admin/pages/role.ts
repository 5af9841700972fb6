import type { Translator } from '../../html/messages.ts';

/** What somebody can be in a practice, the most usual first. */
export const MEMBERSHIP_ROLES = ['clinician', 'biller', 'staff', 'practice-administrator'] as const;
const ROLES = [...MEMBERSHIP_ROLES, 'operator', 'security-analyst', 'support'] as const;

/** A role in words. */
export function roleWords(role: string, t: Translator): string {
  const known = ROLES.find((each) => each === role);
  return known ? t(`role.${known}`) : role;
}
