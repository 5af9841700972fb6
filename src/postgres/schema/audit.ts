import type { Generated } from 'kysely';
import type { Defaulted, DefaultTime, JsonObject, Nullable, NullableTime, Time } from './columns.ts';

export type Outcome = 'success' | 'failure';

export interface AuditTables {
  audit_events: AuditEventsTable;
  audit_keys: AuditKeysTable;
  audit_seals: AuditSealsTable;
  audit_deliveries: AuditDeliveriesTable;
  audit_anchors: AuditAnchorsTable;
}

/** A partition a month of `at`, in UTC. */
export interface AuditEventsTable {
  id: Generated<string>;
  at: DefaultTime;
  event: string;
  outcome: Outcome;
  reason: Nullable<string>;
  account: Nullable<string>;
  actor: Nullable<string>;
  app: Nullable<string>;
  session: Nullable<string>;
  address: Nullable<string>;
  user_agent: Nullable<string>;
  request: Nullable<string>;
  before: Nullable<JsonObject>;
  after: Nullable<JsonObject>;
  /** Set once, by the sealing job. */
  position: Nullable<number>;
  /** The transaction (xid8) that wrote it. */
  xact: Generated<string>;
}

/** The keys that sign seals of the audit log. */
export interface AuditKeysTable {
  id: string;
  /** PEM. */
  public_key: string;
  /** Sealed; the row's id is bound into it. Gone once another key signs. */
  private_key: Nullable<Buffer>;
  created_at: DefaultTime;
}

/** Each proves a range of positions of the audit log, and the seal before it. */
export interface AuditSealsTable {
  number: number;
  first: number;
  last: number;
  /** Times of its earliest and its latest row; both in one month. */
  from_at: Time;
  to_at: Time;
  root: Buffer;
  /** The hash of the seal before; null in the first. */
  previous: Nullable<Buffer>;
  sealed_at: Time;
  /** Rows of earlier months were dropped by retention; null while none were. */
  kept_from: NullableTime;
  key_id: string;
  signature: Buffer;
  /** The hashes of its rows, one after another, so that an altered row can be named. */
  leaves: Buffer;
}

/** How far the audit log was delivered to each SIEM. */
export interface AuditDeliveriesTable {
  sink: 'webhook' | 'syslog';
  /** Of the last row that was taken. */
  position: number;
  /** Since the last success. */
  failures: Defaulted<number>;
  last_error: Nullable<string>;
  retry_at: NullableTime;
  delivered_at: NullableTime;
  created_at: DefaultTime;
}

/** The newest seal that each anchor outside was given. */
export interface AuditAnchorsTable {
  name: string;
  number: number;
  anchored_at: Time;
}
