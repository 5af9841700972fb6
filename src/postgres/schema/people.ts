import type { Generated } from 'kysely';
import type { GlobalRole, MembershipRole } from '../../roles.ts';
import type { Defaulted, DefaultTime, Nullable, NullableTime, Time } from './columns.ts';
import type { NoticeChannel } from './notices.ts';

export type AccountStatus = 'invited' | 'active' | 'disabled';
export type MembershipStatus = 'requested' | 'active' | 'suspended' | 'ended';

export interface PeopleTables {
  accounts: AccountsTable;
  activations: ActivationsTable;
  contact_changes: ContactChangesTable;
  practices: PracticesTable;
  memberships: MembershipsTable;
  global_roles: GlobalRolesTable;
}

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
  /** An operator requires it, also where no role does. */
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
