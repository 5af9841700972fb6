import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { postgresBinaries } from '../../src/embedded/postgres-binaries.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** A PostgreSQL of this test's own, to be stopped, killed and started again; on a socket, in /tmp. */
export class PrivateServer {
  readonly #directory: string;
  readonly #user: { uid?: number; gid?: number };
  #process: ChildProcess | undefined;

  private constructor(directory: string, user: { uid?: number; gid?: number }) {
    this.#directory = directory;
    this.#user = user;
  }

  static async start(): Promise<PrivateServer> {
    // Short, since a socket's path has 107 bytes at most.
    const directory = await mkdtemp(join(tmpdir(), 'vpg-'));
    const user = unprivileged();
    if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid);
    const server = new PrivateServer(directory, user);
    const how = ['-D', server.#path('data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    await run(join(postgresBinaries(), 'bin/initdb'), how, { ...user, cwd: directory });
    await server.restart();
    return server;
  }

  get url(): string {
    return `postgres://postgres@/postgres?host=${encodeURIComponent(this.#directory)}`;
  }

  async restart(): Promise<void> {
    const settings = ['-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=40'];
    const how = ['-D', this.#path('data'), '-k', this.#directory, ...settings];
    this.#process = spawn(join(postgresBinaries(), 'bin/postgres'), how, {
      ...this.#user,
      cwd: this.#directory,
      detached: true,
      stdio: 'ignore',
    });
    await until(() => this.#answers());
  }

  /** SIGSTOP: the kernel still takes connections, nobody answers. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  async kill(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#signal('SIGKILL');
    await gone;
    await rm(this.#path('data/postmaster.pid'), { force: true });
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  // Backends are sessions of their own, so a signal to the process group would miss them.
  #signal(signal: NodeJS.Signals): void {
    const parent = this.#process?.pid;
    if (parent === undefined) return;
    process.kill(parent, signal);
    for (const child of children(parent)) {
      try {
        process.kill(child, signal);
      } catch {
        // Gone by itself meanwhile.
      }
    }
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 500 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

/** PostgreSQL refuses to run as root. */
export function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function children(parent: number): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}
