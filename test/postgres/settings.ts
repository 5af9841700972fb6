import { pino } from 'pino';
import type { DatabaseSettings } from '../../src/postgres/database.ts';

export const silent = pino({ level: 'silent' });

/** The service's own defaults. */
export function impatient(url: string): DatabaseSettings {
  return { url, pool_size: 10, connect_timeout: 1, query_timeout: 1.5 };
}

/** For tests of anything but patience: their server is other tests' too, and pauses where one of those is large. */
export function settings(url: string): DatabaseSettings {
  return { ...impatient(url), connect_timeout: 5, query_timeout: 10 };
}
