import { Redis } from 'ioredis';
import { processIdentity } from '../../src/embedded/processes.ts';
import type { EmbeddedStores, StoreName } from '../../src/embedded/stores.ts';
import { until } from '../postgres/until.ts';
import { startThrowawayStores } from '../support/stores.ts';
import { childrenOf } from './processes.ts';

/** One way of losing a store. */
export interface Outage {
  readonly name: string;
  readonly store: StoreName;
  begin(stores: FragileStores): void | Promise<void>;
  end(stores: FragileStores): void | Promise<void>;
}

/** Every way: each store hangs, each store dies and is started again on its data. */
export const outages: readonly Outage[] = (['redis', 'postgres'] as const).flatMap((store) => [
  { name: `${store} frozen`, store, begin: (all) => all.freeze(store), end: (all) => all.thaw() },
  { name: `${store} killed`, store, begin: (all) => all.kill(store), end: (all) => all.restart(store) },
]);

/** Stores of a test's own, to be frozen, killed and brought back. */
export class FragileStores {
  readonly #stores: EmbeddedStores;
  /** Everything that was frozen and not thawed since. */
  #frozen: number[] = [];

  private constructor(stores: EmbeddedStores) {
    this.#stores = stores;
  }

  static async start(): Promise<FragileStores> {
    return new FragileStores(await startThrowawayStores());
  }

  get urls(): { databaseUrl: string; redisUrl: string } {
    const { databaseUrl, redisUrl } = this.#stores;
    return { databaseUrl, redisUrl };
  }

  /** SIGSTOP: the kernel still takes connections and bytes, nobody answers. */
  freeze(name: StoreName): void {
    const parent = this.#stores.pids[name];
    process.kill(parent, 'SIGSTOP');
    // Backends are sessions of their own: a signal to the process group would miss them.
    const all = [parent, ...childrenOf(parent)];
    this.#frozen.push(...all);
    for (const pid of all) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#frozen) signal(pid, 'SIGCONT');
    this.#frozen = [];
  }

  /** SIGKILL, to every process of the store; what Redis confirmed is in its append-only file by then. */
  async kill(name: StoreName): Promise<void> {
    if (name === 'redis') await this.#redisWrote();
    const parent = this.#stores.pids[name];
    const all = [parent, ...childrenOf(parent)];
    for (const pid of all) signal(pid, 'SIGKILL');
    await until(() => all.every((pid) => processIdentity(pid) === undefined));
  }

  restart(name: StoreName): Promise<void> {
    return this.#stores.restart(name);
  }

  /** Everything in Redis is lost. */
  async wipeRedis(): Promise<void> {
    await this.#withRedis((redis) => redis.flushall());
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.#stores.stop();
  }

  // While a background fsync runs, Redis may hold back a write for up to 2 s although it was confirmed.
  async #redisWrote(): Promise<void> {
    await this.#withRedis((redis) =>
      until(async () => /aof_buffer_length:0\b/.test(await redis.info('persistence'))),
    );
  }

  async #withRedis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(new URL(this.#stores.redisUrl).pathname);
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
