import type { Readable } from 'node:stream';
import { clock } from '../clock.ts';

/** Bytes. */
const MOST = 1024 * 1024;
/** ms */
const LONGEST = 2_000;

/**
 * Reads the rest of what was refused and throws it away, until its end, for at most 1 MiB and 2 s. A
 * connection that is closed with bytes unread is reset, and its sender never gets to see the answer.
 */
export function drain(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    let left = MOST;
    const done = (): void => {
      timer.cancel();
      stream.off('data', count).off('end', done).off('close', done).off('error', done);
      stream.pause();
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) done();
    };
    const timer = clock.after(LONGEST, done);
    if (stream.readableEnded || stream.destroyed) done();
    else stream.on('data', count).once('end', done).once('close', done).once('error', done).resume();
  });
}
