import type { ColumnType } from 'kysely';

export type JsonObject = Record<string, unknown>;
/** A time: read as Date, written as Date or as SQL (prefer the store's clock: `sql\`clock_timestamp()\``). */
export type Time = ColumnType<Date, Date, Date>;
export type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
/** Filled by the store's clock when not given. */
export type DefaultTime = ColumnType<Date, Date | undefined, Date>;
export type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
export type Defaulted<T> = ColumnType<T, T | undefined, T>;
