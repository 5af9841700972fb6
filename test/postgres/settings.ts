import { pino } from 'pino';
import type { DatabaseSettings } from '../../src/postgres/database.ts';

export const silent = pino({ level: 'silent' });

/** The service's own defaults. */
export function settings(url: string): DatabaseSettings {
  return { url, pool_size: 10, connect_timeout: 1, query_timeout: 1.5 };
}
