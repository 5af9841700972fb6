/**
 * The one clock that this process goes by: what time it is, how long something has lasted, and waiting. Whatever we
 * time ourselves asks it, so that a test can move it and need not wait. Not by it goes what others time: the stores
 * (locks, lives, codes), the library that stamps tokens, and how long another machine may take to answer.
 */

/** A run that waits for its time. */
export interface Timer {
  /** It will not run; one that has run already is let be. */
  cancel(): void;
}

interface Waiting {
  /** By `monotonic`. */
  readonly at: number;
  readonly run: () => void;
  timer?: NodeJS.Timeout;
}

/** A clock that follows the machine's, and can be moved ahead of it. All times are ms. */
export class Clock {
  readonly #waiting = new Set<Waiting>();
  #ahead = 0;

  /** Since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Since the process began. It never goes back, also when the machine's clock is set. */
  monotonic(): number {
    return performance.now() + this.#ahead;
  }

  /** Runs something once, so much later. */
  after(ms: number, run: () => void): Timer {
    const waiting: Waiting = { at: this.monotonic() + ms, run };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return { cancel: () => this.#forget(waiting) };
  }

  /** Resolves so much later. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Jumps ahead. What becomes due on the way runs before this returns, in order, each at its own time. */
  advance(ms: number): void {
    const end = this.monotonic() + ms;
    for (let next = this.#firstBefore(end); next; next = this.#firstBefore(end)) {
      this.#moveTo(next.at);
      this.#fire(next);
    }
    this.#moveTo(end);
    // The machine's timers know nothing of the jump: what still waits would come too late by it.
    for (const waiting of this.#waiting) this.#arm(waiting);
  }

  #firstBefore(end: number): Waiting | undefined {
    const due = [...this.#waiting].filter(({ at }) => at <= end);
    return due.sort((one, other) => one.at - other.at)[0];
  }

  #moveTo(moment: number): void {
    this.#ahead += Math.max(0, moment - this.monotonic());
  }

  #arm(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(() => this.#fire(waiting), Math.max(0, waiting.at - this.monotonic()));
  }

  #fire(waiting: Waiting): void {
    this.#forget(waiting);
    waiting.run();
  }

  #forget(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
  }
}

export const clock = new Clock();
