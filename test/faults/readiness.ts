import { until } from '../postgres/until.ts';
import type { Portal } from '../support/portal.ts';

/** ms after which everything works again without a restart: "a few seconds". */
const HEALED = 5000;

export interface Readiness {
  readonly status: number;
  readonly dependencies: Readonly<Record<string, { state: string }>>;
}

/** What each process says at /ready. */
export function readiness(portal: Portal): Promise<Readiness[]> {
  return Promise.all(
    portal.operationsPorts.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/ready`);
      return { ...((await response.json()) as Omit<Readiness, 'status'>), status: response.status };
    }),
  );
}

/** Waits until every process has found its stores again by itself. */
export async function untilReady(portal: Portal): Promise<void> {
  await until(async () => (await readiness(portal)).every(({ status }) => status === 200), HEALED);
}

/** Lines of the log about faults of our own: an outage is none. */
export function internalErrors({ logs }: Portal): string[] {
  return logs.filter((line) => line.includes('"reason":"internal"'));
}
