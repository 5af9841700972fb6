import { until } from '../postgres/until.ts';
import type { RedisNode } from './node.ts';

/** A Redis that survives the death of a server. */
export interface Replicated {
  readonly url: string;
  /** The servers of which one is the primary that is killed. */
  readonly group: Replicas;
  /** Whether these servers hold this key. */
  holds(key: string): Promise<boolean>;
  /** Waits until it is ready for the next failure. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** A primary and its replicas, of which one takes over when the primary is gone. */
export class Replicas {
  readonly #nodes: readonly RedisNode[];

  constructor(nodes: readonly RedisNode[]) {
    this.#nodes = nodes;
  }

  async primary(): Promise<RedisNode> {
    return (await this.#having('master'))[0] ?? fail();
  }

  async replicas(): Promise<RedisNode[]> {
    return this.#having('slave');
  }

  /** Until `count` replicas hold all that the primary confirmed. */
  async caughtUp(count: number): Promise<void> {
    await until(async () => {
      const replicas = await this.replicas();
      const links = await Promise.all(replicas.map((replica) => replica.info('master_link_status')));
      return links.length >= count && links.every((link) => link === 'up');
    });
    // Not WAIT: it waits for what its own connection wrote.
    const confirmed = Number(await (await this.primary()).info('master_repl_offset'));
    await until(async () => {
      const replicas = await this.replicas();
      const offsets = await Promise.all(replicas.map((replica) => replica.info('slave_repl_offset')));
      return offsets.filter((offset) => Number(offset) >= confirmed).length >= count;
    });
  }

  /** From here on the replicas miss what the primary confirms. They stand still until they are thawed. */
  async cutOff(): Promise<RedisNode[]> {
    const [primary, replicas] = [await this.primary(), await this.replicas()];
    await this.caughtUp(replicas.length);
    for (const replica of replicas) replica.freeze();
    // Frozen alone, they would still find the writes in their sockets.
    await primary.call('CLIENT', 'KILL', 'TYPE', 'replica');
    return replicas;
  }

  /** Kills the primary; what it was. */
  async killPrimary(): Promise<RedisNode> {
    const primary = await this.primary();
    await primary.kill();
    return primary;
  }

  /** Until another has taken over. */
  async promoted(): Promise<RedisNode> {
    await until(async () => (await this.#having('master')).length === 1);
    return this.primary();
  }

  /** Brings the dead back, as replicas. */
  async restore(): Promise<void> {
    const { port } = await this.promoted();
    for (const node of this.#nodes) node.thaw();
    for (const node of this.#nodes.filter(({ running }) => !running)) {
      await node.restart();
      // In a Cluster it finds out by itself, and refuses to be told.
      await node.call('REPLICAOF', '127.0.0.1', port).catch(() => undefined);
    }
    await this.caughtUp(this.#nodes.length - 1);
  }

  async #having(role: string): Promise<RedisNode[]> {
    const roles = await Promise.all(this.#nodes.map((node) => node.role()));
    return this.#nodes.filter((_, index) => roles[index] === role);
  }
}

function fail(): never {
  throw new Error('there is no primary at the moment');
}
