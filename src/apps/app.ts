import type { JsonObject, Pkce } from '../postgres/schema.ts';
import type { AppSession, Demands } from './metadata.ts';

/** A registered app. Frozen all through: clone `metadata` before handing it to something that may change it. */
export interface App {
  readonly clientId: string;
  /** RFC 7591 names, client_id and the client_secret in clear included, our own fields not. */
  readonly metadata: Readonly<JsonObject>;
  /** The secret before the last one, and until when it is good; undefined when it is not any more. */
  readonly previous: { readonly secret: string; readonly until: Date } | undefined;
  readonly name: string;
  readonly description: string | null;
  readonly iconUri: string | null;
  readonly startUri: string | null;
  readonly initiateLoginUri: string | null;
  readonly firstParty: boolean;
  readonly pkce: Pkce;
  readonly demands: Demands;
  /** Stricter limits of its own, s. */
  readonly session: AppSession;
  /** Whether a refresh means that a person is at work. */
  readonly activity: boolean;
  readonly formActionOrigins: readonly string[];
}

/**
 * The result of a rotation. `overlaps`: an earlier secret is still good until then and would end at once, which the
 * caller must ask for.
 */
export type Rotation =
  | { readonly state: 'rotated'; readonly app: App; readonly until: Date | null }
  | { readonly state: 'overlaps'; readonly until: Date };

export interface RotationAsked {
  /** s that the secret of now stays good; 0 where it has leaked, which ends all earlier ones. */
  readonly overlap: number;
  /** Until when the earlier secret is good that may end now, as the caller was told. */
  readonly endsPrevious?: Date | undefined;
}
