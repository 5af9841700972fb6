import type { ColumnType, Generated } from 'kysely';

/**
 * The tables as TypeScript sees them; `migrations/` is what makes them. Times are `timestamptz` and come
 * back as Date, bigint comes back as number, bytea as Buffer. Write jsonb through `jsonb()` of database.ts:
 * pg would turn a bare array into a PostgreSQL array.
 */
export interface Schema {
  accounts: AccountsTable;
  activations: ActivationsTable;
  contact_changes: ContactChangesTable;
  kept_defaults: KeptDefaultsTable;
  consents: ConsentsTable;
  practices: PracticesTable;
  memberships: MembershipsTable;
  global_roles: GlobalRolesTable;
  apps: AppsTable;
  signing_keys: SigningKeysTable;
  sessions: SessionsTable;
  session_apps: SessionAppsTable;
  bulk_ends: BulkEndsTable;
  ending_sessions: EndingSessionsTable;
  logout_notices: LogoutNoticesTable;
  notices: NoticesTable;
  grants: GrantsTable;
  refresh_tokens: RefreshTokensTable;
  locks: LocksTable;
  failure_streaks: FailureStreaksTable;
  audit_events: AuditEventsTable;
  audit_keys: AuditKeysTable;
  audit_seals: AuditSealsTable;
  audit_deliveries: AuditDeliveriesTable;
  audit_anchors: AuditAnchorsTable;
  authenticators: AuthenticatorsTable;
  recovery_codes: RecoveryCodesTable;
  remembered_devices: RememberedDevicesTable;
  factor_resets: FactorResetsTable;
}

/** What is guessed at. */
export type Secret = 'password' | 'totp' | 'recovery-code' | 'sent-code' | 'contact-code' | 'support-code';
export type AccountStatus = 'invited' | 'active' | 'disabled';
export type MembershipRole = 'practice-administrator' | 'clinician' | 'biller' | 'staff';
export type MembershipStatus = 'requested' | 'active' | 'suspended' | 'ended';
export type GlobalRole = 'operator' | 'security-analyst' | 'support';
export type Pkce = 'required' | 'optional';
export type LogoutNoticeStatus = 'pending' | 'accepted' | 'dead';
export type NoticeChannel = 'email' | 'sms';
export type NoticeStatus = 'pending' | 'sent' | 'delivered' | 'failed' | 'dead';
export type FactorResetState = 'code-sent' | 'verified' | 'held' | 'done' | 'stopped' | 'expired';
export type Outcome = 'success' | 'failure';
export type JsonObject = Record<string, unknown>;

/** A time: read as Date, written as Date or as SQL (prefer the store's clock: `sql\`clock_timestamp()\``). */
type Time = ColumnType<Date, Date, Date>;
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
/** Filled by the store's clock when not given. */
type DefaultTime = ColumnType<Date, Date | undefined, Date>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface AccountsTable {
  sub: string;
  /** Null until the person has chosen one. */
  user_id: Nullable<string>;
  user_id_folded: Nullable<string>;
  given_name: string;
  family_name: string;
  email: Nullable<string>;
  email_verified: Defaulted<boolean>;
  phone_number: Nullable<string>;
  phone_number_verified: Defaulted<boolean>;
  locale: Nullable<string>;
  zoneinfo: Nullable<string>;
  password_hash: Nullable<string>;
  status: AccountStatus;
  sessions_not_before: NullableTime;
  /** By an operator's word, whatever the account's roles. */
  second_factor_required: Defaulted<boolean>;
  created_at: DefaultTime;
  updated_at: DefaultTime;
}

/** One-time links to activate an account; one an account, gone once used. */
export interface ActivationsTable {
  account: string;
  /** SHA-256. */
  token_hash: string;
  created_by: string;
  created_at: DefaultTime;
  expires_at: Time;
  /** Where the link was sent, and nowhere else; null for one that an operator was shown. */
  sent_to: Nullable<string>;
}

/** Defaults of settings that a database of an earlier version keeps. */
export interface KeptDefaultsTable {
  setting: string;
  value: string;
}

/** E-mail addresses and phone numbers that were changed, each with the link that undoes it. */
export interface ContactChangesTable {
  id: string;
  account: string;
  channel: NoticeChannel;
  /** Null where there was none. */
  old_value: Nullable<string>;
  old_verified: boolean;
  new_value: string;
  /** SHA-256. */
  token_hash: string;
  created_at: DefaultTime;
  expires_at: Time;
  /** Undone, by its own link or by that of an earlier change. */
  closed_at: NullableTime;
}

export interface PracticesTable {
  id: string;
  name: string;
  tax_id: string;
  npis: Defaulted<string[]>;
  created_at: DefaultTime;
  updated_at: DefaultTime;
}

