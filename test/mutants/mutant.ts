/** A small believable slip in one place of the source, and the test that must notice it. */
export interface Mutant {
  /** What went wrong, in a few words. */
  readonly name: string;
  /** The folder of src/ that it is in. */
  readonly feature: string;
  /** Such as `src/sessions/session-store.ts`. */
  readonly file: string;
  /** The exact code that goes; found once in the file. */
  readonly piece: string;
  /** What stands in its place. It type-checks, and the service starts with it. */
  readonly becomes: string;
  /** The rule of security or the promise that it breaks: `rule 5: …`, `README: …`, `docs/apps.md: …`. */
  readonly breaks: string;
  readonly test: {
    /** Such as `test/sessions/session-store.test.ts`. */
    readonly file: string;
    /** The name with those of its describe blocks, as jest joins them; a part of it, where that names one test. */
    readonly name: string;
  };
}
