import type { Origin } from '../http/origin.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import type { Database, Transaction } from '../postgres/database.ts';

/** What happens to a recovery, as the audit log hears it. */
export type RecoveryEvent =
  | {
      event: 'recovery.requested';
      outcome: 'success';
      reason: NoticeChannel;
      account: string;
      app?: string;
      after: { what: 'password' | 'user-id' };
    }
  | { event: 'recovery.proved'; outcome: 'success'; reason: 'code' | 'link'; account: string; app?: string }
  | { event: 'recovery.failed'; outcome: 'failure'; reason: Failure; account?: string; app?: string }
  | {
      event: 'factor.failed';
      outcome: 'failure';
      reason: 'totp' | 'recovery-code';
      account: string;
      app?: string;
    };

/** Why nothing was sent, or what was sent back was refused. The person is told of the last alone. */
export type Failure =
  | 'unknown-user-id'
  | 'unknown-contact'
  | 'account-not-active'
  | 'no-such-channel'
  | 'contact-unproved'
  | 'over-budget'
  | 'too-many-requests'
  | 'wrong-code';

/** Writes an event down, in the transaction of what it records where that is one. */
export type Append = (db: Database | Transaction, event: RecoveryEvent, origin: Origin) => Promise<void>;
