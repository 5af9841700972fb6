import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { WORKERS } from './workers.ts';

/** Where ports are looked for: below those that systems hand out themselves, above 10080, which browsers refuse. */
const [FIRST, LAST] = [11_000, 32_000];
/** Each test worker's apart. */
const EACH = Math.floor((LAST - FIRST) / WORKERS);

/**
 * Ports that were free a moment ago, all different. Not those that the system would choose: between the look and
 * the listening it could give them to somebody's outgoing connection, or to another test.
 */
export async function freePorts(count: number): Promise<number[]> {
  const { TEST_PORTS, JEST_WORKER_ID = '1' } = process.env;
  const worker = Number(TEST_PORTS ?? JEST_WORKER_ID) - 1;
  const first = FIRST + worker * EACH;
  const found = new Set<number>();
  while (found.size < count) {
    const port = first + randomInt(EACH);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
