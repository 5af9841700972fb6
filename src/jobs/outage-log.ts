import { clock } from '../clock.ts';

import type { Log } from '../log.ts';

/** ms between lines, however many workers fail meanwhile. */
const PAUSE = 10_000;

/** Says that jobs cannot run, without a line for each worker's every look at a store that is away. */
export class OutageLog {
  readonly #log: Log;
  #said = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  report(error: unknown): void {
    const now = clock.monotonic();
    if (now - this.#said < PAUSE) {
      this.#unsaid += 1;
      return;
    }
    this.#log.error({ err: error, unsaid: this.#unsaid }, 'jobs: the queue could not be read or written');
    this.#said = now;
    this.#unsaid = 0;
  }
}
