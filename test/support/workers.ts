import { availableParallelism } from 'node:os';

/** Test workers: a third of a test is waiting, for a browser, a store or a process. */
export const WORKERS = 2 * availableParallelism();
