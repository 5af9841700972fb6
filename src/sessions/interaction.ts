import type { Context } from '../http/context.ts';

/**
 * How a second factor is wanted: not at all, by a code or a device that was remembered for one, or by a code
 * in this very session.
 */
export type FactorWanted = 'none' | 'remembered' | 'proved';

/** One sign-in attempt in progress: what an app asks, and of whom. oidc/interactions.ts finds it, sign-in/ works on it. */
export interface Interaction {
  readonly uid: string;
  readonly clientId: string;
  /** Empty for the launcher, which is no app. */
  readonly appName: string;
  readonly firstParty: boolean;
  /** The prompt of oidc-provider that asked: one that needs a sign-in, or `access`, `continue`, `consent`. */
  readonly prompt: string;
  /** It asks only because nobody was signed in when it began. */
  readonly wantsAnyone: boolean;
  /** It asks the session that there is for nothing but a second factor. */
  readonly wantsFactorOnly: boolean;
  /** What the request and the app want of a second factor, regardless of the person. */
  readonly factor: FactorWanted;
  /** The roles of which the app demands one (`access`). */
  readonly roles: readonly string[];
  /** The scopes that are to be consented to (`consent`). */
  readonly scopes: readonly string[];
  readonly loginHint: string | undefined;
  readonly uiLocales: string | undefined;
  /** The account of the session it began on, if any. */
  readonly accountId: string | undefined;
  /** CSP form-action sources: where the form's answer may lead. */
  readonly formAction: string[];
  /** Every step is done; the browser only has to go on. */
  readonly finished: boolean;
  /** Of its page. */
  readonly address: string;
}

/** A finished sign-in, as the session will carry it (RFC 8176 names in `amr`). */
export interface CompletedLogin {
  readonly accountId: string;
  readonly acr: string;
  readonly amr: string[];
  /** When the password was given, epoch seconds. */
  readonly ts: number;
  /** When the person began to prove who they are, epoch ms; what was revoked since lets nobody in. */
  readonly provedAt: number;
  /** When a second factor was proved, epoch seconds. */
  readonly factorAt?: number | undefined;
  /** The device stood for the second factor. */
  readonly remembered?: boolean | undefined;
  /** On a shared computer the session idles out sooner. */
  readonly isPublic: boolean;
  /** The same person's session that the browser had: the sign-in goes on in it. */
  readonly session?: string | undefined;
  /** Something of that session counts on: when it has ended meanwhile, nobody is signed in. */
  readonly continues: boolean;
}

/** What sign-in/ may do with an interaction; each but `of` gives the address where the browser goes on. */
export interface Interactions {
  /** Undefined where this browser did not begin it. */
  of(ctx: Context, uid: string): Promise<Interaction | undefined>;
  again(ctx: Context, uid: string): Promise<string>;
  startOver(ctx: Context, uid: string): Promise<string>;
  goOn(ctx: Context, interaction: Interaction): Promise<string>;
  finish(ctx: Context, interaction: Interaction, login: CompletedLogin): Promise<string>;
  allow(ctx: Context, interaction: Interaction): Promise<string>;
  consent(ctx: Context, interaction: Interaction): Promise<string>;
  refuse(ctx: Context, interaction: Interaction, description: string): Promise<string>;
}
