import fc from 'fast-check';
import { ACTORS, programActor } from '../../src/names.ts';
import type { Somebody } from '../support/enrolled.ts';

/** Those whose ids and names are drawn too; known only when a test runs. */
interface Known {
  readonly owner: () => Somebody;
  /** Has the owner's sub as user ID. */
  readonly namesake: () => Somebody;
}

const OF_OBJECTS = [
  ...Object.getOwnPropertyNames(Object.prototype),
  '__proto__',
  'prototype',
  'length',
  'name',
];
const RESERVED = [...Object.values(ACTORS), programActor('names'), 'admin', 'null', 'vestibule-console'];
const CHOSEN = ['claims', 'eligibility', 'mobile', 'dr.rivera', 'op.lee'];
/** From a small letter to the full-width one, which compatibility forms make the same. */
const FULL_WIDTH = 0xfee0;

const LOOKS: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => `${text}\u200b`,
  (text) => ` ${text}`,
  (text) => `${text}\0`,
  (text) => text.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.charCodeAt(0) + FULL_WIDTH)),
  // Cyrillic.
  (text) => text.replace('o', '\u043e'),
  (text) => `${text}[${text}]`,
  (text) => `${text}.${text}`,
];

/** Names that mean something already, names like an id, and what looks like them. */
export function strangeNames({ owner, namesake }: Known): fc.Arbitrary<() => string> {
  const fixed = (text: string) => () => text;
  const field = fc.constantFrom('sub' as const, 'userId' as const);
  const text = fc.oneof(
    fc.constantFrom(...OF_OBJECTS).map(fixed),
    fc.constantFrom(...RESERVED, ...CHOSEN).map(fixed),
    field.map((of) => () => owner()[of]),
    field.map((of) => () => namesake()[of]),
    fc.string({ unit: fc.constantFrom(...'aZ09_-'), minLength: 22, maxLength: 22 }).map(fixed),
  );
  const looks = fc.oneof(
    { weight: 4, arbitrary: fc.constant((same: string) => same) },
    fc.constantFrom(...LOOKS),
  );
  return fc.tuple(text, looks).map(
    ([said, looksLike]) =>
      () =>
        looksLike(said()),
  );
}
