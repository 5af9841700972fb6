import { GLOBAL_ROLES, type GlobalRole } from '../roles.ts';

/** Who sees everything. */
export const READERS: readonly GlobalRole[] = ['security-analyst', 'operator'];
/** Who ends sessions and lifts locks. */
export const GUARDS: readonly GlobalRole[] = ['security-analyst', 'operator'];
/** Who changes accounts, practices, apps and keys. */
export const OPERATORS: readonly GlobalRole[] = ['operator'];
/** Who looks for an account. */
export const FINDERS = GLOBAL_ROLES;
