const waiting = new Set<() => unknown>();

/**
 * What no start needs, such as a large package of rare use: made at its first use, and at the latest right after
 * the process has begun to listen. So nobody waits for it later, and what is missing is still found at start.
 */
export function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  const use = () => {
    made ??= { value: make() };
    return made.value;
  };
  waiting.add(use);
  return use;
}

/** Makes what still waits, one thing a turn of the event loop: the first requests go in between. */
export async function makeTheRest(): Promise<void> {
  for (const use of waiting) {
    await new Promise((resolve) => setImmediate(resolve));
    waiting.delete(use);
    use();
  }
}
