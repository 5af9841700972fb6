import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { processIdentity } from './processes.ts';

interface Claimed {
  readonly pid: number;
  readonly identity: string;
  readonly sockets: string;
}

/**
 * The right of one process to a data directory, as a file that names the process. It outlives a killed
 * process; the next one sees that nobody of that name and start time runs any more, and takes over.
 */
export class Claim {
  readonly #file: string;
  readonly #content: string;

  /** Socket directory of the killed process whose place this one took. */
  readonly abandoned: string | undefined;

  /**
   * @param directory the data directory
   * @param sockets the socket directory, for a later process to clear away
   * @throws Error, one line, when a living process has the directory
   */
  constructor(directory: string, sockets: string) {
    this.#file = join(directory, 'embedded.json');
    const claimed: Claimed = { pid: process.pid, identity: processIdentity(process.pid) ?? '', sockets };
    this.#content = JSON.stringify(claimed);
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, this.#content, { mode: 0o600 });
    try {
      this.abandoned = this.#take(draft, directory);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Gives the directory back, if it is still ours. */
  release(): void {
    if (read(this.#file) === this.#content) rmSync(this.#file, { force: true });
  }

  #take(draft: string, directory: string): string | undefined {
    let abandoned: string | undefined;
    for (;;) {
      try {
        // link, unlike rename, fails when the name is taken, and shows the file with all its content.
        linkSync(draft, this.#file);
        return abandoned;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const found = read(this.#file);
      if (found === undefined) continue;
      const earlier = parse(found);
      if (earlier && processIdentity(earlier.pid) === earlier.identity) throw inUse(directory, earlier.pid);
      abandoned = earlier?.sockets;
      this.#removeStale(found, directory);
    }
  }

  /** Of two processes that find the same stale file, the slower one must not remove the quicker one's claim. */
  #removeStale(stale: string, directory: string): void {
    const aside = `${this.#file}.${process.pid}.stale`;
    try {
      renameSync(this.#file, aside);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    const moved = read(aside);
    if (moved !== stale) linkSync(aside, this.#file);
    unlinkSync(aside);
    if (moved !== stale) throw inUse(directory, parse(moved ?? '')?.pid ?? 0);
  }
}

function inUse(directory: string, pid: number): Error {
  return new Error(
    `Process ${pid} already runs the private PostgreSQL and Redis of ${directory}; stop it first.`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(content: string): Claimed | undefined {
  try {
    const { pid, identity, sockets }: Partial<Claimed> = JSON.parse(content);
    if (typeof pid !== 'number' || typeof identity !== 'string' || typeof sockets !== 'string')
      return undefined;
    return { pid, identity, sockets };
  } catch {
    return undefined;
  }
}
