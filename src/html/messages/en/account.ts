/** Words of the account page. */
export const account = {} as const;
