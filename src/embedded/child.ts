import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '../errors.ts';
import type { Owner } from './owner.ts';
import { runningProcesses } from './processes.ts';

/** How a store is started, and how it is known again after its parent was killed. */
export interface ChildOptions {
  readonly command: string;
  readonly argv0?: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** Receives what the store prints; started anew beyond 1 MiB. */
  readonly logFile: string;
  readonly owner: Owner | undefined;
  /** SIGINT is PostgreSQL's fast shutdown. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly onExit: (code: number | null) => void;
}

const LOG_LIMIT = 1024 * 1024;
const STOP_LIMIT = 10_000;

/** One store as our own child, in a process group of its own, so that Ctrl-C in a terminal spares it. */
export class Child {
  readonly #options: ChildOptions;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #logStart: number;
  #stopping = false;
  #running = true;

  constructor(options: ChildOptions) {
    this.#options = options;
    const size = sizeOf(options.logFile);
    this.#logStart = size > LOG_LIMIT ? 0 : size;
    const log = openSync(options.logFile, size > LOG_LIMIT ? 'w' : 'a', 0o600);
    this.#process = spawn(options.command, [...options.arguments], {
      argv0: options.argv0 ?? options.command,
      cwd: options.directory,
      // Nothing of ours: neither secrets nor PG* variables reach a store.
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      detached: true,
      ...(options.owner ?? {}),
    });
    closeSync(log);
    // However we end, short of a kill -9, the store does not stay behind.
    const leave = (): void => void this.#process.kill(options.stopSignal);
    process.once('exit', leave);
    this.#exited = new Promise((resolve) => {
      const ended = (code: number | null): void => {
        this.#running = false;
        process.off('exit', leave);
        resolve();
        if (!this.#stopping) options.onExit(code);
      };
      this.#process.once('exit', ended);
      this.#process.once('error', () => ended(null));
    });
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Asks the store to stop, waits at most 10 s, then kills it. Repeated calls wait for the same end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#running) {
      // A store that a debugger or a fault test halted would sleep through the signal.
      this.#process.kill('SIGCONT');
      this.#process.kill(this.#options.stopSignal);
    }
    const killing = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT);
    await this.#exited;
    clearTimeout(killing);
  }

  /** What this child has printed so far. */
  printed(): string {
    return readFileSync(this.#options.logFile).subarray(this.#logStart).toString();
  }
}

/**
 * Stops what an earlier, killed parent left behind. A process is ours only when it is the named server and
 * was started on exactly this data directory (`flag directory` among its words).
 */
export async function stopOrphans(
  name: string,
  flag: string,
  directory: string,
  signal: 'SIGINT' | 'SIGTERM',
): Promise<void> {
  const ours = () =>
    runningProcesses().filter(({ words }) => {
      const at = words.indexOf(flag);
      return words[0]?.split('/').at(-1) === name && at > 0 && words[at + 1] === directory;
    });
  for (const orphan of ours()) send(orphan.pid, 'SIGCONT', signal);
  const killAfter = Date.now() + STOP_LIMIT;
  while (ours().length > 0) {
    if (Date.now() > killAfter) for (const orphan of ours()) send(orphan.pid, 'SIGKILL');
    await pause(20);
  }
}

function send(pid: number, ...signals: NodeJS.Signals[]): void {
  for (const signal of signals) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errorCode(error) !== 'ESRCH') throw error;
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