export interface MembershipsTable {
  id: Generated<string>;
  account: string;
  practice: string;
  role: MembershipRole;
  status: MembershipStatus;
  valid_from: DefaultTime;
  valid_to: NullableTime;
  granted_by: string;
  created_at: DefaultTime;
  updated_at: DefaultTime;
}

export interface GlobalRolesTable {
  account: string;
  role: GlobalRole;
  granted_by: string;
  granted_at: DefaultTime;
}

export interface AppsTable {
  client_id: string;
  /** RFC 7591 names, without client_secret. */
  metadata: JsonObject;
  /** Sealed; the row's client_id is bound into it. */
  client_secret: Nullable<Buffer>;
  /** The one before, while apps change over to the new one; sealed. */
  previous_secret: Nullable<Buffer>;
  previous_secret_until: NullableTime;
  demands: Defaulted<JsonObject>;
  first_party: Defaulted<boolean>;
  pkce: Defaulted<Pkce>;
  session: Defaulted<JsonObject>;
  /** Whether a refresh means that somebody is at work. */
  activity: Defaulted<boolean>;
  name: string;
  description: Nullable<string>;
  icon_uri: Nullable<string>;
  start_uri: Nullable<string>;
  initiate_login_uri: Nullable<string>;
  form_action_origins: Defaulted<string[]>;
  created_at: DefaultTime;
  updated_at: DefaultTime;
}

/** What accounts have allowed apps that are not first-party. */
export interface ConsentsTable {
  account: string;
  client_id: string;
  scopes: string[];
  given_at: DefaultTime;
}

export interface SigningKeysTable {
  kid: string;
  alg: string;
  public_jwk: JsonObject;
  /** Sealed. */
  private_jwk: Buffer;
  created_at: DefaultTime;
  active_from: DefaultTime;
  retired_at: NullableTime;
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
  /** Why, in the words of whoever ended it. */
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

/** Mail and SMS. */
export interface NoticesTable {
  id: string;
  kind: string;
  channel: NoticeChannel;
  account: Nullable<string>;
  /** The address with most of it hidden. */
  to_masked: string;
  /** Address, language and values, sealed; gone once the notice is sent or can no longer be. */
  sealed: Nullable<Buffer>;
  status: Defaulted<NoticeStatus>;
  /** Tries that came to an outcome. */
  attempts: Defaulted<number>;
  /** A code such as smtp-550, never text of a server's. */
  last_error: Nullable<string>;
  /** What the transport calls the message. */
  provider_id: Nullable<string>;
  /** After which it is of no use to its reader. */
  expires_at: NullableTime;
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

/** Every lock ever begun, beside Redis, which may lose its own. */
export interface LocksTable {
  id: string;
  /** Hashed: whatever somebody typed as a user ID. */
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
  /** Hashed: whatever somebody typed as a user ID. */
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

/** Authenticator apps; an account may have several. */
export interface AuthenticatorsTable {
  id: string;
  account: string;
  kind: 'totp';
  /** Given by the person. */
  name: string;
  /** Sealed; the row's id is bound into it. */
  secret: Buffer;
  /** The time step (30 s since 1970) of the last code that was accepted. */
  last_step: number;
  created_at: DefaultTime;
  last_used_at: NullableTime;
}

/** The current set of an account, used ones too. */
export interface RecoveryCodesTable {
  account: string;
  digest: Buffer;
  /** Salt and cost of the digest, the same for the whole set. */
  salt: string;
  created_at: DefaultTime;
  used_at: NullableTime;
}

/** Browsers that stand for an account's second factor for a while. */
export interface RememberedDevicesTable {
  id: string;
  account: string;
  /** SHA-256. */
  token_hash: string;
  name: string;
  address: Nullable<string>;
  created_at: DefaultTime;
  expires_at: Time;
  last_used_at: DefaultTime;
}

/** Resets of a second factor by the help desk; at most one of an account runs, and no row is ever deleted. */
export interface FactorResetsTable {
  id: string;
  account: string;
  state: FactorResetState;
  /** Where the code was sent. */
  channel: NoticeChannel;
  /** Sealed; the row's id is bound into it. Gone once it is proved or can no longer be. */
  code: Nullable<Buffer>;
  /** Who talks to the caller: verifies, and asks for the reset. */
  started_by: string;
  started_at: DefaultTime;
  /** Of the code; once it is proved, of the proof. */
  expires_at: Time;
  /** When it happens by itself. */
  due_at: NullableTime;
  /** SHA-256 of the token in the link that stops it. */
  stop_token_hash: Nullable<string>;
  /** Set by the table accounts, the moment that the account may no longer sign in. */
  account_disabled: Defaulted<boolean>;
  ended_at: NullableTime;
  ended_by: Nullable<string>;
  end_reason: Nullable<string>;
  /** When the sessions of a reset account were ended and their apps told. */
  sessions_ended_at: NullableTime;
}
