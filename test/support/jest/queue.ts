/** What opens a portal that files share, with its settings, up to the end of the statement. */
const OPENS =
  /\b(?:sharedPortal|startSite|startReachable(?:Site)?|(?:Team|Household|Console|AccountWalk)\.open)\([^;]*/;
const SEES = /\b(?:sharedChromium|(?:Console|AccountWalk)\.open)\b/;

/** What a portal may be given and is of the same kind: see `sharedPortal`. */
const WHOSE = /demands:true,?|,?appPorts:\{[^}]*\}/g;

/** What a test file runs on. A wrong guess costs a start, and no more. */
export interface Kind {
  /** The portal that it shares with others, or the browser alone; undefined where it shares nothing. */
  readonly shares: string | undefined;
  readonly browser: boolean;
}

/** Read off a test file's text. */
export function fileKind(source: string): Kind {
  const words = OPENS.exec(source)?.[0].replaceAll(/\s+/g, '').replaceAll(WHOSE, '');
  const portal = words?.replace('Team.open(', 'sharedPortal(').replace('({})', '()');
  const browser = SEES.test(source);
  return { shares: portal ?? (browser ? 'a browser' : undefined), browser };
}

interface Entry<T> {
  readonly item: T;
  readonly kind: Kind;
  /** Of its run, in any unit. */
  readonly cost: number;
}

/** The files of one kind that nobody has begun yet. */
interface Group<T> {
  readonly entries: Entry<T>[];
  /** How many workers have begun one of the kind. */
  takers: number;
}

/** Of those who share a queue. */
export interface Taker<T> {
  /** undefined when there is nothing left. */
  next(): T | undefined;
}

/** Test files, handed out so that few workers start the same kind of portal, and none is idle before the others. */
export class Queue<T> {
  readonly #groups = new Map<string, Group<T>>();
  /** Those that share no portal: they fill what time is left. */
  readonly #others: Entry<T>[] = [];
  /** Some worker has a browser. */
  #browsing = false;

  constructor(entries: readonly Entry<T>[]) {
    for (const entry of entries.toSorted((one, other) => other.cost - one.cost)) {
      const { shares } = entry.kind;
      if (shares === undefined) this.#others.push(entry);
      else this.#groupOf(shares).entries.push(entry);
    }
  }

  taker(): Taker<T> {
    let current: Group<T> | undefined;
    let browser = false;
    return {
      next: () => {
        if (!current?.entries.length) current = this.#choose(browser, ({ takers }) => takers === 0);
        if (!current && this.#others.length === 0) current = this.#choose(browser, () => true);
        const entry = (current?.entries ?? this.#others).shift();
        browser ||= entry?.kind.browser ?? false;
        return entry?.item;
      },
    };
  }

  /** The costliest group that fits, of those with a browser for one worker and of the rest for the others, where there are any. */
  #choose(browser: boolean, fits: (group: Group<T>) => boolean): Group<T> | undefined {
    const left = [...this.#groups.values()].filter((group) => group.entries.length > 0 && fits(group));
    const begins = !browser && !this.#browsing;
    const wanted = left.filter(({ entries }) => entries[0]?.kind.browser === (browser || begins));
    const chosen = (wanted.length > 0 ? wanted : left).toSorted(
      (one, other) => costOf(other) - costOf(one),
    )[0];
    if (!chosen) return undefined;
    chosen.takers += 1;
    this.#browsing ||= chosen.entries[0]?.kind.browser ?? false;
    return chosen;
  }

  #groupOf(shares: string): Group<T> {
    const group = this.#groups.get(shares) ?? { entries: [], takers: 0 };
    this.#groups.set(shares, group);
    return group;
  }
}

function costOf({ entries }: Group<unknown>): number {
  return entries.reduce((sum, { cost }) => sum + cost, 0);
}
