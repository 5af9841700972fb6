import { clock } from '../clock.ts';

/** What an app that gave no answer in time is left alone for, and whether somebody asks it again just now. */
interface Quiet {
  readonly until: number;
  asking: boolean;
}

/**
 * Apps that let a request time out. They are asked one thing at a time, with pauses, until they answer: else a
 * single app that hangs would hold every worker, and the notices of all others would wait behind its own.
 */
export class QuietApps {
  readonly #pause: number;
  readonly #quiet = new Map<string, Quiet>();

  /** @param pause s between two requests to an app that does not answer */
  constructor(pause: number) {
    this.#pause = pause * 1000;
  }

  /** Whether to ask now; a caller that asks reports the outcome. */
  mayAsk(clientId: string): boolean {
    const quiet = this.#quiet.get(clientId);
    if (!quiet) return true;
    if (quiet.asking || clock.monotonic() < quiet.until) return false;
    quiet.asking = true;
    return true;
  }

  /** It answered, if only to refuse: it holds nobody up. */
  answered(clientId: string): void {
    this.#quiet.delete(clientId);
  }

  keptQuiet(clientId: string): void {
    this.#quiet.set(clientId, { until: clock.monotonic() + this.#pause, asking: false });
  }
}
