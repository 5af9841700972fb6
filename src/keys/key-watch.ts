import { clock, type Timer } from '../clock.ts';

import type { Log } from '../log.ts';
import type { SigningJwk } from './signing-keys.ts';

type Jwks = { keys: SigningJwk[] };

/** What is watched: `SigningKeys`. */
export interface WatchedKeys {
  kids(): Promise<string[]>;
  jwks(): Promise<Jwks>;
}

/** ms between looks; far below the time that a new key is published before it signs. */
const INTERVAL = 1000;

/** Tells this replica when the set of keys, or which of them signs, has changed: no restart is needed. */
export class KeyWatch {
  readonly #keys: WatchedKeys;
  readonly #use: (jwks: Jwks) => void;
  readonly #log: Log;
  #known = '';
  #failing = false;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();

  /** @param use takes the keys in use from then on */
  constructor(keys: WatchedKeys, use: (jwks: Jwks) => void, log: Log) {
    this.#keys = keys;
    this.#use = use;
    this.#log = log;
  }

  /** Takes the keys as they are now. @throws AppError 'store-away' */
  async load(): Promise<void> {
    const jwks = await this.#keys.jwks();
    this.#use(jwks);
    this.#known = jwks.keys.map(({ kid }) => kid).join(' ');
  }

  start(): void {
    this.#timer = clock.after(INTERVAL, () => {
      this.#looking = this.#look().finally(() => {
        if (this.#timer) this.start();
      });
    });
  }

  /** Waits for the look that is under way. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const kids = (await this.#keys.kids()).join(' ');
      if (kids !== this.#known) {
        await this.load();
        this.#log.info({ kids: this.#known }, 'signing keys changed');
      }
      this.#failing = false;
    } catch (error) {
      // Once an outage, not once a second.
      if (!this.#failing) this.#log.warn({ err: error }, 'the signing keys could not be looked at');
      this.#failing = true;
    }
  }
}
