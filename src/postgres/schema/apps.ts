import type { Defaulted, DefaultTime, JsonObject, Nullable, NullableTime } from './columns.ts';

export type Pkce = 'required' | 'optional';

export interface AppTables {
  consents: ConsentsTable;
  apps: AppsTable;
  signing_keys: SigningKeysTable;
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
