import { linesOf } from './lines.ts';
import { hashOf, readSeal, type Seal } from './seal.ts';
import { Tampered } from './tampered.ts';
import type { AnchorCheck } from './verification.ts';

/** Seals that are remembered, for heads that were written a little out of order. */
const WINDOW = 1000;

/** Heads that an anchor kept: its file, or a log stream that holds them among other lines. */
export class AnchorFile implements AnchorCheck {
  readonly #heads: AsyncGenerator<Seal>;
  #next: IteratorResult<Seal, unknown> | undefined;
  readonly #recent = new Map<number, string>();
  #matched = 0;

  constructor(content: AsyncIterable<Buffer>) {
    this.#heads = headsOf(content);
  }

  get matched(): number {
    return this.#matched;
  }

  async see({ number }: Seal, hash: string): Promise<void> {
    this.#recent.set(number, hash);
    this.#recent.delete(number - WINDOW);
    for await (const head of this.#upTo(number)) this.#compare(head);
  }

  async end(last: number, until: string | undefined): Promise<void> {
    for await (const head of this.#upTo(Number.MAX_SAFE_INTEGER)) {
      if (head.number <= last) this.#compare(head);
      else if (until === undefined || head.at <= until) throw missing(head, last);
    }
  }

  async *#upTo(number: number): AsyncGenerator<Seal> {
    this.#next ??= await this.#heads.next();
    while (!this.#next.done && this.#next.value.number <= number) {
      yield this.#next.value;
      this.#next = await this.#heads.next();
    }
  }

  #compare(head: Seal): void {
    const known = this.#recent.get(head.number);
    if (known === undefined) return;
    if (known !== hashOf(head)) {
      const what = `Seal ${head.number} was altered: the anchor holds another, of ${head.at}`;
      throw new Tampered('altered', { seal: head.number, row: head.first }, what);
    }
    this.#matched = Math.max(this.#matched, head.number);
  }
}

function missing(head: Seal, last: number): Tampered {
  const what = `Seal ${last + 1} was removed: the anchor holds seals up to ${head.number} (row ${head.last})`;
  return new Tampered('removed', { seal: last + 1 }, what);
}

async function* headsOf(content: AsyncIterable<Buffer>): AsyncGenerator<Seal> {
  for await (const { bytes } of linesOf(content)) {
    const head = headIn(bytes.toString());
    if (head) yield head;
  }
}

function headIn(line: string): Seal | undefined {
  try {
    const value = JSON.parse(line) as { seal?: unknown } | null;
    return readSeal(value) ?? readSeal(value?.seal);
  } catch {
    // A line of a log that is none of ours.
    return undefined;
  }
}
