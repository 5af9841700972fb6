import type { InteractionResults } from 'oidc-provider';
import { clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { CompletedLogin, Interaction, Interactions } from '../sessions/interaction.ts';
import { formActionOf } from './app-addresses.ts';
import type { CurrentProvider } from './current-provider.ts';
import type { InteractionCookies, OpenInteraction } from './interaction-cookies.ts';
import { interactionFrom } from './internals.ts';
import { type AppWithStart, type LostSignIns, pageAddress } from './lost-sign-ins.ts';
import { SECOND_FACTOR } from './policy.ts';
import type { StalePageRecovery, StartedRequest } from './stale-page-recovery.ts';
import { factorWanted } from './step-up.ts';

export interface InteractionsDependencies {
  readonly provider: CurrentProvider;
  readonly stalePages: StalePageRecovery;
  readonly open: InteractionCookies;
  readonly lost: LostSignIns;
  readonly browserOf: (ctx: Context) => string | undefined;
}

/** Sign-ins in progress, for their pages: read from the browser that began them, answered to the library. */
export class OidcInteractions implements Interactions {
  readonly #deps: InteractionsDependencies;

  constructor(deps: InteractionsDependencies) {
    this.#deps = deps;
  }

  /** Hands an interaction that begins to its browser; the address of its page. */
  begin(
    ctx: Context,
    interaction: OpenInteraction & StartedRequest,
    client: AppWithStart | undefined,
  ): string {
    this.#deps.open.begin(ctx, interaction);
    return this.#deps.lost.address(interaction, client);
  }

  /**
   * The interaction of this page, if this browser began it: the address alone, passed to somebody else, opens
   * nothing. [ASVS 7.2.4]
   */
  async of(ctx: Context, uid: string): Promise<Interaction | undefined> {
    const interaction = await this.#find(ctx, uid);
    if (!interaction) return undefined;
    const { params, prompt } = interaction;
    const client = await this.#deps.provider.current.Client.find(String(params.client_id));
    if (!client) return undefined;
    return {
      uid,
      clientId: client.clientId,
      appName: client.clientName ?? '',
      firstParty: client.first_party === true,
      prompt: prompt.name,
      wantsAnyone: onlyFor(prompt, 'no_session'),
      wantsFactorOnly: onlyFor(prompt, SECOND_FACTOR),
      factor: factorWanted(params, client),
      roles: texts(prompt.details.roles) ?? [],
      scopes: texts(prompt.details.missingOIDCScope) ?? text(params.scope)?.split(' ') ?? [],
      loginHint: text(params.login_hint),
      uiLocales: text(params.ui_locales),
      accountId: interaction.session?.accountId,
      formAction: formActionOf(client),
      finished: interaction.result !== undefined,
      address: pageAddress(uid, client.clientId, ctx.query.began),
    };
  }

  /**
   * Where a page leads whose interaction this browser does not have.
   * @throws AppError `already-finished`, `session-expired`, `cookies-needed`
   */
  async again(ctx: Context, uid: string): Promise<string> {
    const { lost, provider } = this.#deps;
    // Signed in, and about to be resumed: a double click must not start it again.
    const answered = await provider.current.Interaction.find(uid);
    if (answered || (await this.#deps.stalePages.finishedFor(uid))) throw new AppError('already-finished');
    return lost.wayOn(ctx, uid);
  }

  /** The same request from its beginning, for somebody else. @throws AppError as `again` */
  async startOver(ctx: Context, uid: string): Promise<string> {
    const interaction = await this.#find(ctx, uid);
    if (!interaction) return this.again(ctx, uid);
    return this.#deps.stalePages.again(interaction);
  }

  /** On to the app: what another tab has done meanwhile answers the request. */
  async goOn(ctx: Context, { uid }: Interaction): Promise<string> {
    const interaction = await this.#find(ctx, uid);
    return interaction?.result ? interaction.returnTo : this.#finish(ctx, uid, {});
  }

  /**
   * Everything that was asked is done: the request can be resumed. The login goes in here and never before, since
   * the browser can open the resume address at any time.
   */
  async finish(
    ctx: Context,
    { uid, firstParty }: Interaction,
    { provedAt, session, continues, ...login }: CompletedLogin,
  ): Promise<string> {
    const consent = firstParty ? { consent: {} } : {};
    return this.#finish(ctx, uid, {
      login: { ...login, remember: false },
      ...consent,
      provedAt,
      ...(session === undefined ? {} : { on: { session, continues } }),
    });
  }

  /** A person let the app in on the session that there is. */
  async allow(ctx: Context, { uid, firstParty }: Interaction): Promise<string> {
    return this.#finish(ctx, uid, { continue: {}, ...(firstParty ? { consent: {} } : {}) });
  }

  /** A person consented; what to is kept by the caller. */
  async consent(ctx: Context, { uid }: Interaction): Promise<string> {
    return this.#finish(ctx, uid, { consent: {}, continue: {} });
  }

  /** Back to the app with `access_denied`. */
  async refuse(ctx: Context, { uid }: Interaction, description: string): Promise<string> {
    return this.#finish(ctx, uid, { error: 'access_denied', error_description: description });
  }

  async #finish(ctx: Context, uid: string, result: InteractionResults): Promise<string> {
    const { open, browserOf } = this.#deps;
    const interaction = await this.#find(ctx, uid);
    if (!interaction) throw new AppError('session-expired');
    // The browser that finishes it is the only one that may resume.
    interaction.result = { ...result, browser: browserOf(ctx) };
    // A sign-in stands by itself: whether the session it began on is still there no longer matters.
    if (result.login) delete interaction.session;
    await interaction.save(Math.max(1, interaction.exp - Math.floor(clock.now() / 1000)));
    open.drop(ctx, uid);
    return interaction.returnTo;
  }

  /** As it was answered, else as the browser has it. One that is finished is nobody's any more. */
  async #find(ctx: Context, uid: string) {
    const { open, provider, stalePages } = this.#deps;
    const carried = open.find(ctx, uid);
    if (!carried) return undefined;
    const [answered, finished] = await Promise.all([
      provider.current.Interaction.find(uid),
      stalePages.finishedFor(uid),
    ]);
    return answered || finished ? answered : interactionFrom(provider.current, carried);
  }
}

function onlyFor(prompt: { name: string; reasons: readonly string[] }, reason: string): boolean {
  return prompt.name === 'login' && prompt.reasons.every((each) => each === reason);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
