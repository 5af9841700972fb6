/** Names that no one may choose, since something else already uses them (rule 34). Ids are never chosen. */

/** Who acts, in the audit log and in records of who granted what, where that is no person and no program. */
export const ACTORS = {
  /** Whoever types an operator's command. */
  command: 'cli',
  /** The service itself, when a time has come. */
  service: 'service',
  /** Whoever proved a mailbox or a phone, and is not signed in. */
  recovery: 'recovery',
  /** The job that drops old months of the audit log. */
  retention: 'retention',
  /** What fills a demo. */
  demo: 'demo',
} as const;

const PROGRAM = 'app:';

/** How the audit log calls a program that acts by itself. */
export function programActor(clientId: string): string {
  return `${PROGRAM}${clientId}`;
}

/** Whether this is how something that is no person is called as an actor. */
export function isActor(name: string): boolean {
  return name.startsWith(PROGRAM) || Object.values<string>(ACTORS).includes(name);
}

/** What every object answers to: a name like that finds something wherever a library looks it up in one. */
const OF_OBJECTS = new Set(
  // By name, since this process may have taken it away.
  [...Object.getOwnPropertyNames(Object.prototype), '__proto__', 'prototype'].map((name) =>
    name.toLowerCase(),
  ),
);

/** Whether every object has something of this name, capital letters aside: `constructor`, `__proto__`. */
export function isOfObjects(name: string): boolean {
  return OF_OBJECTS.has(name.toLowerCase());
}

/** Whether a text could be one of our ids, such as an account's `sub`, by its length and alphabet. */
export function looksLikeId(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}
