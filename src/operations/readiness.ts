import type { Log } from '../log.ts';
import { clockSkew, isRight } from './clock.ts';

/** What /ready answers with. */
export interface ReadinessReport {
  readonly status: 'ready' | 'starting' | 'draining' | 'clock-wrong';
}

export interface ReadinessDependencies {
  /** The store's clock, epoch seconds. */
  readonly storeTime: () => Promise<number>;
  readonly log: Log;
}

/**
 * Whether this replica should get requests. What all replicas share is no question here: with a store away each of
 * them would be taken out, and people would get the balancer's bare 503 instead of our page.
 */
export class Readiness {
  readonly #deps: ReadinessDependencies;
  #phase: 'starting' | 'serving' | 'draining' = 'starting';
  #clockIsRight = true;

  constructor(deps: ReadinessDependencies) {
    this.#deps = deps;
  }

  /** It listens, with its tables migrated and its keys at hand. */
  serving(): void {
    this.#phase = 'serving';
  }

  draining(): void {
    this.#phase = 'draining';
  }

  /** Compares the clocks. What is known stays known while the store cannot be asked. Never throws. */
  async look(): Promise<void> {
    const { storeTime, log } = this.#deps;
    const skew = await clockSkew(storeTime).catch(() => undefined);
    if (skew === undefined) return;
    const right = isRight(skew);
    if (!right && this.#clockIsRight) {
      log.error({ seconds: skew }, "this clock and the store's are apart; keep both on NTP");
    }
    this.#clockIsRight = right;
  }

  /** Asks nobody: an answer that waits for a store would be late exactly when it counts. */
  report(): ReadinessReport {
    if (this.#phase !== 'serving') return { status: this.#phase };
    return { status: this.#clockIsRight ? 'ready' : 'clock-wrong' };
  }
}
