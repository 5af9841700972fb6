import type Router from '@koa/router';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { readForm } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import { nextStep } from './flow.ts';
import { ContinuePage } from './pages/continue.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import type { PasswordStep } from './password.ts';

/** The interaction that a page belongs to; oidc/interactions.ts provides it. */
export interface Interaction {
  readonly uid: string;
  readonly clientId: string;
  readonly appName: string;
  readonly prompt: string;
  readonly loginHint: string | undefined;
  readonly accountId: string | undefined;
  readonly formAction: string[];
  readonly finished: boolean;
  readonly returnTo: string;
}

export interface Interactions {
  of(ctx: Context, uid: string): Promise<Interaction>;
  finish(
    ctx: Context,
    uid: string,
    browser: string | undefined,
    login: { accountId: string; acr: string; amr: string[] },
  ): Promise<string>;
  allow(ctx: Context, uid: string, browser: string | undefined): Promise<string>;
}

export interface SignInParts {
  readonly interactions: Interactions;
  readonly password: PasswordStep;
  readonly cookie: SessionCookie;
  readonly csrf: Csrf;
  readonly accounts: { find(sub: string): Promise<{ name: string } | undefined> };
  readonly page: (ctx: Context) => PageProps;
  /** The acr of a sign-in with a password alone. */
  readonly acr: string;
}

export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  mount(router: Router): void {
    router.get('/sign-in/:uid', (ctx) => this.#show(ctx as unknown as Context, String(ctx.params.uid)));
    router.post('/sign-in/:uid', (ctx) => this.#submit(ctx as unknown as Context, String(ctx.params.uid)));
  }

  async #show(ctx: Context, uid: string): Promise<void> {
    const interaction = await this.#parts.interactions.of(ctx, uid);
    const step = nextStep({ ...interaction, sessionHolds: await this.#sessionHolds(ctx, interaction) });
    if (step === 'done') return goOn(ctx, interaction.returnTo);
    if (step === 'continue') return this.#showContinue(ctx, interaction);
    this.#showPassword(ctx, interaction, { userId: interaction.loginHint });
  }

  async #submit(ctx: Context, uid: string): Promise<void> {
    const form = await readForm(ctx);
    this.#parts.csrf.verify(ctx, form.csrf, uid);
    const interaction = await this.#parts.interactions.of(ctx, uid);
    const step = nextStep({ ...interaction, sessionHolds: await this.#sessionHolds(ctx, interaction) });
    if (step === 'done') return goOn(ctx, interaction.returnTo);
    if (step === 'continue') {
      const browser = this.#parts.csrf.browserId(ctx);
      return goOn(ctx, await this.#parts.interactions.allow(ctx, uid, browser));
    }
    await this.#signIn(ctx, interaction, form);
  }

  async #signIn(ctx: Context, interaction: Interaction, form: Record<string, string>): Promise<void> {
    // The button of another page, whose session has ended meanwhile: nothing was typed wrongly.
    if (form.user_id === undefined) return this.#showPassword(ctx, interaction, {});
    const userId = form.user_id.trim();
    const password = form.password ?? '';
    if (!userId || !password) {
      return this.#showPassword(ctx, interaction, { userId, error: 'sign-in.missing' });
    }
    const typed = { userId, password, app: interaction.clientId };
    const accountId = await this.#parts.password.check(typed, originOf(ctx));
    if (!accountId) return this.#showPassword(ctx, interaction, { userId, error: 'sign-in.incorrect' });
    const login = { accountId, acr: this.#parts.acr, amr: ['pwd'] };
    const browser = this.#parts.csrf.browserId(ctx);
    goOn(ctx, await this.#parts.interactions.finish(ctx, interaction.uid, browser, login));
  }

  #showPassword(
    ctx: Context,
    interaction: Interaction,
    shown: { userId?: string | undefined; error?: 'sign-in.missing' | 'sign-in.incorrect' },
  ): void {
    ctx.state.formAction = interaction.formAction;
    renderPage(
      ctx,
      SignInPage({
        ...this.#parts.page(ctx),
        ...this.#form(ctx, interaction),
        ...(shown.userId ? { userId: shown.userId } : {}),
        ...(shown.error ? { error: shown.error } : {}),
      }),
    );
  }

  async #showContinue(ctx: Context, interaction: Interaction): Promise<void> {
    const account = await this.#parts.accounts.find(String(interaction.accountId));
    ctx.state.formAction = interaction.formAction;
    const form = this.#form(ctx, interaction);
    renderPage(ctx, ContinuePage({ ...this.#parts.page(ctx), ...form, userName: account?.name ?? '' }));
  }

  #form(ctx: Context, { uid, clientId, appName }: Interaction) {
    const action = `/sign-in/${uid}?${new URLSearchParams({ app: clientId })}`;
    return { action, appName, csrf: this.#parts.csrf.token(ctx, uid) };
  }

  async #sessionHolds(ctx: Context, { prompt, accountId }: Interaction): Promise<boolean> {
    if (prompt !== 'continue') return false;
    const session = await this.#parts.cookie.session(ctx);
    return session !== undefined && session.login.accountId === accountId;
  }
}

function goOn(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.redirect(address);
}
