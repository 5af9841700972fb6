import { until } from '../postgres/until.ts';
import { freePorts } from '../support/portal.ts';
import { RedisNode } from './node.ts';
import { Replicas, type Replicated } from './replicas.ts';

const SLOTS = 16_384;
const PRIMARIES = 3;

/** A Redis Cluster of three primaries; the first may have replicas, to be killed and taken over. */
export class TestCluster implements Replicated {
  readonly nodes: readonly RedisNode[];
  /** The first primary and its replicas. */
  readonly group: Replicas;

  private constructor(nodes: readonly RedisNode[]) {
    this.nodes = nodes;
    this.group = new Replicas(nodes.filter((_, index) => index === 0 || index >= PRIMARIES));
  }

  /** @param replicas of the first primary */
  static async start({ replicas }: { replicas: number }): Promise<TestCluster> {
    const count = PRIMARIES + replicas;
    const ports = await freePorts(count * 2);
    const nodes = await Promise.all(
      ports.slice(0, count).map((port, index) => startNode(port, ports[count + index] as number)),
    );
    const cluster = new TestCluster(nodes);
    await cluster.#join(ports.slice(count));
    return cluster;
  }

  /** Two of the servers: the rest is found out. */
  get url(): string {
    return `redis+cluster://${this.nodes
      .slice(1, 3)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(',')}`;
  }

  /** Whether the group owns this key. */
  async holds(key: string): Promise<boolean> {
    return Number(await this.nodes[1]?.call('CLUSTER', 'KEYSLOT', key)) < rangeOf(0)[1] + 1;
  }

  /** Ready for the next failure: all are back and agree. */
  async whole(): Promise<void> {
    const running = this.nodes.filter((node) => node.running);
    await until(async () => {
      const states = await Promise.all(running.map((node) => node.call('CLUSTER', 'INFO').catch(() => '')));
      return states.every((state) => String(state).includes('cluster_state:ok'));
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.remove()));
  }

  async #join(busPorts: readonly number[]): Promise<void> {
    const [first, ...others] = this.nodes as [RedisNode, ...RedisNode[]];
    for (const [index, node] of this.nodes.entries()) {
      await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      if (index < PRIMARIES) await node.call('CLUSTER', 'ADDSLOTSRANGE', ...rangeOf(index));
    }
    for (const [index, node] of others.entries()) {
      await first.call('CLUSTER', 'MEET', '127.0.0.1', node.port, busPorts[index + 1] as number);
    }
    const id = String(await first.call('CLUSTER', 'MYID'));
    const replicas = this.nodes.slice(PRIMARIES);
    for (const node of replicas) {
      await until(async () => (await node.call('CLUSTER', 'REPLICATE', id).catch(() => '')) === 'OK');
    }
    await this.whole();
    if (replicas.length > 0) await this.group.caughtUp(replicas.length);
  }
}

function rangeOf(index: number): [number, number] {
  const at = (part: number) => Math.floor((SLOTS * part) / PRIMARIES);
  return [at(index), at(index + 1) - 1];
}

function startNode(port: number, busPort: number): Promise<RedisNode> {
  return RedisNode.start({
    port,
    settings: [
      ['cluster-enabled', 'yes'],
      ['cluster-port', busPort],
      ['cluster-node-timeout', 1000],
      // A replica that lags takes over all the same: what it missed is lost.
      ['cluster-replica-validity-factor', 0],
      // The replicas stay where the test has put them.
      ['cluster-allow-replica-migration', 'no'],
    ],
  });
}
