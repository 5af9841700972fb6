import { clock } from '../clock.ts';
import { remember } from '../outage-memory.ts';

/** ms that an answer is reused, counted from when it was asked for: a change is to be seen within a second. */
const FRESH = 400;
/** Answers kept before stale ones are swept, so that made-up keys cannot fill the memory. */
const KEPT = 1000;

interface Answer<T> {
  readonly asked: number;
  readonly value: Promise<T>;
  pending: boolean;
}

/** What PostgreSQL said a moment ago, "there is none" too: many who ask for one thing at once cost one query. */
export class Recent<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #answers = new Map<string, Answer<T>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  /** At most 400 ms old. @throws what reading threw; a failure is not kept */
  get(key: string): Promise<T> {
    const known = this.#answers.get(key);
    if (known && isFresh(known)) return remember('postgresql', known.value);
    if (this.#answers.size >= KEPT) this.#sweep();
    const answer: Answer<T> = { asked: clock.monotonic(), value: this.#read(key), pending: true };
    this.#answers.set(key, answer);
    const settle = () => {
      answer.pending = false;
    };
    answer.value.then(settle, () => {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
    });
    return remember('postgresql', answer.value);
  }

  /** After a change of one's own. */
  forget(key: string): void {
    this.#answers.delete(key);
  }

  #sweep(): void {
    for (const [key, answer] of this.#answers) if (!isFresh(answer)) this.#answers.delete(key);
  }
}

// One query in flight a key, however slow: while PostgreSQL hangs, a busy app must not take the whole pool.
function isFresh(answer: Answer<unknown>): boolean {
  return answer.pending || clock.monotonic() - answer.asked < FRESH;
}
