import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisBinary } from '../../src/embedded/redis-binary.ts';
import { until } from '../postgres/until.ts';

export interface NodeOptions {
  readonly port: number;
  /** Settings as redis.conf has them, beside those of every test's node. */
  readonly settings: readonly (readonly [name: string, ...value: (string | number)[]])[];
  /** `redis-sentinel`: the same binary acts by the name it is called by. */
  readonly as?: 'redis-server' | 'redis-sentinel';
}

/** Nothing on disk, and replicas served at once instead of after 5 s. */
const SERVER = [
  ['save', '""'],
  ['appendonly', 'no'],
  ['repl-diskless-sync-delay', 0],
] as const;

/** One Redis of a test's own on a port of 127.0.0.1, to be frozen, killed and started again. */
export class RedisNode {
  readonly port: number;
  readonly #as: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;
  #client: Redis | undefined;
  #frozen = false;

  private constructor(options: NodeOptions) {
    this.port = options.port;
    this.#as = options.as ?? 'redis-server';
    this.#directory = mkdtempSync(join(tmpdir(), 'vredis-'));
    const settings = [
      ['port', this.port],
      ['bind', '127.0.0.1'],
      ['dir', this.#directory],
      ...(this.#as === 'redis-server' ? SERVER : []),
      ...options.settings,
    ];
    writeFileSync(this.#configuration, `${settings.map((words) => words.join(' ')).join('\n')}\n`);
  }

  static async start(options: NodeOptions): Promise<RedisNode> {
    const node = new RedisNode(options);
    await node.restart();
    return node;
  }

  /** Starts it, or starts it again, with what it wrote into its own configuration. */
  async restart(): Promise<void> {
    const { PATH, REDIS_SERVER } = process.env;
    this.#frozen = false;
    const words = [this.#configuration, ...(this.#as === 'redis-sentinel' ? ['--sentinel'] : [])];
    this.#process = spawn(
      findRedisBinary({ PATH, REDIS_SERVER }, () => undefined),
      words,
      {
        argv0: this.#as,
        stdio: 'ignore',
      },
    );
    await until(async () => (await this.call('PING').catch(() => '')) === 'PONG');
  }

  get running(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  /** One command on a connection of the test's own. */
  async call(name: string, ...args: (string | number)[]): Promise<unknown> {
    if (!this.#client || this.#client.status === 'end') {
      this.#client = new Redis(this.port, '127.0.0.1', {
        retryStrategy: () => null,
        commandTimeout: 2_000,
        protocol: 2,
      });
      this.#client.on('error', () => undefined);
    }
    return this.#client.call(name, ...args);
  }

  /** A field of INFO. */
  async info(field: string): Promise<string | undefined> {
    const text = String(await this.call('INFO'));
    return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1];
  }

  /** Undefined where nobody can answer. */
  async role(): Promise<string | undefined> {
    return this.running && !this.#frozen ? this.info('role').catch(() => undefined) : undefined;
  }

  /** SIGSTOP: the kernel still takes connections and bytes, nobody answers. */
  freeze(): void {
    this.#frozen = true;
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#frozen = false;
    this.#process?.kill('SIGCONT');
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    // One that has ended would keep the test waiting for its end.
    if (this.#client && this.#client.status !== 'end') this.#client.disconnect();
    this.#client = undefined;
    if (!this.#process || !this.running) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #configuration(): string {
    return join(this.#directory, 'redis.conf');
  }
}
