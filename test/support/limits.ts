/*
 * How long what our rules give a second or two may take, in ms. Exact in the long form; in the short form other
 * workers share the machine, and the test's own client is late by as much as the service is.
 */
const long = process.env.LONG !== undefined;

/** For what is to be seen on every replica within a second. */
export const A_SECOND = long ? 1_000 : 3_000;
/** For an answer while a store is away. */
export const TWO_SECONDS = long ? 2_000 : 3_000;
