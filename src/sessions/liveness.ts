import { clock } from '../clock.ts';
import { remember } from '../outage-memory.ts';

/** How long a standing may be believed without asking again, ms: revocation is to be seen within a second. */
const LIFE = 500;
const MOST = 20_000;

/** Whether sessions may still be used, as the ledger said a moment ago. */
export class Liveness {
  readonly #read: (uid: string) => Promise<boolean>;
  readonly #known = new Map<string, { alive: Promise<boolean>; until: number }>();

  /** @param read asks the ledger */
  constructor(read: (uid: string) => Promise<boolean>) {
    this.#read = read;
  }

  /** One question, believed for half a second; one that failed is asked again. */
  async alive(uid: string): Promise<boolean> {
    const now = clock.monotonic();
    const known = this.#known.get(uid);
    if (known && known.until > now) return remember('postgresql', known.alive);
    const alive = this.#read(uid);
    this.#known.delete(uid);
    this.#known.set(uid, { alive, until: now + LIFE });
    if (this.#known.size > MOST) this.#forgetOldest();
    alive.catch(() => this.#known.delete(uid));
    return remember('postgresql', alive);
  }

  forget(uids: readonly string[]): void {
    for (const uid of uids) this.#known.delete(uid);
  }

  #forgetOldest(): void {
    for (const uid of this.#known.keys()) {
      this.#known.delete(uid);
      if (this.#known.size <= MOST / 2) return;
    }
  }
}
