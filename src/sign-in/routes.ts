import type Router from '@koa/router';
import { AppError } from '../errors.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { readForm } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { EndReason, Origin } from '../sessions/ledger.ts';
import { nextStep, type Step } from './flow.ts';
import { AccessDeniedPage } from './pages/access-denied.tsx';
import { ConsentPage } from './pages/consent.tsx';
import { ContinuePage } from './pages/continue.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import type { PasswordStep } from './password.ts';
import type { RememberedUserId } from './remembered.ts';

/** The interaction that a page belongs to; oidc/interactions.ts provides it. */
export interface Interaction {
  readonly uid: string;
  readonly clientId: string;
  readonly appName: string;
  readonly firstParty: boolean;
  readonly prompt: string;
  readonly wantsAnyone: boolean;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly loginHint: string | undefined;
  readonly uiLocales: string | undefined;
  readonly accountId: string | undefined;
  readonly formAction: string[];
  readonly finished: boolean;
  readonly returnTo: string;
}

type Login = { accountId: string; acr: string; amr: string[]; isPublic: boolean };

/** Each of the last five gives the address where the browser goes on. */
export interface Interactions {
  of(ctx: Context, uid: string): Promise<Interaction | undefined>;
  again(uid: string): Promise<string>;
  startOver(uid: string): Promise<string>;
  finish(ctx: Context, interaction: Interaction, login: Login): Promise<string>;
  allow(ctx: Context, interaction: Interaction): Promise<string>;
  consent(ctx: Context, interaction: Interaction): Promise<string>;
  refuse(ctx: Context, interaction: Interaction, description: string): Promise<string>;
}

export interface SignInParts {
  readonly interactions: Interactions;
  readonly password: PasswordStep;
  readonly cookie: SessionCookie;
  readonly csrf: Csrf;
  readonly accounts: { find(sub: string): Promise<{ name: string; userId: string } | undefined> };
  readonly consents: { give(consent: ConsentGiven, origin: Origin): Promise<void> };
  readonly endSession: (uid: string, end: { reason: EndReason; by: string; origin: Origin }) => Promise<void>;
  readonly page: (ctx: Context) => PageProps;
  readonly remembered: RememberedUserId;
  readonly settings: {
    readonly remember_user_id: boolean;
    readonly public_computer: 'offered' | 'always' | 'never';
  };
  /** The acr of a sign-in with a password alone. */
  readonly acr: string;
}

interface ConsentGiven {
  account: string;
  clientId: string;
  scopes: readonly string[];
}

type Form = Readonly<Record<string, string>>;
type Shown = { userId?: string | undefined; error?: 'sign-in.missing' | 'sign-in.incorrect' };

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
    if (!interaction) return goOn(ctx, await this.#parts.interactions.again(uid));
    const step = await this.#step(ctx, interaction);
    if (step === 'done') return goOn(ctx, interaction.returnTo);
    if (step === 'password') {
      const userId = interaction.loginHint ?? this.#parts.remembered.of(ctx);
      return this.#showPassword(ctx, interaction, { userId });
    }
    await this.#ask(ctx, interaction, step);
  }

  async #submit(ctx: Context, uid: string): Promise<void> {
    const form = await readForm(ctx);
    const interaction = await this.#parts.interactions.of(ctx, uid);
    // Cookies were lost since the page was shown: starting again does no more than opening the page would.
    if (!interaction) return goOn(ctx, await this.#parts.interactions.again(uid));
    this.#parts.csrf.verify(ctx, form.csrf, uid);
    const step = await this.#step(ctx, interaction);
    if (step === 'done') return goOn(ctx, interaction.returnTo);
    if (step === 'password') return this.#signIn(ctx, interaction, form);
    goOn(ctx, await this.#answer(ctx, interaction, step, form.choice));
  }

  async #step(ctx: Context, interaction: Interaction): Promise<Step> {
    const session = await this.#parts.cookie.session(ctx);
    return nextStep(interaction, session?.login.accountId);
  }

  async #signIn(ctx: Context, interaction: Interaction, form: Form): Promise<void> {
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
    const { settings, remembered, acr } = this.#parts;
    const { public_computer: choice } = settings;
    const isPublic = choice === 'always' || (choice === 'offered' && form.public_computer === 'yes');
    const mayKeep = settings.remember_user_id && !isPublic && form.remember_user_id === 'yes';
    remembered.keep(ctx, mayKeep ? userId : undefined);
    const login = { accountId, acr, amr: ['pwd'], isPublic };
    goOn(ctx, await this.#parts.interactions.finish(ctx, interaction, login));
  }

  /** What was chosen on a page that asks something of the session. */
  async #answer(
    ctx: Context,
    interaction: Interaction,
    step: Step,
    choice: string | undefined,
  ): Promise<string> {
    const { interactions, consents } = this.#parts;
    if (choice === 'switch-user') return this.#switchUser(ctx, interaction);
    if (step === 'continue') return interactions.allow(ctx, interaction);
    if (step === 'access-denied') return interactions.refuse(ctx, interaction, 'the account lacks the role');
    if (choice !== 'allow') return interactions.refuse(ctx, interaction, 'the person did not consent');
    const { accountId: account = '', clientId, scopes } = interaction;
    await consents.give({ account, clientId, scopes }, originOf(ctx));
    return interactions.consent(ctx, interaction);
  }

  /** Ends the session first, so that nothing of the first person goes on into the second one's. */
  async #switchUser(ctx: Context, { uid }: Interaction): Promise<string> {
    const session = await this.#parts.cookie.session(ctx);
    if (session) {
      const by = session.login.accountId;
      await this.#parts.endSession(session.uid, { reason: 'switched-user', by, origin: originOf(ctx) });
      this.#parts.cookie.clear(ctx);
    }
    return this.#parts.interactions.startOver(uid);
  }

  #showPassword(ctx: Context, interaction: Interaction, { userId, error }: Shown): void {
    const { settings, remembered } = this.#parts;
    const offers = {
      ...(settings.remember_user_id && settings.public_computer !== 'always'
        ? { remember: remembered.of(ctx) ? ('on' as const) : ('offered' as const) }
        : {}),
      offerPublic: settings.public_computer === 'offered',
    };
    const common = { ...this.#common(ctx, interaction), ...offers };
    renderPage(ctx, SignInPage({ ...common, ...(userId ? { userId } : {}), ...(error ? { error } : {}) }));
  }

  async #ask(
    ctx: Context,
    interaction: Interaction,
    step: Exclude<Step, 'password' | 'done'>,
  ): Promise<void> {
    const account = await this.#parts.accounts.find(String(interaction.accountId));
    if (!account) throw new AppError('session-expired');
    const { name: userName, userId } = account;
    const props = { ...this.#common(ctx, interaction), userName, userId };
    const { roles, scopes } = interaction;
    const pages = {
      'access-denied': () => AccessDeniedPage({ ...props, roles }),
      continue: () => ContinuePage(props),
      consent: () => ConsentPage({ ...props, scopes }),
    };
    renderPage(ctx, pages[step](), step === 'access-denied' ? { status: 403 } : {});
  }

  #common(ctx: Context, { uid, clientId, appName, formAction, uiLocales }: Interaction) {
    ctx.state.formAction = formAction;
    if (uiLocales) ctx.state.uiLocales = uiLocales;
    const action = `/sign-in/${uid}?${new URLSearchParams({ app: clientId })}`;
    return { ...this.#parts.page(ctx), action, appName, csrf: this.#parts.csrf.token(ctx, uid) };
  }
}

function goOn(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.redirect(address);
}
