/** What an account can be in a practice, the farthest-reaching first. */
export const MEMBERSHIP_ROLES = ['practice-administrator', 'clinician', 'biller', 'staff'] as const;
/** What an account can be in this service itself; never from a membership. */
export const GLOBAL_ROLES = ['operator', 'security-analyst', 'support'] as const;
export const ROLES = [...MEMBERSHIP_ROLES, ...GLOBAL_ROLES] as const;

export type MembershipRole = (typeof MEMBERSHIP_ROLES)[number];
export type GlobalRole = (typeof GLOBAL_ROLES)[number];
export type Role = (typeof ROLES)[number];

/** Membership roles as a page offers them: a slip gives too little rather than too much. */
export const OFFERED_ROLES = MEMBERSHIP_ROLES.toReversed();
