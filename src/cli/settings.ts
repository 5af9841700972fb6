import { fileURLToPath } from 'node:url';
import { type Config, type LoadOptions, loadConfig, type Mode } from '../config.ts';
import { findRunningDemo } from '../demo/running.ts';
import { ConfigError } from '../errors.ts';
import { Failure } from './failure.ts';

const DATA = fileURLToPath(new URL('../../.data', import.meta.url));

/** Why there is nothing to act on. */
const NOTHING =
  'There is no database to use: start the demo in this checkout (npm start), or set DATABASE_URL';

/**
 * Which settings a command is to use: those of the environment where it names a database, else those of the
 * demo that runs in this checkout.
 * @param mode when the operator says which
 */
export function whichSettings(mode?: Mode): LoadOptions {
  if (mode === 'production' || namesDatabase()) return { mode: mode ?? 'production' };
  const demo = findRunningDemo(DATA);
  if (!demo) return { mode: mode ?? 'production' };
  const { issuer, database_url, redis_url, secrets } = demo;
  return {
    mode: 'demo',
    overrides: { issuer, database: { url: database_url }, redis: { url: redis_url }, secrets },
  };
}

/** @throws Failure without a database; ConfigError */
export function commandConfig(): Config {
  const which = whichSettings();
  try {
    return loadConfig(which);
  } catch (error) {
    if (which.mode === 'production' && lacksDatabase(error)) throw new Failure(NOTHING);
    throw error;
  }
}

function namesDatabase(): boolean {
  try {
    loadConfig({ mode: 'production' });
    return true;
  } catch (error) {
    return !lacksDatabase(error);
  }
}

function lacksDatabase(error: unknown): boolean {
  return (
    error instanceof ConfigError &&
    error.mistakes.some(({ path, problem }) => path === 'DATABASE_URL' && problem === 'is missing')
  );
}
