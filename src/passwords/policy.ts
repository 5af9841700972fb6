import type { BreachedList } from './breached.ts';
import { CommonPasswords } from './common.ts';
import { type Kind, missingKinds } from './composition.ts';
import { Folded } from './folded.ts';
import { checkLength, isTooLong, normalise } from './length.ts';
import { type About, isPersonal } from './personal.ts';

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
   * Never throws, whatever the text. [NIST SP 800-63B-4 §3.1.1.2; ASVS 5.0 6.2.1, 6.2.4, 6.2.11, 6.2.12]
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
   * on the breached list, so that somebody else may type it next. Rules on length and composition that came
   * later wait until the person changes it: a rule made stricter must not stop a clinic's morning.
   */
  async mustChange(password: string): Promise<boolean> {
    if (isTooLong(password)) return false;
    const normal = normalise(password);
    if (this.#common.holds(new Folded(normal), this.rules.minimum)) return true;
    return (await this.#breached?.holds(normal)) ?? false;
  }
}
