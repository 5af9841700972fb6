/** Words of second factors. */
export const factors = {} as const;
