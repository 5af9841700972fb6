import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { Dependency, Detail } from '../operations/health.ts';
import { Operations } from '../operations/operations.ts';
import { postgresFault } from '../postgres/away.ts';
import { tryWrite } from '../postgres/probe.ts';
import { redisFault } from '../redis/fault.ts';
import { evictionProblem, headroom, type RedisMemory } from '../redis/memory.ts';
import type { Stores } from './capabilities.ts';

/** The port for orchestrators and monitoring. */
export function createOperations(config: Config, log: Log, { db, redis, keys }: Stores): Operations {
  let memory: RedisMemory | undefined;
  const postgresql: Dependency = {
    name: 'postgresql',
    look: async () => {
      await tryWrite(db);
      return {};
    },
    faultOf: postgresFault,
  };
  const redisDependency: Dependency = {
    name: 'redis',
    look: async () => {
      await redis.tryWrite((number) => keys.health(number));
      memory = await redis.memory();
      return memory
        ? { detail: detailOf(memory), warning: memory.evicts ? evictionProblem(memory) : undefined }
        : {};
    },
    faultOf: redisFault,
  };
  const operations = new Operations({
    config: config.operations,
    connections: config.server,
    log,
    storeTime: () => redis.time(),
    dependencies: [postgresql, redisDependency],
  });
  measureMemory(operations, () => memory);
  return operations;
}

function detailOf({ policy, evictedKeys, used, limit }: RedisMemory): Detail {
  const told = { maxmemory_policy: policy, evicted_keys: evictedKeys, memory_used: used };
  return limit > 0 ? { ...told, memory_limit: limit, memory_left: headroom({ used, limit }) } : told;
}

function measureMemory({ metrics }: Operations, memory: () => RedisMemory | undefined): void {
  metrics.count(
    'vestibule_redis_evicted_keys_total',
    'Keys that Redis evicted: counters of failed sign-ins may be among them',
    () => memory()?.evictedKeys ?? 0,
  );
  metrics.gauge(
    {
      name: 'vestibule_redis_evicts',
      label: 'policy',
      help: '1 where Redis evicts keys once its memory is full',
    },
    () => {
      const known = memory();
      return known ? { [known.policy]: known.evicts ? 1 : 0 } : {};
    },
  );
  metrics.gauge(
    { name: 'vestibule_redis_memory_bytes', label: 'of', help: 'Memory of Redis: used, limit, left' },
    (): Readonly<Record<string, number>> => {
      const known = memory();
      return known ? { used: known.used, limit: known.limit, left: headroom(known) } : {};
    },
  );
}

/**
 * A Redis that evicts forgets what it was told, and nobody would know: of eight wrong passwords eight are judged.
 * @throws Error in production
 */
export async function refuseForgetful({ mode }: Pick<Config, 'mode'>, log: Log, redis: Stores['redis']) {
  const memory = await redis.memory();
  if (!memory) {
    log.warn('Redis does not tell its maxmemory-policy (INFO): see to it that it is noeviction');
  } else if (memory.evicts && mode === 'production') throw new Error(evictionProblem(memory));
}
