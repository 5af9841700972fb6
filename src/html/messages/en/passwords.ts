/** Words of choosing a password. */
export const passwords = {} as const;
