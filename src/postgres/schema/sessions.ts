import type { Generated } from 'kysely';
import type { Defaulted, DefaultTime, JsonObject, Nullable, NullableTime, Time } from './columns.ts';

export type LogoutNoticeStatus = 'pending' | 'accepted' | 'dead';

export interface SessionTables {
  sessions: SessionsTable;
  session_apps: SessionAppsTable;
  bulk_ends: BulkEndsTable;
  ending_sessions: EndingSessionsTable;
  logout_notices: LogoutNoticesTable;
  grants: GrantsTable;
  refresh_tokens: RefreshTokensTable;
}

/** The ledger: one row a session, ended ones too; no row is ever deleted. */
export interface SessionsTable {
  uid: string;
  account: string;
  started_at: DefaultTime;
  last_seen_at: DefaultTime;
  /** What that was (sessions/ledger.ts), and in which app; null for those before it was kept. */
  last_seen_by: Nullable<string>;
  last_seen_app: Nullable<string>;
  idle_expires_at: NullableTime;
  absolute_expires_at: Time;
  ended_at: NullableTime;
  end_reason: Nullable<string>;
  ended_by: Nullable<string>;
  address: Nullable<string>;
  user_agent: Nullable<string>;
  acr: Nullable<string>;
  amr: Defaulted<string[]>;
  /** Where the address is, by the proxy's word. */
  place: Nullable<string>;
  /** As http/device-name.ts names it; '' where nothing is known. */
  device: Defaulted<string>;
  /** Why, in the words of the person who ended it. */
  end_note: Nullable<string>;
}

/** Ends of many sessions at once, each with what it was asked to end. */
export interface BulkEndsTable {
  id: string;
  /** Whose change ends them; null where many were chosen. */
  account: Nullable<string>;
  reason: string;
  ended_by: Nullable<string>;
  note: Nullable<string>;
  criteria: JsonObject;
  origin: JsonObject;
  made_at: DefaultTime;
}

/** Sessions that such an end has ended, and the ledger's row does not say yet. */
export interface EndingSessionsTable {
  uid: string;
  bulk_end: string;
}

export interface SessionAppsTable {
  uid: string;
  client_id: string;
  sid: string;
  /** Hashed. */
  grant_id: Nullable<string>;
  first_entered_at: DefaultTime;
  last_entered_at: DefaultTime;
}

export interface LogoutNoticesTable {
  id: Generated<string>;
  uid: string;
  client_id: string;
  sid: string;
  status: Defaulted<LogoutNoticeStatus>;
  attempts: Defaulted<number>;
  last_error: Nullable<string>;
  created_at: DefaultTime;
  updated_at: DefaultTime;
}

export interface GrantsTable {
  /** Hashed. */
  id: string;
  account: string;
  client_id: string;
  session_uid: Nullable<string>;
  payload: JsonObject;
  expires_at: Time;
  created_at: DefaultTime;
}

export interface RefreshTokensTable {
  /** Hashed. */
  id: string;
  /** Hashed. */
  grant_id: string;
  account: string;
  client_id: string;
  payload: JsonObject;
  consumed_at: NullableTime;
  expires_at: Time;
  created_at: DefaultTime;
}
