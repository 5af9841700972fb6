import type { Defaulted, DefaultTime, Nullable, NullableTime } from './columns.ts';

export type NoticeChannel = 'email' | 'sms';
export type NoticeStatus = 'pending' | 'sent' | 'delivered' | 'failed' | 'dead';

export interface NoticeTables {
  notices: NoticesTable;
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
