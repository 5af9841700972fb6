import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { Child, stopOrphans } from './child.ts';
import { makePrivateDirectory, type Owner, storeOwner } from './owner.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type DataPlace, placeData, preparePlace } from './postgres-data.ts';
import { processIdentity } from './processes.ts';

/** Where a private PostgreSQL keeps its data and its socket. */
export interface PostgresOptions {
  readonly directory: string;
  readonly sockets: string;
  readonly onExit: (code: number | null) => void;
}

const run = promisify(execFile);
const START_LIMIT = 60_000;

/** A private PostgreSQL on a Unix socket that only its own user and root can reach; it opens no port. */
export class PostgresServer {
  readonly #options: PostgresOptions;
  readonly #binaries: string;
  readonly #place: DataPlace;
  readonly #data: string;
  readonly #owner: Owner | undefined;
  readonly #socket: string;
  #child: Child | undefined;
  #ready = false;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.#binaries = postgresBinaries();
    this.#place = placeData(options.directory);
    this.#data = this.#place.data;
    this.#owner = storeOwner(this.#data);
    this.#socket = join(options.sockets, 'pg');
  }

  /** What `pg`, libpq and `new URL` all read. The socket's folder keeps others out, so there is no password. */
  get url(): string {
    return this.#urlOf('vestibule');
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Starts it, or starts it again after it died, on the same socket and data. Resolves once it answers. */
  async start(): Promise<void> {
    this.#ready = false;
    await stopOrphans('postgres', '-D', this.#data, 'SIGINT');
    preparePlace(this.#options.directory, this.#place);
    makePrivateDirectory(this.#socket, this.#owner);
    if (!existsSync(join(this.#data, 'PG_VERSION'))) await this.#create();
    this.#forgetReusedPid();
    const limit = Date.now() + START_LIMIT;
    while (!(await this.#tryStart(limit))) await pause(100);
    this.#ready = true;
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  /** False when the last server's sessions have not all gone yet and it should be tried again. */
  async #tryStart(limit: number): Promise<boolean> {
    const child = this.#spawn();
    this.#child = child;
    while (child.running) {
      if (await this.#answers()) return true;
      if (Date.now() > limit) await child.stop();
      await pause(20);
    }
    const printed = child.printed();
    if (/shared memory block/.test(printed) && Date.now() < limit) return false;
    const reason = /FATAL:.*/.exec(printed)?.[0] ?? 'no answer';
    throw new Error(`The private PostgreSQL did not start: ${reason} (see ${this.#logFile})`);
  }

  #spawn(): Child {
    const settings = [
      'listen_addresses=',
      `unix_socket_directories=${this.#socket}`,
      'unix_socket_permissions=0700',
      'max_connections=500',
      'password_encryption=scram-sha-256',
    ];
    return new Child({
      command: join(this.#binaries, 'bin/postgres'),
      arguments: ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])],
      directory: this.#data,
      logFile: this.#logFile,
      owner: this.#owner,
      stopSignal: 'SIGINT',
      onExit: (code) => this.#ready && this.#options.onExit(code),
    });
  }

  get #logFile(): string {
    return join(this.#options.directory, 'postgres.log');
  }

  #urlOf(database: string): string {
    return `postgresql:///${database}?host=${encodeURIComponent(this.#socket)}&user=vestibule`;
  }

  /** Makes the database if it is not there. False while the server cannot be reached. */
  async #answers(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.#urlOf('postgres'),
      connectionTimeoutMillis: 5000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query("select from pg_database where datname = 'vestibule'");
      if (found.rowCount === 0) await client.query('create database vestibule');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Made aside and renamed, so that a start cut short leaves no half-made data behind. */
  async #create(): Promise<void> {
    const draft = `${this.#data}.new`;
    await stopOrphans('initdb', '-D', draft, 'SIGTERM');
    rmSync(draft, { recursive: true, force: true });
    makePrivateDirectory(draft, this.#owner);
    const options = [
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ];
    const access = ['--username=vestibule', '--auth-local=trust', '--auth-host=reject'];
    await run(join(this.#binaries, 'bin/initdb'), ['-D', draft, ...options, ...access], {
      cwd: draft,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      ...(this.#owner ?? {}),
    }).catch((error: Error & { stderr?: string }) => {
      throw new Error(`PostgreSQL's initdb failed: ${error.stderr?.trim().split('\n')[0] || error.message}`);
    });
    // Refused, rightly, when something that is no database of ours lies there.
    renameSync(draft, this.#data);
  }

  /**
   * PostgreSQL itself clears the pid file of a dead server, but not where the number has meanwhile been
   * given to another process (always so in a container). No server of this data runs: that was checked.
   */
  #forgetReusedPid(): void {
    const file = join(this.#data, 'postmaster.pid');
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    if (processIdentity(pid) !== undefined) rmSync(file);
  }
}
