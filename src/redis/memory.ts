import { Cluster, type Redis } from 'ioredis';

/** What a Redis says of its memory; of a Cluster's servers, the one that is nearest to its limit. */
export interface RedisMemory {
  /** `maxmemory-policy`: one that evicts, where any server has one. */
  readonly policy: string;
  /** Whether keys vanish once memory is short: counters of failed attempts, ends of sessions. */
  readonly evicts: boolean;
  /** Keys that were evicted since the servers started, in all. */
  readonly evictedKeys: number;
  /** Bytes. */
  readonly used: number;
  /** Bytes (`maxmemory`); 0 for none. */
  readonly limit: number;
}

/** Undefined where it is not told: some accounts of managed services may not ask. */
export async function readMemory(client: Redis | Cluster): Promise<RedisMemory | undefined> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  const told = await Promise.all(servers.map(memoryOf)).catch(() => []);
  const [first, ...others] = told.flatMap((each) => each ?? []);
  return first && others.reduce(together, first);
}

async function memoryOf(server: Redis): Promise<RedisMemory | undefined> {
  const info = await server.info();
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const policy = field('maxmemory_policy');
  if (policy === undefined) return undefined;
  const limit = Number(field('maxmemory') ?? 0);
  return {
    policy,
    evicts: policy !== 'noeviction' && limit > 0,
    evictedKeys: Number(field('evicted_keys') ?? 0),
    used: Number(field('used_memory') ?? 0),
    limit,
  };
}

function together(one: RedisMemory, other: RedisMemory): RedisMemory {
  const { policy, evicts } = one.evicts ? one : other.evicts ? other : one;
  const { used, limit } = headroom(one) <= headroom(other) ? one : other;
  return { policy, evicts, used, limit, evictedKeys: one.evictedKeys + other.evictedKeys };
}

/** Bytes that are left; infinite without a limit. */
export function headroom({ used, limit }: Pick<RedisMemory, 'used' | 'limit'>): number {
  return limit > 0 ? Math.max(0, limit - used) : Number.POSITIVE_INFINITY;
}

/** What is wrong with a Redis that may forget. */
export function evictionProblem({ policy }: RedisMemory): string {
  return `Redis evicts keys when its memory is full (maxmemory-policy ${policy}), and with them counters of failed sign-ins and ends of sessions: set maxmemory-policy noeviction`;
}
