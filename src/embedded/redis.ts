import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child, stopOrphans } from './child.ts';
import { makePrivateDirectory } from './owner.ts';

/** Where a private Redis keeps its data and its socket. */
export interface RedisOptions {
  readonly binary: string;
  readonly directory: string;
  readonly sockets: string;
  readonly onExit: (code: number | null) => void;
}

const START_LIMIT = 60_000;

/** A private Redis on a Unix socket, with an append-only file; it opens no port. */
export class RedisServer {
  readonly #options: RedisOptions;
  readonly #data: string;
  readonly #socket: string;
  #child: Child | undefined;
  #ready = false;

  constructor(options: RedisOptions) {
    this.#options = options;
    this.#data = join(options.directory, 'redis');
    this.#socket = join(options.sockets, 'redis.sock');
  }

  get url(): string {
    return `unix://${this.#socket}`;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Starts it, or starts it again after it died, on the same socket and data. Resolves once it answers. */
  async start(): Promise<void> {
    this.#ready = false;
    await stopOrphans('redis-server', '--dir', this.#data, 'SIGTERM');
    makePrivateDirectory(this.#data, undefined);
    const child = this.#spawn();
    this.#child = child;
    const limit = Date.now() + START_LIMIT;
    while (!(await answers(this.#socket))) {
      if (Date.now() > limit) await child.stop();
      if (!child.running) {
        const reason = child.printed().trim().split('\n').at(-1) ?? '';
        throw new Error(`The private Redis did not start: ${reason} (see ${this.#logFile})`);
      }
      await pause(20);
    }
    this.#ready = true;
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  get #logFile(): string {
    return join(this.#options.directory, 'redis.log');
  }

  #spawn(): Child {
    const settings = {
      port: '0',
      unixsocket: this.#socket,
      unixsocketperm: '700',
      dir: this.#data,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'maxmemory-policy': 'noeviction',
      // Its words stay as we gave them, so that stopOrphans knows it again.
      'set-proc-title': 'no',
    };
    return new Child({
      command: this.#options.binary,
      argv0: 'redis-server',
      arguments: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      directory: this.#data,
      logFile: this.#logFile,
      owner: undefined,
      stopSignal: 'SIGTERM',
      onExit: (code) => this.#ready && this.#options.onExit(code),
    });
  }
}

/** True once it has read its data back and takes commands. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket, () => connection.write('PING\r\n'));
    connection.setTimeout(5000, () => connection.destroy());
    connection.once('data', (reply) => {
      resolve(reply.toString().startsWith('+PONG'));
      connection.destroy();
    });
    connection.once('error', () => connection.destroy());
    connection.once('close', () => resolve(false));
  });
}
