import { Cluster, type Redis } from 'ioredis';
import { ping } from './client.ts';

/** Slots of a Cluster. */
const SLOTS = 16_384;
/** s that a key lives; it is written again long before. */
const LIFE = 60;

/**
 * Writes a key to every server that a sign-in may need: in a Cluster, to each primary, since one that is full or
 * was demoted fails the sign-ins whose keys it owns.
 * @param keyOf names the keys by a number; what is in braces decides on the slot
 * @throws what the first of them answered that takes no writes
 */
export async function writeEverywhere(client: Redis | Cluster, keyOf: (number: number) => string) {
  const keys = client instanceof Cluster ? await keysOfAll(client, keyOf) : [keyOf(0)];
  await Promise.all(keys.map((key) => client.set(key, 1, 'EX', LIFE)));
}

/** A key for each primary. */
async function keysOfAll(client: Cluster, keyOf: (number: number) => string): Promise<string[]> {
  await ping(client);
  const owners = new Set(client.slots.map(([primary]) => primary));
  const keys = new Map<string | undefined, string>();
  for (let number = 0; keys.size < owners.size && number < SLOTS; number += 1) {
    const key = keyOf(number);
    const owner = client.slots[slotOf(key)]?.[0];
    if (!keys.has(owner)) keys.set(owner, key);
  }
  return [...keys.values()];
}

/** The slot of a key with a hash tag: CRC16 as XMODEM has it (Redis Cluster specification). */
export function slotOf(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}
