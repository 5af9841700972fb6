/** Words of locks and of the security check. */
export const lockout = {} as const;
