import type { Generated } from 'kysely';
import type { Nullable, NullableTime, Time } from './columns.ts';

/** What is guessed at. */
export type Secret = 'password' | 'totp' | 'recovery-code' | 'sent-code' | 'contact-code' | 'support-code';

export interface LockoutTables {
  locks: LocksTable;
  failure_streaks: FailureStreaksTable;
}

/** Every lock ever begun, beside Redis, which may lose its own. */
export interface LocksTable {
  id: string;
  /** Hashed: what was typed as a user ID. */
  subject: string;
  secret: Secret;
  /** Hashed; null for the lock that keeps strangers out. */
  device: Nullable<string>;
  /** Where the user ID is somebody's. */
  account: Nullable<string>;
  began_at: Time;
  ends_at: Time;
  /** When its end was noticed. */
  ended_at: NullableTime;
  lifted_at: NullableTime;
  lifted_by: Nullable<string>;
}

/** Failures in a row of one secret; no row where there are none. */
export interface FailureStreaksTable {
  /** Hashed: what was typed as a user ID. */
  subject: string;
  secret: Secret;
  /** Hashed; empty for all devices that are not known. */
  device: string;
  /** Another one each time failures begin anew: what was reserved in an earlier one is not counted there. */
  streak: string;
  failures: number;
  /** Where the user ID is somebody's. */
  account: Nullable<string>;
  last_at: Generated<Date>;
  /** When the last try that is taken had failed. */
  shut_at: NullableTime;
}
