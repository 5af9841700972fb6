import type { Defaulted, DefaultTime, Nullable, NullableTime, Time } from './columns.ts';
import type { NoticeChannel } from './notices.ts';

export type FactorResetState = 'code-sent' | 'verified' | 'held' | 'done' | 'stopped' | 'expired';

export interface FactorTables {
  authenticators: AuthenticatorsTable;
  recovery_codes: RecoveryCodesTable;
  remembered_devices: RememberedDevicesTable;
  factor_resets: FactorResetsTable;
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
