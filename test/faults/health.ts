import { until } from '../postgres/until.ts';
import type { Portal } from '../support/portal.ts';

/** ms after which everything works again without a restart: "a few seconds". */
const HEALED = 5000;
/** ms for which /health may answer by an earlier look. */
const LOOKED = 1000;

export interface Health {
  readonly status: number;
  readonly dependencies: Readonly<Record<string, { state: string; error?: string }>>;
}

/** What each process says at /health. */
export function health(portal: Portal): Promise<Health[]> {
  return Promise.all(
    portal.operationsPorts.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      return { ...((await response.json()) as Omit<Health, 'status'>), status: response.status };
    }),
  );
}

/** What each process answers at /ready. */
export function readiness({ operationsPorts }: Portal): Promise<number[]> {
  return Promise.all(
    operationsPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/ready`)).status),
  );
}

/** Waits until every process has found its stores again by itself, by a look that began after this was asked. */
export async function untilHealthy(portal: Portal): Promise<void> {
  const asked = performance.now();
  await until(async () => {
    const isLate = performance.now() - asked > LOOKED;
    return (await health(portal)).every(({ status }) => status === 200) && isLate;
  }, HEALED + LOOKED);
}

/** Lines of the log about faults of our own: an outage is none. */
export function internalErrors({ logs }: Portal): string[] {
  return logs.filter((line) => line.includes('"reason":"internal"'));
}
