import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** s after which it is ended. */
  readonly patience: number;
}

/** How a program ended: `late` when it was ended because it took too long. */
export interface Ended {
  readonly code: number | null;
  readonly late: boolean;
  readonly printed: string;
}

/** Programs that run for us, each in a process group with whatever it starts, so that nothing stays behind. */
export class Processes {
  readonly #running = new Set<ChildProcess>();
  #over = false;

  /** Whether `endAll` was called. */
  get over(): boolean {
    return this.#over;
  }

  /** Runs a program to its end, and then ends what it left running. */
  run(file: string, words: readonly string[], options: RunOptions): Promise<Ended> {
    if (this.#over) return Promise.reject(new Error('Ended by a signal.'));
    const { cwd, environment, patience } = options;
    const child = spawn(file, words, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      endGroup(child);
    }, patience * 1000);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => endGroup(child));
      child.once('close', (code) => {
        clearTimeout(timer);
        this.#running.delete(child);
        if (this.#over) reject(new Error('Ended by a signal.'));
        else resolve({ code, late, printed });
      });
    });
  }

  /** Ends all that runs; nothing is started any more. */
  endAll(): void {
    this.#over = true;
    for (const child of this.#running) endGroup(child);
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
