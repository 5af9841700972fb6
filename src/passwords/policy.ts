import type { BreachedList } from './breached.ts';
import { CommonPasswords } from './common.ts';
import { checkLength, Folded, fold, isTooLong, normalise } from './text.ts';

/** What is wrong with a new password. */
export type Fault =
  | { readonly kind: 'missing' | 'too-short' | 'too-long' | 'personal' | 'common' | 'breached' }
  | { readonly kind: 'composition'; readonly missing: readonly Kind[] };

/** What a person is told before typing. */
export interface PasswordRules {
  /** Characters at least, 8 to 64. */
  readonly minimum: number;
  /** Kinds of characters that are demanded; none unless an operator's policy demands them. */
  readonly composition: readonly Kind[];
}

export interface PolicyDependencies {
  readonly rules: PasswordRules;
  /** What the site is called: the operator, the product. */
  readonly products: readonly string[];
  /** Passwords known from breaches, where the operator has such a list. */
  readonly breached?: BreachedList | undefined;
}

/** What a new password must be, and whether one that was good once still is. */
export class PasswordPolicy {
  readonly rules: PasswordRules;
  readonly #products: readonly string[];
  readonly #breached: BreachedList | undefined;
  readonly #common = new CommonPasswords();

  constructor({ rules, products, breached }: PolicyDependencies) {
    this.rules = rules;
    this.#products = products;
    this.#breached = breached;
  }

  /**
   * Judges a new password, in NFKC and by code points: the first fault found, undefined when there is none.
   * Never throws, for any text. [NIST SP 800-63B-4 §3.1.1.2; ASVS 5.0 6.2.1, 6.2.4, 6.2.11, 6.2.12]
   */
  async check(password: string, about: About): Promise<Fault | undefined> {
    const { minimum, composition } = this.rules;
    if (!password) return { kind: 'missing' };
    const length = checkLength(password, minimum);
    if (length) return { kind: length };
    const normal = normalise(password);
    const missing = missingKinds(normal, composition);
    if (missing.length > 0) return { kind: 'composition', missing };
    const folded = new Folded(normal);
    if (isPersonal(folded, about, this.#products, minimum)) return { kind: 'personal' };
    if (this.#common.holds(folded, minimum)) return { kind: 'common' };
    return (await this.#breached?.holds(normal)) ? { kind: 'breached' } : undefined;
  }

  /**
   * Whether a password that was just proved right has to be replaced before it lets anyone in: it is common or
   * on the breached list, so that a thief may type it next. Rules on length and composition that were made stricter
   * since apply when the person next changes it: they must not keep a clinic from working.
   */
  async mustChange(password: string): Promise<boolean> {
    if (isTooLong(password)) return false;
    const normal = normalise(password);
    if (this.#common.holds(new Folded(normal), this.rules.minimum)) return true;
    return (await this.#breached?.holds(normal)) ?? false;
  }
}

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

/** What is known of the person who chooses. */
export interface About {
  readonly userId?: string;
  /** Given and family name. */
  readonly names?: readonly string[];
  /** Names of the practices they work for. */
  readonly practices?: readonly string[];
}

/** Shorter parts stand in many words by chance. */
const SHORTEST_PART = 4;

/**
 * Whether a password is built from what anybody can know: without the user ID, the names and their parts it is
 * too short to stand alone. [ASVS 5.0 6.2.11]
 * @param products what the site is called
 */
export function isPersonal(
  password: Folded,
  about: About,
  products: readonly string[],
  minimum: number,
): boolean {
  const known = [about.userId ?? '', ...(about.names ?? []), ...(about.practices ?? []), ...products];
  const parts = known.flatMap(partsOf).filter((part) => password.holds(part));
  return parts.length > 0 && password.without(parts).characters < minimum;
}

/** `Ana Rivera` -> anarivera, rivera; `dr.rivera` -> dr.rivera, drrivera, rivera. */
function partsOf(name: string): string[] {
  const folded = fold(name).trim();
  const words = folded.split(/[^\p{L}\p{N}]+/u);
  return [...new Set([folded, words.join(''), ...words])].filter((part) => part.length >= SHORTEST_PART);
}
