import type { Transaction } from '../postgres/database.ts';
import type { JsonObject } from '../postgres/schema.ts';

/** Why a password was changed: by choice, after proving an address, or because it could not be kept. */
export type PasswordChange = 'changed' | 'reset' | 'forced-change';

/** A change to accounts, practices, memberships or global roles, as the audit log keeps it. */
export type Change =
  | { event: 'account.created'; outcome: 'success'; account: string; after: JsonObject }
  | { event: 'account.changed'; outcome: 'success'; account: string; before: JsonObject; after: JsonObject }
  | { event: 'account.invited'; outcome: 'success'; account: string; actor: string; after: JsonObject }
  | { event: 'account.compromised'; outcome: 'success'; account: string }
  | { event: 'password.changed'; outcome: 'success'; account: string; reason: PasswordChange }
  | { event: 'practice.created'; outcome: 'success'; after: JsonObject }
  | { event: 'membership.granted'; outcome: 'success'; account: string; actor: string; after: JsonObject }
  | {
      event: 'membership.changed';
      outcome: 'success';
      account: string;
      actor: string;
      before: JsonObject;
      after: JsonObject;
    }
  | { event: 'role.granted'; outcome: 'success'; account: string; actor: string; after: JsonObject }
  | { event: 'role.revoked'; outcome: 'success'; account: string; actor: string; before: JsonObject };

/**
 * Writes a change down in the transaction that makes it, so that "who could" on a past day has an answer.
 * app.ts hands in the audit trail, bound to where the request came from. When it throws, nothing is changed.
 */
export type Recorder = (tx: Transaction, change: Change) => Promise<void>;
