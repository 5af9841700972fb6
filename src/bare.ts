/**
 * An object without a prototype, for keys that come from outside: it answers to `constructor` or `toString` only
 * where that was put in, as a plain object would not.
 */
export function bare<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const object: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
}
