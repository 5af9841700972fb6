/** What a bar is drawn on. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
/** ms between two drawings. */
const INTERVAL = 100;

/** How far a long command is, on one line of a terminal; nothing where the output goes elsewhere. */
export class ProgressBar {
  readonly #terminal: Terminal;
  #drawn = 0;
  #rows = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param part that is done, 0 to 1 @param rows so far */
  show(part: number, rows: number): void {
    this.#rows = rows;
    const now = performance.now();
    if (!this.#terminal.isTTY || (part < 1 && now - this.#drawn < INTERVAL)) return;
    this.#drawn = now;
    const done = Math.max(0, Math.min(1, part));
    const bar = '█'.repeat(Math.round(done * WIDTH)).padEnd(WIDTH, '░');
    this.#terminal.write(`\r${bar} ${String(Math.floor(done * 100)).padStart(3)} %  ${rows} rows`);
  }

  /** The next text begins on a line of its own. */
  end(): void {
    if (this.#terminal.isTTY && this.#drawn > 0) this.#terminal.write('\n');
  }
}
