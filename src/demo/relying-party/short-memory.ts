/** A map that forgets: each entry after its life, and the oldest when there are too many. */
export class ShortMemory<V> {
  readonly #life: number;
  readonly #limit: number;
  readonly #entries = new Map<string, { value: V; until: number }>();

  /** @param life seconds @param limit entries; without one, requests from anyone could fill the memory */
  constructor(life: number, limit = 10_000) {
    this.#life = life * 1000;
    this.#limit = limit;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: Date.now() + this.#life });
    for (const [oldest, { until }] of this.#entries) {
      if (until > Date.now() && this.#entries.size <= this.#limit) break;
      this.#entries.delete(oldest);
    }
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > Date.now() ? entry.value : undefined;
  }

  /** Reads an entry and removes it: of two who take the same key, one gets it. */
  take(key: string): V | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  deleteWhere(matches: (value: V) => boolean): void {
    for (const [key, { value }] of this.#entries) if (matches(value)) this.#entries.delete(key);
  }

  values(): V[] {
    return [...this.#entries.values()].filter(({ until }) => until > Date.now()).map(({ value }) => value);
  }
}
