import { spawnSync } from 'node:child_process';
import { executableOn, installPackages, isExecutable } from './apt.ts';

/** The variables that finding a Redis needs; only config may read the environment. */
export interface RedisEnvironment {
  readonly PATH?: string | undefined;
  /** Names a redis-server in an odd place. */
  readonly REDIS_SERVER?: string | undefined;
}

// Debian's redis-tools carries the server under this name: one binary acts by the name it is called by.
const NAMES = ['redis-server', 'redis-check-rdb'];
const NEEDED = 'Redis 7 or newer';

/**
 * The path of a Redis server binary, to be started with `redis-server` as its own name: REDIS_SERVER, else
 * from the PATH, else from Debian's redis-tools, which root installs (it starts no service).
 * @throws Error whose message is one line that says what to install
 */
export function findRedisBinary(environment: RedisEnvironment, say: (line: string) => void): string {
  const named = environment.REDIS_SERVER;
  if (named) {
    if (!isExecutable(named)) throw new Error(`REDIS_SERVER names ${named}, which is not a program.`);
    if (!isServer(named)) throw new Error(`REDIS_SERVER names ${named}, which is not ${NEEDED}.`);
    return named;
  }
  const found = onPath(environment.PATH);
  if (found) return found;
  const installed = installPackages(['redis-tools'], environment.PATH, say) && onPath(environment.PATH);
  if (installed) return installed;
  throw new Error(
    `${NEEDED} is missing: install it (Debian and Ubuntu: apt-get install redis-tools; macOS: brew install redis), or set REDIS_SERVER to a redis-server binary.`,
  );
}

function onPath(path: string | undefined): string | undefined {
  return NAMES.map((name) => executableOn(path, name)).find((file) => file !== undefined && isServer(file));
}

function isServer(file: string): boolean {
  const { stdout } = spawnSync(file, ['--version'], {
    argv0: 'redis-server',
    encoding: 'utf8',
    timeout: 5000,
  });
  return Number(/server v=(\d+)\./.exec(stdout ?? '')?.[1]) >= 7;
}
