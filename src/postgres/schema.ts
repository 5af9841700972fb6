import type { AppTables } from './schema/apps.ts';
import type { AuditTables } from './schema/audit.ts';
import type { FactorTables } from './schema/factors.ts';
import type { LockoutTables } from './schema/lockout.ts';
import type { NoticeTables } from './schema/notices.ts';
import type { PeopleTables } from './schema/people.ts';
import type { SessionTables } from './schema/sessions.ts';

export type * from './schema/apps.ts';
export type * from './schema/audit.ts';
export type { JsonObject } from './schema/columns.ts';
export type * from './schema/factors.ts';
export type * from './schema/lockout.ts';
export type * from './schema/notices.ts';
export type * from './schema/people.ts';
export type * from './schema/sessions.ts';

/**
 * The tables as TypeScript sees them; `migrations/` is what makes them. Times are `timestamptz` and come
 * back as Date, bigint comes back as number, bytea as Buffer. Write jsonb through `jsonb()` of database.ts:
 * pg would turn a bare array into a PostgreSQL array.
 */
export interface Schema
  extends AppTables,
    AuditTables,
    FactorTables,
    LockoutTables,
    NoticeTables,
    PeopleTables,
    SessionTables {
  kept_defaults: KeptDefaultsTable;
}

/** Defaults of settings that a database of an earlier version keeps. */
export interface KeptDefaultsTable {
  setting: string;
  value: string;
}
