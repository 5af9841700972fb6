import type { InteractionResults } from 'oidc-provider';
import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { CurrentProvider } from './current-provider.ts';
import { formActionOf } from './form-action.ts';

/** One sign-in attempt in progress, as the pages need it. */
export interface PendingInteraction {
  readonly uid: string;
  readonly clientId: string;
  readonly appName: string;
  /** The prompt that asked: `continue`, or one that needs a sign-in. */
  readonly prompt: string;
  readonly loginHint: string | undefined;
  /** The session it began on, if any. */
  readonly accountId: string | undefined;
  /** CSP form-action sources: where the form's answer may lead. */
  readonly formAction: string[];
  /** Every step is done; the browser only has to go on to `returnTo`. */
  readonly finished: boolean;
  readonly returnTo: string;
}

/** A finished sign-in, as the session will carry it (RFC 8176 names in `amr`). */
export interface CompletedLogin {
  readonly accountId: string;
  readonly acr: string;
  readonly amr: string[];
}

export class Interactions {
  readonly #provider: CurrentProvider;

  constructor(provider: CurrentProvider) {
    this.#provider = provider;
  }

  /**
   * The interaction of this page, if this browser began it: the address alone, passed to somebody else, opens
   * nothing. [ASVS 7.2.4]
   * @throws AppError `session-expired`
   */
  async of(ctx: Context, uid: string): Promise<PendingInteraction> {
    const interaction = await this.#find(ctx, uid);
    const params = interaction.params as { client_id: string; login_hint?: string };
    const client = await this.#provider.current.Client.find(params.client_id);
    if (!client) throw new AppError('session-expired');
    return {
      uid,
      clientId: client.clientId,
      appName: client.clientName ?? client.clientId,
      prompt: interaction.prompt.name,
      loginHint: params.login_hint,
      accountId: interaction.session?.accountId,
      formAction: formActionOf(client),
      finished: interaction.result !== undefined,
      returnTo: interaction.returnTo,
    };
  }

  /**
   * Everything that was asked is done: the request can be resumed. The login goes in here and never before,
   * since the browser can open the resume address at any time.
   * @param browser names the browser that finishes it: the only one that may resume
   */
  async finish(
    ctx: Context,
    uid: string,
    browser: string | undefined,
    login: CompletedLogin,
  ): Promise<string> {
    const provedAt = Date.now();
    const ts = Math.floor(provedAt / 1000);
    return this.#finish(ctx, uid, {
      login: { ...login, ts, remember: false },
      consent: {},
      browser,
      provedAt,
    });
  }

  /** A person let the app in on the session that there is. */
  async allow(ctx: Context, uid: string, browser: string | undefined): Promise<string> {
    return this.#finish(ctx, uid, { continue: {}, consent: {}, browser });
  }

  async #finish(ctx: Context, uid: string, result: InteractionResults): Promise<string> {
    const interaction = await this.#find(ctx, uid);
    interaction.result = result;
    // A sign-in stands by itself: whether the session it began on is still there no longer matters.
    if (result.login) delete interaction.session;
    await interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1000)));
    ctx.cookies.set(this.#provider.current.cookieName('interaction'), null, {
      path: `/sign-in/${uid}`,
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      overwrite: true,
    });
    return interaction.returnTo;
  }

  async #find(ctx: Context, uid: string) {
    const cookie = ctx.cookies.get(this.#provider.current.cookieName('interaction'), { signed: true });
    const interaction = cookie === uid ? await this.#provider.current.Interaction.find(uid) : undefined;
    if (!interaction) throw new AppError('session-expired');
    return interaction;
  }
}
