import type { Answer, SendOptions } from '../support/visitor.ts';
import { Walker } from './walk.ts';

/** A browser whose requests a load balancer spreads: one that a process refuses cleanly goes to the other. */
export class BalancedWalker extends Walker {
  /** How often a process refused. */
  refusals = 0;

  override async request(path: string, options: SendOptions = {}): Promise<Answer> {
    const first = Math.random() < 0.5 ? 0 : 1;
    try {
      return await super.request(path, { ...options, process: first });
    } catch (error) {
      if (!isCleanRefusal(error)) throw error;
      this.refusals += 1;
      return super.request(path, { ...options, process: 1 - first });
    }
  }
}

/** Nobody listens, or the connection was closed before a byte of an answer; half an answer is 'aborted'. */
export function isCleanRefusal(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' || (code === 'ECONNRESET' && message !== 'aborted');
}
