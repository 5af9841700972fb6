import { type Folded, fold } from './folded.ts';

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
