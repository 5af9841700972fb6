import { clock, type Timer } from './clock.ts';
import type { Log } from './log.ts';

/** Runs a task again and again, `seconds` after the last run ended, until stopped. A failed run is logged. */
export class Sweeper {
  readonly #task: () => Promise<unknown>;
  readonly #seconds: number;
  readonly #log: Log;
  readonly #name: string;
  #wait: number;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = true;

  /** @param first s before the first run; as between runs, unless given */
  constructor(
    task: () => Promise<unknown>,
    seconds: number,
    log: Log,
    name = 'the sweep of sessions',
    first = seconds,
  ) {
    this.#task = task;
    this.#seconds = seconds;
    this.#log = log;
    this.#name = name;
    this.#wait = first;
  }

  start(): void {
    this.#stopped = false;
    this.#next();
  }

  /** Waits for the run that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #next(): void {
    if (this.#stopped) return;
    this.#timer = clock.after(this.#wait * 1000, () => {
      this.#running = this.#run().finally(() => this.#next());
    });
    this.#wait = this.#seconds;
  }

  async #run(): Promise<void> {
    try {
      await this.#task();
    } catch (error) {
      this.#log.warn({ err: error }, `${this.#name} was interrupted`);
    }
  }
}
