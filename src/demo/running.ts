import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../errors.ts';

const facts = z.object({
  pid: z.int().positive(),
  issuer: z.string(),
  database_url: z.string(),
  redis_url: z.string(),
  secrets: z.object({ master_key: z.string(), cookie_keys: z.array(z.string()) }),
});

/** What `.data/demo.json` tells commands of a demo that runs. */
export type RunningDemo = z.output<typeof facts>;

/** The demo that runs on this data directory; undefined when none does, however the last one ended. */
export function findRunningDemo(directory: string): RunningDemo | undefined {
  try {
    const found = facts.parse(JSON.parse(readFileSync(join(directory, 'demo.json'), 'utf8')));
    return isAlive(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
