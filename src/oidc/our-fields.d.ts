/**
 * What our own records and registrations carry beside the library's fields, and our middlewares on its contexts. The
 * library hands all of it through; internals.ts and provider.ts tell it to keep the names.
 */
import type { State } from '../http/context.ts';
import type { AppDemands, SessionLimits } from './step-up.ts';

declare module 'koa' {
  interface DefaultState extends State {}
}

declare module 'oidc-provider' {
  interface Session {
    /** Epoch seconds of the first sign-in. */
    startedAt?: number;
    /** Epoch seconds of the last activity. */
    seenAt?: number;
    /** Begun on a shared computer. */
    isPublic?: boolean;
    /** Epoch seconds at which a second factor was last proved. */
    factorAt?: number | undefined;
    /** Its device was remembered, and stood for the second factor. */
    remembered?: boolean | undefined;
    /** What the adapter found; travels in the payload. */
    loaded?: object;
    new?: boolean;
    oldId?: string;
    destroyed?: boolean;
  }

  interface Grant {
    /** Outlives its session: kept in PostgreSQL. */
    offline?: boolean;
    sessionUid?: string;
    /** A remembered device stood for the second factor in a sign-in of its session. */
    remembered?: boolean;
  }

  interface Interaction {
    /** The id of the pushed request that it began with. */
    parJti?: string | undefined;
  }

  interface InteractionResults {
    /** Epoch ms; see CompletedLogin. */
    provedAt?: number;
    /** The browser that answered, by a secret that only it holds. */
    browser?: string | undefined;
    /** The session on which it was answered, and whether it has to be there still. */
    on?: { readonly session: string; readonly continues: boolean };
  }

  interface Client {
    readonly demands?: AppDemands;
    readonly session_limits?: SessionLimits;
    readonly first_party?: boolean;
    readonly form_action_origins?: readonly string[];
    /** Where its own sign-in begins. */
    readonly way_in?: string | undefined;
    readonly previous_secret?: string;
  }
}
