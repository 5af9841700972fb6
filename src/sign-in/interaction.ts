import type { Context } from '../http/context.ts';
import type { Asked } from './flow.ts';

/** The interaction that a page belongs to; oidc/interactions.ts provides it. */
export interface Interaction extends Asked {
  readonly uid: string;
  readonly clientId: string;
  readonly appName: string;
  readonly firstParty: boolean;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly loginHint: string | undefined;
  readonly uiLocales: string | undefined;
  readonly formAction: string[];
  /** Of its page. */
  readonly address: string;
}

/** A finished sign-in, as the session will carry it. */
export interface Login {
  readonly accountId: string;
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: string[];
  /** When the password was given, epoch seconds. */
  readonly ts: number;
  /** When the person began to prove who they are, epoch ms. */
  readonly provedAt: number;
  /** When a second factor was proved, epoch seconds. */
  readonly factorAt?: number | undefined;
  /** The device stood for the second factor. */
  readonly remembered?: boolean | undefined;
  readonly isPublic: boolean;
  /** The same person's session that the browser had: the sign-in goes on in it. */
  readonly session?: string | undefined;
  /** Something of that session counts on: when it has ended meanwhile, nobody is signed in. */
  readonly continues: boolean;
}

/** Each but the first gives the address where the browser goes on. */
export interface Interactions {
  of(ctx: Context, uid: string): Promise<Interaction | undefined>;
  again(ctx: Context, uid: string): Promise<string>;
  startOver(ctx: Context, uid: string): Promise<string>;
  goOn(ctx: Context, interaction: Interaction): Promise<string>;
  finish(ctx: Context, interaction: Interaction, login: Login): Promise<string>;
  allow(ctx: Context, interaction: Interaction): Promise<string>;
  consent(ctx: Context, interaction: Interaction): Promise<string>;
  refuse(ctx: Context, interaction: Interaction, description: string): Promise<string>;
}
