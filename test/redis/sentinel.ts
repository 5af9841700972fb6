import { until } from '../postgres/until.ts';
import { freePorts } from '../support/portal.ts';
import { RedisNode } from './node.ts';
import { Replicas, type Replicated } from './replicas.ts';

const NAME = 'vestibule';

/** A primary and two replicas, watched by three Sentinels. */
export class TestSentinels implements Replicated {
  readonly group: Replicas;
  readonly nodes: readonly RedisNode[];
  readonly #sentinels: readonly RedisNode[];

  private constructor(nodes: readonly RedisNode[], sentinels: readonly RedisNode[]) {
    this.group = new Replicas(nodes);
    this.nodes = nodes;
    this.#sentinels = sentinels;
  }

  static async start(): Promise<TestSentinels> {
    const [port, ...ports] = (await freePorts(6)) as [number, ...number[]];
    const follow = ['replicaof', '127.0.0.1', port] as const;
    const nodes = await Promise.all([
      startNode(port, []),
      ...ports.slice(0, 2).map((replica) => startNode(replica, [follow])),
    ]);
    await new Replicas(nodes).caughtUp(2);
    const sentinels = await Promise.all(ports.slice(2).map((at) => startSentinel(at, port)));
    const started = new TestSentinels(nodes, sentinels);
    await started.whole();
    return started;
  }

  get url(): string {
    return `redis+sentinel://${this.#sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`;
  }

  /** Ready for the next failure: the Sentinels know of one another, of the primary and of its replicas. */
  async whole(): Promise<void> {
    await until(async () => {
      const views = await Promise.all(this.#sentinels.map((sentinel) => viewOf(sentinel)));
      return views.every(
        (view) =>
          view['num-slaves'] === String(this.nodes.length - 1) &&
          view['num-other-sentinels'] === '2' &&
          view.flags === 'master',
      );
    });
  }

  /** One server holds every key. */
  async holds(): Promise<boolean> {
    return true;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes, ...this.#sentinels].map((node) => node.remove()));
  }
}

async function viewOf(sentinel: RedisNode): Promise<Record<string, string | undefined>> {
  const words = (await sentinel.call('SENTINEL', 'MASTER', NAME)) as string[];
  return Object.fromEntries(
    words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]]] : [])),
  );
}

function startNode(
  port: number,
  more: readonly (readonly [string, ...(string | number)[]])[],
): Promise<RedisNode> {
  return RedisNode.start({ port, settings: more });
}

function startSentinel(port: number, primary: number): Promise<RedisNode> {
  return RedisNode.start({
    port,
    as: 'redis-sentinel',
    settings: [
      ['sentinel', 'monitor', NAME, '127.0.0.1', primary, 2],
      ['sentinel', 'down-after-milliseconds', NAME, 700],
      ['sentinel', 'failover-timeout', NAME, 1500],
      ['sentinel', 'parallel-syncs', NAME, 2],
    ],
  });
}
