import { createServer } from 'node:net';

/** A port the demo needs, and what changes it. */
export interface NeededPort {
  readonly port: number;
  readonly host: string;
  readonly variable: string;
}

/** The ports that are taken, each with its variable: all at once, before anything is started. */
export async function takenPorts(needed: readonly NeededPort[]): Promise<NeededPort[]> {
  const free = await Promise.all(needed.map(isFree));
  return needed.filter((_, index) => !free[index]);
}

function isFree({ port, host }: NeededPort): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
