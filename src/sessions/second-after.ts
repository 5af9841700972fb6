import { setTimeout as pause } from 'node:timers/promises';

/**
 * Tokens carry whole seconds: one of the very second in which the account's were revoked would be taken for one
 * from before. By the machine's clock: the library stamps tokens with it, whatever ours is moved to.
 */
export async function secondAfter(moment: Date): Promise<void> {
  const next = Math.ceil(moment.getTime() / 1000) * 1000;
  const wait = next - Date.now();
  // Two clocks that differ by more are no reason to keep anybody waiting.
  if (wait > 0) await pause(Math.min(wait, 1000));
}
