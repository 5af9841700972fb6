import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a condition holds, looking every 20 ms; throws after `limit` ms. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so within ${limit} ms`);
    await pause(20);
  }
}
