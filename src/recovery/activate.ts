import type { VNode } from 'preact';
import { type Activations, type Invited, isActivationToken } from '../accounts/activations.ts';
import { typedUserId, userIdFault } from '../accounts/user-id.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { Form } from '../http/forms.ts';
import { LinkCookie } from '../http/link-cookie.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Allowance } from '../lockout/allowances.ts';
import type { AttemptPages, Caller } from '../lockout/attempt-pages.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { ActivateAccount, Chosen } from '../use-cases/activate-account.ts';
import { type ActivateFaults, ActivatePage } from './pages/activate.tsx';
import { ActivatedPage, LinkDeadPage } from './pages/outcomes.tsx';

export interface ActivationDependencies {
  readonly activations: Pick<Activations, 'find' | 'isTaken'>;
  readonly activateAccount: Pick<ActivateAccount, 'activate'>;
  readonly newPassword: Pick<NewPassword, 'rules' | 'choose'>;
  readonly csrf: Csrf;
  readonly attemptPages: Pick<AttemptPages, 'admit' | 'check'>;
  /** How often one link may be tried. */
  readonly allowance: Allowance;
  readonly page: (ctx: Context) => PageProps;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  /** Where a person signs in as themselves, even if someone else is signed in in this browser. */
  readonly signIn: string;
}

const USER_ID_FAULTS = {
  malformed: 'activate.user-id-wrong',
  reserved: 'activate.user-id-reserved',
} as const;

/** As long as people may take over the form, ms; the link's own life is what counts. */
const COOKIE_LIFE = 3600 * 1000;

/**
 * An invited person chooses user ID and password. The link's token is a password too, so it leaves the address at once
 * for a cookie that only these pages get. [rule 9]
 */
export class Activation {
  readonly #deps: ActivationDependencies;
  readonly #cookie: LinkCookie;

  constructor(deps: ActivationDependencies) {
    this.#deps = deps;
    this.#cookie = new LinkCookie({
      name: 'activation',
      path: '/activate',
      life: COOKIE_LIFE,
      secure: deps.secure,
      isToken: isActivationToken,
    });
  }

  mount(router: Router): void {
    router.page('/activate/:token', (ctx) => this.#take(ctx, String(ctx.params.token)));
    router.page('/activate', (ctx) => this.#show(ctx));
    router.form('/activate', (ctx, form) => this.#submit(ctx, form));
    router.page('/activated', (ctx) => {
      const { page, signIn } = this.#deps;
      render(ctx, ActivatedPage({ ...page(ctx), signIn }));
    });
  }

  /** Nothing is looked up and nothing spent: mail scanners and previews open links too. */
  #take(ctx: Context, token: string): void {
    this.#cookie.keep(ctx, token);
    redirect(ctx, '/activate');
  }

  async #show(ctx: Context): Promise<void> {
    const invited = await this.#invited(ctx);
    if (!invited) return this.#refuse(ctx);
    this.#form(ctx, invited, { userId: invited.userId });
  }

  async #submit(ctx: Context, form: Form): Promise<void> {
    const invited = await this.#invited(ctx);
    if (!invited) return this.#refuse(ctx);
    const shown = { userId: typedUserId(form.user_id ?? '') };
    if (form.security_check !== undefined) {
      if (await this.#deps.attemptPages.check(this.#caller(ctx), 'sent-code', form))
        this.#form(ctx, invited, shown);
      return;
    }
    if (!(await this.#admitted(ctx))) return;
    const chosen = await this.#choose(invited, shown.userId, form.password ?? '');
    if (!('passwordHash' in chosen)) return this.#form(ctx, invited, { ...shown, ...chosen });
    const token = String(this.#cookie.token(ctx));
    const outcome = await this.#deps.activateAccount.activate(invited.sub, token, chosen, originOf(ctx));
    if (outcome === 'taken') {
      return this.#form(ctx, invited, { ...shown, userIdFault: 'activate.user-id-taken' });
    }
    if (outcome === 'spent') return this.#refuse(ctx);
    this.#cookie.forget(ctx);
    redirect(ctx, '/activated');
  }

  /** Without a limit, the holder of one link could ask which user IDs are taken, as often as they like. */
  #admitted(ctx: Context): Promise<boolean> {
    const { attemptPages, allowance } = this.#deps;
    const spender = `activation ${this.#cookie.token(ctx)}`;
    return attemptPages.admit(
      this.#caller(ctx),
      allowance,
      { secret: 'sent-code', subject: '' },
      { spender },
    );
  }

  /** What the page of a security check is given. */
  #caller(ctx: Context): Caller {
    const { page, csrf, signIn } = this.#deps;
    const token = csrf.token(ctx);
    return {
      ctx,
      binding: String(csrf.browserId(ctx)),
      page: { ...page(ctx), action: '/activate', csrf: token, signIn },
    };
  }

  async #choose({ sub, name }: Invited, userId: string, password: string): Promise<Chosen | ActivateFaults> {
    const { activations, newPassword } = this.#deps;
    if (!userId) return { userIdFault: 'activate.user-id-missing' };
    const fault = userIdFault(userId);
    if (fault) return { userIdFault: USER_ID_FAULTS[fault] };
    if (await activations.isTaken(userId, sub)) return { userIdFault: 'activate.user-id-taken' };
    const chosen = await newPassword.choose({ sub, userId, name }, password);
    return 'fault' in chosen ? { passwordFault: chosen.fault } : { userId, passwordHash: chosen.hash };
  }

  #form(ctx: Context, { name }: Invited, shown: { userId: string } & ActivateFaults): void {
    const { page, csrf, newPassword } = this.#deps;
    const props = { ...page(ctx), ...shown, userName: name, rules: newPassword.rules, csrf: csrf.token(ctx) };
    render(ctx, ActivatePage(props));
  }

  /** The same for unknown, used and expired links: it tells nobody which accounts there are. */
  #refuse(ctx: Context): void {
    this.#cookie.forget(ctx);
    const { page, signIn } = this.#deps;
    render(ctx, LinkDeadPage({ ...page(ctx), signIn, of: 'activation' }), 410);
  }

  async #invited(ctx: Context): Promise<Invited | undefined> {
    const token = this.#cookie.token(ctx);
    return token === undefined ? undefined : this.#deps.activations.find(token);
  }
}

function render(ctx: Context, page: VNode, status = 200): void {
  renderPage(ctx, page, { status });
}
