/** What the environment says about this machine rather than about Vestibule. */
export interface Machine {
  /** Folders to look for programs in. */
  readonly path: string;
  /** A redis-server binary in an odd place. */
  readonly redisServer: string | undefined;
  /** A Chromium binary in an odd place; for the tests. */
  readonly chromium: string | undefined;
}

/** Reads PATH, REDIS_SERVER and CHROMIUM_PATH; an empty value counts as none. */
export function readMachine(environment: NodeJS.ProcessEnv = process.env): Machine {
  return {
    path: environment.PATH || '/usr/local/bin:/usr/bin:/bin',
    redisServer: environment.REDIS_SERVER || undefined,
    chromium: environment.CHROMIUM_PATH || undefined,
  };
}
