import { sql } from 'kysely';
import type { Database, Transaction } from './database.ts';

/** PostgreSQL's clock, to the millisecond that a Date can hold. @throws AppError('store-away') */
export async function storeMoment(db: Database | Transaction): Promise<Date> {
  const asked = sql<{ now: Date }>`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return (await asked.execute(db)).rows[0]?.now as Date;
}
