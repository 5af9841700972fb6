import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from './errors.ts';

/** A store that can be away, by its name at /health. */
export type Store = 'postgresql' | 'redis';

/** Stores that were away in the running request, and what they failed with. */
const requests = new AsyncLocalStorage<Map<Store, AppError>>();

/**
 * Runs one request, which waits once for a store that is away. After a failure oidc-provider still looks for
 * the client and saves the session, and the error page asks, too: with a timeout for each the answer would
 * come long after the 2 s.
 */
export function rememberingOutages<T>(work: () => T): T {
  return requests.run(new Map(), work);
}

/** Calls a store; fails at once where it was away before in this request. */
export async function attempt<T>(store: Store, call: () => Promise<T>): Promise<T> {
  const failure = requests.getStore()?.get(store);
  if (failure) throw failure;
  return remember(store, call());
}

/** Notes that a store was away: for a call that several requests share, since only one of them made it. */
export async function remember<T>(store: Store, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AppError && error.code === 'store-away') requests.getStore()?.set(store, error);
    throw error;
  }
}
