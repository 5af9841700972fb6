import { clock } from '../clock.ts';
import type { StoreFault } from '../errors.ts';
import type { Log } from '../log.ts';

/** What else is worth knowing of a dependency that works. */
export type Detail = Readonly<Record<string, string | number>>;

/** What a look at a dependency that works has found. */
export interface Look {
  readonly detail?: Detail;
  /** What will hurt later, though sign-in works now. */
  readonly warning?: string | undefined;
}

/** What a sign-in cannot do without. */
export interface Dependency {
  readonly name: string;
  /** Writes as a sign-in would, within the patience that a sign-in has. @throws what went wrong */
  look(): Promise<Look>;
  faultOf(error: unknown): StoreFault;
}

type Found =
  | ({ readonly state: 'working'; readonly ms: number } & Detail)
  | { readonly state: 'failing'; readonly ms: number; readonly error: StoreFault };

/** What /health answers with. */
export interface HealthReport {
  readonly status: 'working' | 'failing';
  readonly dependencies: Readonly<Record<string, Found>>;
  readonly warnings: readonly string[];
}

/** ms for which an answer is good: however many ask, the stores are asked once. */
const GOOD_FOR = 1_000;
/** ms between lines of the log on a state that lasts. */
const BETWEEN_LINES = 60_000;

/** Whether a sign-in would work now. */
export class Health {
  readonly #dependencies: readonly Dependency[];
  readonly #log: Log;
  readonly #told = new Map<string, { readonly what: string; readonly at: number }>();
  #looking: Promise<HealthReport> | undefined;
  #begun = 0;
  #working: Readonly<Record<string, number>> = {};

  constructor(dependencies: readonly Dependency[], log: Log) {
    this.#dependencies = dependencies;
    this.#log = log;
  }

  /** Looks at all dependencies at once, at most once a second. Never throws. */
  report(): Promise<HealthReport> {
    const now = clock.monotonic();
    if (!this.#looking || now - this.#begun >= GOOD_FOR) {
      this.#begun = now;
      this.#looking = this.#look();
    }
    return this.#looking;
  }

  /** 1 for each dependency that worked at the last look, 0 for the others. */
  get working(): Readonly<Record<string, number>> {
    return this.#working;
  }

  async #look(): Promise<HealthReport> {
    const found = await Promise.all(this.#dependencies.map((each) => this.#lookAt(each)));
    const dependencies = Object.fromEntries(found.map(({ name, state }) => [name, state]));
    const warnings = found.flatMap(({ warning }) => warning ?? []);
    const works = ({ state }: { state: Found }) => state.state === 'working';
    this.#working = Object.fromEntries(found.map((each) => [each.name, works(each) ? 1 : 0]));
    return { status: found.every(works) ? 'working' : 'failing', dependencies, warnings };
  }

  async #lookAt(dependency: Dependency): Promise<{ name: string; state: Found; warning?: string }> {
    const { name } = dependency;
    const begun = clock.monotonic();
    const took = () => Math.round(clock.monotonic() - begun);
    try {
      const { detail, warning } = await dependency.look();
      this.#tell(name, warning ?? '', () => this.#log.warn({ dependency: name }, warning));
      return { name, state: { state: 'working', ms: took(), ...detail }, ...(warning ? { warning } : {}) };
    } catch (err) {
      const error = dependency.faultOf(err);
      this.#tell(name, error, () =>
        this.#log.warn({ err, dependency: name, fault: error }, 'sign-in does not work'),
      );
      return { name, state: { state: 'failing', ms: took(), error } };
    }
  }

  /** Each change at once, and what lasts once a minute. */
  #tell(name: string, what: string, say: () => void): void {
    const last = this.#told.get(name);
    const now = clock.monotonic();
    if (last?.what === what && now - last.at < BETWEEN_LINES) return;
    this.#told.set(name, { what, at: now });
    if (what !== '') say();
    else if (last?.what) this.#log.info({ dependency: name }, 'works again');
  }
}
