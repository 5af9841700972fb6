import { setTimeout as pause } from 'node:timers/promises';
import { createLog } from '../../src/log.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { until } from '../postgres/until.ts';
import type { RedisNode } from './node.ts';

/** Seconds that are waited for a command where how long it takes is not what is tested. */
export const PATIENT = 15;

/** A store as the service has it. @param patience s, by default the service's own */
export async function openStore(url: string, patience = 1): Promise<RedisStore> {
  const settings = { url, prefix: 'test', command_timeout: patience };
  const store = new RedisStore(settings, createLog({ level: 'silent' }));
  try {
    await store.ready(10);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

export interface Attempt {
  readonly ms: number;
  /** What was thrown, if anything was. */
  readonly error: unknown;
}

/** Runs it and says how it went. */
export async function attempt(run: () => Promise<unknown>): Promise<Attempt> {
  const begin = performance.now();
  try {
    await run();
    return { ms: performance.now() - begin, error: undefined };
  } catch (error) {
    return { ms: performance.now() - begin, error };
  }
}

/**
 * The server runs an INCR, and the connection breaks before the reply: what the counter says in the end. More
 * than 1 when the command was sent again. Tried anew when the server took things in another order.
 */
export async function countWithReplyLost(store: RedisStore, node: RedisNode, key: string): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    await store.delete(key);
    const { error } = await breakReply(store, node, key);
    await until(async () => (await attempt(() => store.get(key))).error === undefined);
    // Longer than a client waits before it sends something again.
    await pause(300);
    const count = Number(await store.get(key));
    if (count > 1 || (count === 1 && error)) return count;
  }
  throw new Error('the reply was never lost');
}

async function breakReply(store: RedisStore, node: RedisNode, key: string): Promise<Attempt> {
  await node.call('PING');
  // Until the server waits again: what it served last would come first when it is thawed.
  await pause(50);
  node.freeze();
  const counted = attempt(() => store.command('INCR', key));
  // Read after the INCR and in the same turn, before the server writes its reply.
  await pause(50);
  const cut = node.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await pause(50);
  node.thaw();
  await cut;
  return counted;
}
