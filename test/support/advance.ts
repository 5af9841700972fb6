import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Moves the clock of a process that was started with movable-clock.js, by ms. */
export async function advance(child: ChildProcess, ms: number): Promise<void> {
  const moved = once(child, 'message');
  child.send(ms);
  await moved;
}
