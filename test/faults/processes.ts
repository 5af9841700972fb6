import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { processIdentity } from '../../src/embedded/processes.ts';

/** The processes that a process has started itself. */
export function childrenOf(parent: number): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Of its children, those that still run. */
  readonly left: readonly number[];
}

export const CLEAN: End = { code: 0, signal: null, left: [] };

/** Sends a signal that asks for an end, and waits for it. Throws when it takes longer than `limit` ms. */
export async function terminate(
  child: ChildProcess,
  { signal: sent = 'SIGTERM', limit = 15_000 }: { signal?: NodeJS.Signals; limit?: number } = {},
): Promise<End> {
  const children = childrenOf(child.pid as number);
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(limit) });
  child.kill(sent);
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return { code, signal, left: children.filter((pid) => processIdentity(pid) !== undefined) };
}
