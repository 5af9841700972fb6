/** A kind of character that a policy may demand. */
export type Kind = 'letters' | 'numbers' | 'symbols';

const SIGNS: Readonly<Record<Kind, RegExp>> = {
  letters: /\p{L}/u,
  numbers: /\p{N}/u,
  symbols: /[^\p{L}\p{N}\p{M}\s]/u,
};

/** The demanded kinds of which a password has no character. */
export function missingKinds(password: string, demanded: readonly Kind[]): Kind[] {
  return demanded.filter((kind) => !SIGNS[kind].test(password));
}
